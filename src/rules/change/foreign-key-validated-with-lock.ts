import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A foreign key that reads the table while writers wait. */
export const foreignKeyValidatedWithLock: ChangeRule = {
  id: 'foreign-key-validated-with-lock',
  group: 'locks',
  severity: 'error',
  finds: 'A foreign key that reads the table while writers wait',
  because: 'writers of both tables wait until every row was tried',
  instead: 'Add it NOT VALID, and VALIDATE it in another transaction.',
  check: (at) =>
    measured(
      at,
      [
        'alter-table/add-foreign-key',
        'alter-table/add-foreign-key-self',
        'alter-table/add-foreign-key-partitioned',
      ],
      'The foreign key is tried on every row',
      'forms',
    ),
};
