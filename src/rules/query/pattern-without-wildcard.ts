import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** LIKE without a wildcard. */
export const patternWithoutWildcard: QueryRule = {
  id: 'pattern-without-wildcard',
  group: 'predicates',
  severity: 'info',
  finds: 'LIKE without a wildcard',
  because: 'it is a comparison, and says something else to the planner',
  instead: 'Use =.',
  check: (at) => traitsOf(at, 'like without wildcard'),
};
