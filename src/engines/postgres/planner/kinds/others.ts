import type { Kind } from '../model.ts';
import { collations } from './collations.ts';
import { defaultRights } from './default-rights.ts';
import { eventTriggers } from './event-triggers.ts';
import { extensions } from './extensions.ts';
import { policies } from './policies.ts';
import { routines } from './routines.ts';
import { rules } from './rules.ts';
import { schemas } from './schemas.ts';
import { statistics } from './statistics.ts';
import { superusers } from './superusers.ts';
import { triggers } from './triggers.ts';
import { types } from './types.ts';
import { views } from './views.ts';

/** Kinds that tables are built from. */
export const foundations: readonly Kind<never>[] = [
  superusers,
  schemas,
  extensions,
  collations,
  types,
  routines,
] as readonly unknown[] as readonly Kind<never>[];

/** Kinds that are built on tables. */
export const dependants: readonly Kind<never>[] = [
  views,
  statistics,
  rules,
  triggers,
  policies,
  defaultRights,
  eventTriggers,
] as readonly unknown[] as readonly Kind<never>[];
