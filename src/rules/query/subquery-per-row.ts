import { rewritesOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** A subquery that is asked for each row. */
export const subqueryPerRow: QueryRule = {
  id: 'subquery-per-row',
  group: 'work',
  severity: 'warning',
  finds: 'A subquery that is asked for each row',
  because: 'it is carried out once for each row',
  instead: 'Join what it reads, grouped by its key.',
  confirmedBy: ['correlated-subquery'],
  check: (at) => rewritesOf(at, 'subquery-to-join'),
};
