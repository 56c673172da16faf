import { rewritesOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** ORDER BY or DISTINCT in a subquery that only says which values there are. */
export const needlessInSubquery: QueryRule = {
  id: 'needless-in-subquery',
  group: 'work',
  severity: 'info',
  finds: 'ORDER BY or DISTINCT in a subquery that only says which values there are',
  because: 'sorting and comparing them changes nothing',
  instead: 'Leave it out.',
  check: (at) => rewritesOf(at, 'needless-in-subquery'),
};
