import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** UNION without ALL. */
export const unionThatCompares: QueryRule = {
  id: 'union-that-compares',
  group: 'work',
  severity: 'info',
  finds: 'UNION without ALL',
  because: 'all rows are compared to take copies away',
  instead: 'Use UNION ALL where no row can be in two parts.',
  confirmedBy: ['union-without-duplicates'],
  check: (at) => traitsOf(at, 'union'),
};
