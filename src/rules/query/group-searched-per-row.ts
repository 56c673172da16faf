import { rewritesOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** The greatest of each group, looked for once for each row. */
export const groupSearchedPerRow: QueryRule = {
  id: 'group-searched-per-row',
  group: 'work',
  severity: 'warning',
  finds: 'The greatest of each group, looked for once for each row',
  because: 'the table is read again for each row',
  instead: 'Rank the rows of each group in a window.',
  confirmedBy: ['correlated-subquery'],
  check: (at) => rewritesOf(at, 'greatest-per-group'),
};
