import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A foreign key that is enforced later. */
export const foreignKeyEnforcedWithLock: ChangeRule = {
  id: 'foreign-key-enforced-with-lock',
  group: 'locks',
  severity: 'error',
  finds: 'A foreign key that is enforced later',
  because: 'the table is closed while every row is tried',
  instead: 'Drop it, add it NOT VALID, and VALIDATE it.',
  check: (at) => measured(at, ['alter-table/enforce-foreign-key'], 'Every row is tried'),
};
