import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** LIMIT without ORDER BY. */
export const limitOfAnyRows: QueryRule = {
  id: 'limit-of-any-rows',
  group: 'mistakes',
  severity: 'warning',
  finds: 'LIMIT without ORDER BY',
  because: 'which rows come is open, and changes from plan to plan',
  instead: 'Add an order with a unique key at its end.',
  check: (at) => traitsOf(at, 'limit without order'),
};
