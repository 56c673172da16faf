import { sameName } from '../../catalog/identity.ts';
import { deeds, known, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A type change that values may not survive. */
export const typeNarrowed: ChangeRule = {
  id: 'type-narrowed',
  group: 'data',
  severity: 'warning',
  finds: 'A type change that values may not survive',
  because: 'values that do not fit make it fail, or are cut',
  instead: 'Look for such values first, with a check that is validated.',
  check: (at) =>
    deeds(at, 'change type').flatMap((deed) =>
      known(at, 'change-type/narrower', 'change-type/numeric-scale') ||
      (known(at, 'change-type/other') &&
        /^(?:smallint|integer|real|date)$/.test(deed.to ?? '') &&
        !/^(?:smallint|date)$/.test(
          at.before.catalog?.tables
            .find((table) => deed.table && sameName(table, deed.table))
            ?.columns.find(({ name }) => name === deed.name)?.type ?? '',
        ))
        ? [
            {
              message: `Values of ${placeOf(deed)} that do not fit ${deed.to ?? 'the new type'} make it fail.`,
              object: placeOf(deed),
            },
          ]
        : [],
    ),
};
