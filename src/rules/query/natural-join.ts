import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** NATURAL JOIN. */
export const naturalJoin: QueryRule = {
  id: 'natural-join',
  group: 'mistakes',
  severity: 'error',
  finds: 'NATURAL JOIN',
  because: 'a column of the same name that is added later changes the join',
  instead: 'Say ON or USING.',
  check: (at) => traitsOf(at, 'natural join'),
};
