import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** DELETE without WHERE. */
export const deleteOfAllRows: QueryRule = {
  id: 'delete-of-all-rows',
  group: 'mistakes',
  severity: 'warning',
  finds: 'DELETE without WHERE',
  because: 'every row is removed one by one',
  instead: 'Say which rows; where all are meant, TRUNCATE is meant.',
  check: (at) => traitsOf(at, 'delete of all rows'),
};
