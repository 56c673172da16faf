import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** A list of fifty values or more. */
export const longValueList: QueryRule = {
  id: 'long-value-list',
  group: 'predicates',
  severity: 'info',
  finds: 'A list of fifty values or more',
  because: 'each statement is a text of its own, and each row is held against the list',
  instead: 'Pass one array and say = ANY ($1).',
  confirmedBy: ['long-in-list'],
  check: (at) => traitsOf(at, 'long list'),
};
