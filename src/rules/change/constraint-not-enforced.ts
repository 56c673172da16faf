import { deeds, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A constraint that is NOT ENFORCED. */
export const constraintNotEnforced: ChangeRule = {
  id: 'constraint-not-enforced',
  group: 'data',
  severity: 'warning',
  finds: 'A constraint that is NOT ENFORCED',
  because:
    'nothing looks at it, and enforcing a foreign key later closes the table and reads all of it; a check cannot be enforced later at all',
  instead: 'Use NOT VALID and VALIDATE.',
  check: (at) =>
    [...deeds(at, 'add constraint', 'not enforced')].map((deed) => ({
      message: `${deed.name ?? 'The constraint'} holds for no row.`,
      object: placeOf(deed),
    })),
};
