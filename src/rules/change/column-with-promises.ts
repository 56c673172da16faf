import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** CHECK, UNIQUE or REFERENCES beside a new column. */
export const columnWithPromises: ChangeRule = {
  id: 'column-with-promises',
  group: 'locks',
  severity: 'error',
  finds: 'CHECK, UNIQUE or REFERENCES beside a new column',
  because: 'the table is read or an index built while it is closed',
  instead: 'Add the column alone, then each constraint in its own way.',
  check: (at) =>
    measured(
      at,
      [
        'add-column/check',
        'add-column/unique',
        'add-column/references-default',
        'add-column/virtual-generated-checked',
      ],
      'What the column promises is looked at',
      'forms',
    ),
};
