import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** An exclusion constraint on a table in use. */
export const exclusionBuiltWithLock: ChangeRule = {
  id: 'exclusion-built-with-lock',
  group: 'locks',
  severity: 'error',
  finds: 'An exclusion constraint on a table in use',
  because: 'its index is built while the table is closed, and there is no way beside readers',
  instead: 'Add it to a new table and move the rows there.',
  check: (at) =>
    measured(
      at,
      ['alter-table/add-exclude'],
      'The index of the constraint is built while the table is closed',
    ),
};
