import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A unique or primary key whose index is built while everybody waits. */
export const keyBuiltWithLock: ChangeRule = {
  id: 'key-built-with-lock',
  group: 'locks',
  severity: 'error',
  finds: 'A unique or primary key whose index is built while everybody waits',
  because: 'readers and writers wait until the index stands',
  instead: 'Build a unique index concurrently, then add the constraint USING INDEX.',
  check: (at) =>
    measured(
      at,
      ['alter-table/add-unique', 'alter-table/add-primary-key', 'alter-table/add-primary-key-nullable'],
      'The index of the key is built while the table is closed',
      'forms',
    ),
};
