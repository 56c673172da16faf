import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** BETWEEN over times. */
export const betweenOfTimes: QueryRule = {
  id: 'between-of-times',
  group: 'mistakes',
  severity: 'warning',
  finds: 'BETWEEN over times',
  because: 'the last moment is counted twice, or left out',
  instead: 'Say >= begin AND < end.',
  check: (at) => traitsOf(at, 'between times'),
};
