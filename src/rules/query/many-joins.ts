import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** Eight tables or more in one SELECT. */
export const manyJoins: QueryRule = {
  id: 'many-joins',
  group: 'work',
  severity: 'info',
  finds: 'Eight tables or more in one SELECT',
  because: 'the planner does not try every order of so many',
  instead: 'Split it, or raise join_collapse_limit and compare.',
  confirmedBy: ['collapse-limit'],
  check: (at) => traitsOf(at, 'joins'),
};
