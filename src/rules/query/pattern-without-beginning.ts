import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** LIKE with a wildcard in front. */
export const patternWithoutBeginning: QueryRule = {
  id: 'pattern-without-beginning',
  group: 'predicates',
  severity: 'warning',
  finds: 'LIKE with a wildcard in front',
  because: 'a tree index is read from a beginning that is not there',
  instead: 'Use a trigram index, or full text.',
  confirmedBy: ['leading-wildcard'],
  check: (at) => traitsOf(at, 'leading wildcard'),
};
