import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** Pages by OFFSET. */
export const offsetPage: QueryRule = {
  id: 'offset-page',
  group: 'reading',
  severity: 'warning',
  finds: 'Pages by OFFSET',
  because: 'the rows of all pages before are read and thrown away, more with each page',
  instead: 'Begin each page after the last row of the one before.',
  confirmedBy: ['large-offset'],
  check: (at) => traitsOf(at, 'offset'),
};
