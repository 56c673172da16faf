import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** A time without a zone compared with a column that has one. */
export const timeWithoutZone: QueryRule = {
  id: 'time-without-zone',
  group: 'mistakes',
  severity: 'warning',
  finds: 'A time without a zone compared with a column that has one',
  because: 'what it means depends on the session',
  instead: 'Write the offset.',
  check: (at) => traitsOf(at, 'time without zone'),
};
