import type { Kind } from '../model.ts';
import { casts } from './casts-made.ts';
import { accessMethods, encodingConversions, languages, transforms } from './code.ts';
import { collations } from './collations.ts';
import { defaultRights } from './default-rights.ts';
import { eventTriggers } from './event-triggers.ts';
import { extensions } from './extensions.ts';
import { mappings, servers, wrappers } from './foreign-data.ts';
import { operatorClasses, operatorFamilies } from './operator-classes.ts';
import { operators } from './operators.ts';
import { parameters } from './parameters.ts';
import { policies } from './policies.ts';
import { publications } from './publications.ts';
import { securityLabels, subscriptions } from './refused.ts';
import { memberships, roles } from './roles.ts';
import { routines } from './routines.ts';
import { rules } from './rules.ts';
import { schemas } from './schemas.ts';
import { statistics } from './statistics.ts';
import { superusers } from './superusers.ts';
import { searchConfigurations, searchDictionaries, searchParsers, searchTemplates } from './text-search.ts';
import { attributes, labels } from './type-parts.ts';
import { triggers } from './triggers.ts';
import { types } from './types.ts';
import { views } from './views.ts';

/** Kinds of the whole server, planned where roles are asked for. */
export const ofServer: readonly Kind<never>[] = [
  roles,
  memberships,
  parameters,
] as readonly unknown[] as readonly Kind<never>[];

/** Kinds that tables are built from. */
export const foundations: readonly Kind<never>[] = [
  superusers,
  schemas,
  extensions,
  languages,
  accessMethods,
  collations,
  encodingConversions,
  searchParsers,
  searchTemplates,
  searchDictionaries,
  searchConfigurations,
  wrappers,
  servers,
  mappings,
  types,
  labels,
  attributes,
  routines,
  casts,
  operators,
  operatorFamilies,
  operatorClasses,
  transforms,
] as readonly unknown[] as readonly Kind<never>[];

/** Kinds that are built on tables. */
export const dependants: readonly Kind<never>[] = [
  views,
  statistics,
  rules,
  triggers,
  policies,
  publications,
  subscriptions,
  securityLabels,
  defaultRights,
  eventTriggers,
] as readonly unknown[] as readonly Kind<never>[];
