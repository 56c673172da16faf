import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A type change that writes the table anew. */
export const typeChangeWritesTableAnew: ChangeRule = {
  id: 'type-change-writes-table-anew',
  group: 'locks',
  severity: 'error',
  finds: 'A type change that writes the table anew',
  because: 'every row and index is written while the table is closed',
  instead: 'Add a column of the new type, keep both in step, fill it in batches, and switch.',
  check(at) {
    const sure = ['other', 'narrower', 'numeric-scale', 'using', 'timestamp-with-zone', 'constrained-domain'];
    return measured(
      at,
      sure.map((kind) => `change-type/${kind}`),
      'The values are stored otherwise',
      'forms',
    );
  },
};
