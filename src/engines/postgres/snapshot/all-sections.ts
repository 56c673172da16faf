import type { Section } from './model.ts';
import { DATABASE_ACTIVITY, INDEX_ACTIVITY, TABLE_ACTIVITY } from './sections/activity.ts';
import { CATALOG } from './sections/catalog.ts';
import { CHANGED_ROUTINES } from './sections/changed-routines.ts';
import { COLUMN_STATISTICS, RANGE_STATISTICS } from './sections/column-statistics.ts';
import { EXTENDED, EXTENDED_EXPRESSIONS } from './sections/extended-statistics.ts';
import { BRINS, BTREES, GINS } from './sections/index-pages.ts';
import { ORDER } from './sections/order.ts';
import { PLACES } from './sections/places.ts';
import { RELATIONS } from './sections/relations.ts';
import { RIGHTS } from './sections/rights.ts';
import { ROLES } from './sections/roles.ts';
import { PLACES_OF_SEQUENCES } from './sections/sequences.ts';
import { SET_FOR } from './sections/settings.ts';
import { SOURCE } from './sections/source.ts';
import { TABLESPACES } from './sections/tablespaces.ts';
import { STATEMENTS, STATEMENTS_IN_ALL } from './sections/workload.ts';

/** All sections but the settings, which are read before the transaction sets anything for itself; in the order in which they are read. */
export const allSections: readonly Section[] = [
  PLACES,
  SOURCE,
  SET_FOR,
  ROLES,
  ...CATALOG,
  ORDER,
  RELATIONS,
  BTREES,
  GINS,
  BRINS,
  COLUMN_STATISTICS,
  RANGE_STATISTICS,
  EXTENDED,
  EXTENDED_EXPRESSIONS,
  RIGHTS,
  TABLESPACES,
  CHANGED_ROUTINES,
  PLACES_OF_SEQUENCES,
  TABLE_ACTIVITY,
  INDEX_ACTIVITY,
  DATABASE_ACTIVITY,
  STATEMENTS_IN_ALL,
  STATEMENTS,
];
