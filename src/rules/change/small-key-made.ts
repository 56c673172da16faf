import { deeds, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A new primary key of 32 bits or less. */
export const smallKeyMade: ChangeRule = {
  id: 'small-key-made',
  group: 'habits',
  severity: 'info',
  finds: 'A new primary key of 32 bits or less',
  because: 'two thousand million rows, deleted ones included, and inserts fail',
  instead: 'Use bigint.',
  check: (at) =>
    [...deeds(at, 'create column'), ...deeds(at, 'add column')].flatMap((deed) =>
      /^(?:integer|smallint|serial|serial4|smallserial|serial2)$/.test(deed.to ?? '') &&
      deed.words.includes('primary key') &&
      (deed.words.includes('identity') || /serial/.test(deed.to ?? '') || /^id$/.test(deed.name ?? ''))
        ? [
            {
              message: `${placeOf(deed)} is ${deed.to ?? ''}: a bigint costs four bytes more and never runs out.`,
              object: placeOf(deed),
            },
          ]
        : [],
    ),
};
