import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** UPDATE without WHERE. */
export const updateOfAllRows: QueryRule = {
  id: 'update-of-all-rows',
  group: 'mistakes',
  severity: 'warning',
  finds: 'UPDATE without WHERE',
  because: 'every row is written anew, whether it changes or not',
  instead: 'Say which rows; where all are meant, do it in batches.',
  confirmedBy: ['unchanged-update'],
  check: (at) => traitsOf(at, 'update of all rows'),
};
