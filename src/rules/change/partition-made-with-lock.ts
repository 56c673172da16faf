import { deeds, isFresh, measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** CREATE TABLE … PARTITION OF a table in use. */
export const partitionMadeWithLock: ChangeRule = {
  id: 'partition-made-with-lock',
  group: 'locks',
  severity: 'warning',
  finds: 'CREATE TABLE … PARTITION OF a table in use',
  because: 'the whole is closed, and a DEFAULT partition is read',
  instead: 'Create the table by itself, and ATTACH it.',
  check: (at) =>
    measured(at, ['partition/create'], 'The whole is closed').filter(() =>
      deeds(at, 'create table', 'partition').some(({ other }) => !isFresh(at, other)),
    ),
};
