import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** A function of a column that is compared. */
export const columnInFunction: QueryRule = {
  id: 'column-in-function',
  group: 'predicates',
  severity: 'warning',
  finds: 'A function of a column that is compared',
  because: 'no plain index on the column can be used',
  instead: 'Say it as a range of the column, or index the expression.',
  confirmedBy: ['function-on-column'],
  check: (at) => traitsOf(at, 'function on column'),
};
