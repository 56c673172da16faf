import { deeds, known, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A type change of a column whose type is not known. */
export const typeChangeOfUnknownColumn: ChangeRule = {
  id: 'type-change-of-unknown-column',
  group: 'locks',
  severity: 'warning',
  finds: 'A type change of a column whose type is not known',
  because: 'most type changes write the table anew while it is closed; without the structure nobody can tell',
  instead: 'Give the structure with --snapshot, --database or --current.',
  check: (at) =>
    known(at, 'change-type/unknown-column')
      ? deeds(at, 'change type').map((deed) => ({
          message: `The type that ${placeOf(deed)} has today is not known; unless ${deed.to ?? 'the new type'} stores it alike, the table is written anew under ACCESS EXCLUSIVE.`,
          object: placeOf(deed),
          ...(deed.table ? { tables: [deed.table] } : {}),
        }))
      : [],
};
