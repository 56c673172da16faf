import { rewritesOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** A stable function without columns in a condition. */
export const callPerRowLookedAt: QueryRule = {
  id: 'call-per-row-looked-at',
  group: 'work',
  severity: 'info',
  finds: 'A stable function without columns in a condition',
  because: 'a filter calls it for each row',
  instead: 'Put it into a subquery.',
  confirmedBy: ['call-per-row', 'slow-function'],
  check: (at) => rewritesOf(at, 'call-once'),
};
