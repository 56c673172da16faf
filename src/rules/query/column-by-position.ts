import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** GROUP BY or ORDER BY by position. */
export const columnByPosition: QueryRule = {
  id: 'column-by-position',
  group: 'mistakes',
  severity: 'info',
  finds: 'GROUP BY or ORDER BY by position',
  because: 'a column that is added in front changes the meaning',
  instead: 'Name the column or its expression.',
  check: (at) => traitsOf(at, 'position'),
};
