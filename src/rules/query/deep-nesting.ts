import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** Subqueries three deep or deeper. */
export const deepNesting: QueryRule = {
  id: 'deep-nesting',
  group: 'work',
  severity: 'info',
  finds: 'Subqueries three deep or deeper',
  because: 'nobody can tell what is asked, and the planner may not flatten it',
  instead: 'Use joins or WITH.',
  check: (at) => traitsOf(at, 'nested'),
};
