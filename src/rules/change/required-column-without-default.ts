import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A new NOT NULL column without a default. */
export const requiredColumnWithoutDefault: ChangeRule = {
  id: 'required-column-without-default',
  group: 'data',
  severity: 'error',
  finds: 'A new NOT NULL column without a default',
  because: 'it fails as soon as the table has a row, and old writers that do not name it fail afterwards',
  instead: 'Add it with a default, or nullable and required later.',
  check: (at) =>
    inUse(at, 'add column', 'not null').flatMap((deed) =>
      ['default', 'identity', 'generated'].some((word) => deed.words.includes(word)) ||
      /serial/.test(deed.to ?? '')
        ? []
        : [
            {
              message: `${placeOf(deed)} must have a value, and no row has one.`,
              object: placeOf(deed),
              fix: 'forms' as const,
            },
          ],
    ),
};
