import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** Tables in FROM that nothing connects. */
export const unconnectedTables: QueryRule = {
  id: 'unconnected-tables',
  group: 'mistakes',
  severity: 'error',
  finds: 'Tables in FROM that nothing connects',
  because: 'every row of one meets every row of the other',
  instead: 'Write the join with its condition, or CROSS JOIN where it is meant.',
  confirmedBy: ['cartesian-product'],
  check: (at) => traitsOf(at, 'cross join'),
};
