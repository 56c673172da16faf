import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** DISTINCT over a join. */
export const distinctForJoin: QueryRule = {
  id: 'distinct-for-join',
  group: 'work',
  severity: 'warning',
  finds: 'DISTINCT over a join',
  because: 'copies that the join made are sorted or hashed away',
  instead: 'Ask with EXISTS where the joined table only says whether there is a partner.',
  confirmedBy: ['distinct-over-join'],
  check: (at) => traitsOf(at, 'distinct over join'),
};
