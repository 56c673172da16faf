import { rewritesOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** HAVING that could be WHERE. */
export const havingForRows: QueryRule = {
  id: 'having-for-rows',
  group: 'work',
  severity: 'info',
  finds: 'HAVING that could be WHERE',
  because: 'groups are made of rows that are thrown away',
  instead: 'Put conditions on single rows into WHERE.',
  check: (at) => rewritesOf(at, 'having-to-where'),
};
