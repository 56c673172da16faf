import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** = NULL. */
export const comparisonWithNull: QueryRule = {
  id: 'comparison-with-null',
  group: 'mistakes',
  severity: 'error',
  finds: '= NULL',
  because: 'the comparison is never true',
  instead: 'Say IS NULL or IS NOT NULL.',
  check: (at) => traitsOf(at, 'compared with null'),
};
