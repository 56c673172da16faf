import { rewritesOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** OR over several columns. */
export const orOfColumns: QueryRule = {
  id: 'or-of-columns',
  group: 'predicates',
  severity: 'info',
  finds: 'OR over several columns',
  because: 'one index cannot answer it',
  instead: 'Ask for each branch by itself, or index each column.',
  confirmedBy: ['or-over-columns', 'or-across-join'],
  check: (at) => rewritesOf(at, 'or-to-union'),
};
