import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A new column that writes the table anew. */
export const columnWritesTableAnew: ChangeRule = {
  id: 'column-writes-table-anew',
  group: 'locks',
  severity: 'error',
  finds: 'A new column that writes the table anew',
  because: 'every row is written while the table is closed',
  instead: 'Add the column without its value, give new rows a default, and fill the old ones in batches.',
  check: (at) =>
    measured(
      at,
      [
        'add-column/volatile-default',
        'add-column/serial',
        'add-column/identity',
        'add-column/stored-generated',
      ],
      'The new column has a value for each row',
      'forms',
    ),
};
