import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A dropped table. */
export const tableDropped: ChangeRule = {
  id: 'table-dropped',
  group: 'application',
  severity: 'warning',
  finds: 'A dropped table',
  because: 'its rows are gone for good, and what still reads it fails',
  instead: 'Rename it first and wait, keep a copy, and drop it in a later migration.',
  check: (at) =>
    inUse(at, 'drop table').map((deed) => ({
      message: `The rows of ${placeOf(deed)} are lost${deed.words.includes('cascade') ? ', and whatever depends on it goes along unnamed' : ''}.`,
      object: placeOf(deed),
    })),
};
