import { rewritesOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** Arithmetic on a column that is compared. */
export const columnInArithmetic: QueryRule = {
  id: 'column-in-arithmetic',
  group: 'predicates',
  severity: 'warning',
  finds: 'Arithmetic on a column that is compared',
  because: 'no index on the column can be used',
  instead: 'Move it to the other side.',
  confirmedBy: ['arithmetic-on-column'],
  check: (at) => rewritesOf(at, 'arithmetic-to-constant'),
};
