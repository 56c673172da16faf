import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A check constraint that reads the table while everybody waits. */
export const checkValidatedWithLock: ChangeRule = {
  id: 'check-validated-with-lock',
  group: 'locks',
  severity: 'error',
  finds: 'A check constraint that reads the table while everybody waits',
  because: 'every row is tried while the table is closed',
  instead: 'Add it NOT VALID, and VALIDATE it in another transaction.',
  check: (at) => measured(at, ['alter-table/add-check'], 'The check is tried on every row', 'forms'),
};
