import { alternatives } from './alternatives.ts';
import { backup } from './backup.ts';
import { contention } from './contention.ts';
import { documents } from './documents.ts';
import { models } from './models.ts';
import type { Deliverable } from './model.ts';
import { normalFormsDeliverable } from './normal-forms.ts';
import { security } from './security.ts';
import { seeds } from './seeds.ts';
import { standards } from './standards.ts';
import { tenancy } from './tenancy.ts';

/** What a task delivers beside the change, in the order in which it is made. */
export const deliverables: readonly Deliverable[] = [
  normalFormsDeliverable,
  contention,
  security,
  tenancy,
  standards,
  seeds,
  alternatives,
  backup,
  models,
  documents,
];
