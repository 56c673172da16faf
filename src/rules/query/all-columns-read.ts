import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** SELECT *. */
export const allColumnsRead: QueryRule = {
  id: 'all-columns-read',
  group: 'reading',
  severity: 'info',
  finds: 'SELECT *',
  because: 'columns that nobody asked for are read, sent and detoasted, and a new column changes the result',
  instead: 'Name the columns that are needed.',
  confirmedBy: ['wide-rows'],
  check: (at) => traitsOf(at, 'star'),
};
