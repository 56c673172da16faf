import { rewritesOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** Counting to learn whether there is a row. */
export const countForExistence: QueryRule = {
  id: 'count-for-existence',
  group: 'reading',
  severity: 'warning',
  finds: 'Counting to learn whether there is a row',
  because: 'all rows that fit are read where the first would do',
  instead: 'Use EXISTS.',
  confirmedBy: ['count-of-everything', 'correlated-subquery'],
  check: (at) => rewritesOf(at, 'count-to-exists'),
};
