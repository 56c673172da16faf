import { alive } from './alive.ts';
import { audit } from './audit.ts';
import { copies } from './copies.ts';
import { dependencies } from './dependencies.ts';
import { derived } from './derived.ts';
import { field } from './field.ts';
import { isolation } from './isolation.ts';
import { junction } from './junction.ts';
import { key } from './key.ts';
import { lookup } from './lookup.ts';
import { outbox } from './outbox.ts';
import { partition } from './partition.ts';
import type { Pattern } from './pattern.ts';
import { privacy } from './privacy.ts';
import { purge } from './purge.ts';
import { quota } from './quota.ts';
import { relation } from './relation.ts';
import { routine } from './routine.ts';
import { rule } from './rule.ts';
import { softDelete } from './soft-delete.ts';
import { states } from './states.ts';
import { temporal, temporalAccess } from './temporal.ts';
import { tree } from './tree.ts';
import { tenant } from './tenant.ts';
import { unique } from './unique.ts';
import { version } from './version.ts';

/** Every pattern, in the order in which they build on each other. */
export const patterns: readonly Pattern[] = [
  key,
  relation,
  field,
  junction,
  softDelete,
  temporal,
  unique,
  rule,
  tenant,
  version,
  lookup,
  temporalAccess,
  states,
  tree,
  alive,
  audit,
  outbox,
  derived,
  partition,
  purge,
  dependencies,
  routine,
  quota,
  isolation,
  privacy,
  copies,
];
