import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** INSERT without a list of columns. */
export const insertByPosition: QueryRule = {
  id: 'insert-by-position',
  group: 'mistakes',
  severity: 'warning',
  finds: 'INSERT without a list of columns',
  because: 'a column that is added or moved shifts every value',
  instead: 'Name the columns.',
  check: (at) => traitsOf(at, 'insert without columns'),
};
