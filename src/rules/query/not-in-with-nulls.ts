import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** NOT IN over a column that may be null. */
export const notInWithNulls: QueryRule = {
  id: 'not-in-with-nulls',
  group: 'mistakes',
  severity: 'error',
  finds: 'NOT IN over a column that may be null',
  because: 'a single null makes the condition true for no row, and the list is not joined but searched',
  instead: 'Use NOT EXISTS, or say IS NOT NULL inside.',
  confirmedBy: ['not-in-subquery'],
  check: (at) => traitsOf(at, 'not in with nulls'),
};
