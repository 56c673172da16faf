import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** ORDER BY random(). */
export const randomOrder: QueryRule = {
  id: 'random-order',
  group: 'reading',
  severity: 'warning',
  finds: 'ORDER BY random()',
  because: 'all rows are read and sorted for a few of them',
  instead: 'Pick random keys, or use TABLESAMPLE.',
  confirmedBy: ['sort-for-few-rows'],
  check: (at) => traitsOf(at, 'random order'),
};
