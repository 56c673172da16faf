import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** DISTINCT over groups. */
export const distinctOfGroups: QueryRule = {
  id: 'distinct-of-groups',
  group: 'work',
  severity: 'info',
  finds: 'DISTINCT over groups',
  because: 'groups differ already',
  instead: 'Leave DISTINCT out.',
  check: (at) => traitsOf(at, 'distinct with group'),
};
