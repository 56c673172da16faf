import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** TRUNCATE of a table in use. */
export const rowsRemoved: ChangeRule = {
  id: 'rows-removed',
  group: 'data',
  severity: 'warning',
  finds: 'TRUNCATE of a table in use',
  because: 'all rows are gone, under a lock that closes the table',
  instead: 'Delete in batches, or move the table away by name and drop it later.',
  check: (at) =>
    inUse(at, 'truncate').map((deed) => ({
      message: `All rows of ${placeOf(deed)} are lost${deed.words.includes('cascade') ? ', and those of every table that refers to it' : ''}.`,
      object: placeOf(deed),
    })),
};
