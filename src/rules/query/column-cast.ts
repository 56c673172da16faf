import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** A column that is cast to be compared. */
export const columnCast: QueryRule = {
  id: 'column-cast',
  group: 'predicates',
  severity: 'warning',
  finds: 'A column that is cast to be compared',
  because: 'no index on the column can be used',
  instead: 'Cast the other side.',
  confirmedBy: ['cast-on-column'],
  check: (at) => traitsOf(at, 'cast on column'),
};
