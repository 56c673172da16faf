import { deeds, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** CONCURRENTLY with IF NOT EXISTS. */
export const concealedInvalidIndex: ChangeRule = {
  id: 'concealed-invalid-index',
  group: 'locks',
  severity: 'warning',
  finds: 'CONCURRENTLY with IF NOT EXISTS',
  because: 'a failed build leaves an invalid index of this name, and the next try reports success over it',
  instead: 'Drop what a failed attempt left, then build without IF NOT EXISTS.',
  check: (at) =>
    deeds(at, 'create index', 'concurrently', 'if not exists').map((deed) => ({
      message: `A failed attempt at ${deed.name ?? 'the index'} leaves an invalid index, which this statement takes for the finished one.`,
      object: placeOf(deed),
      fix: 'forms',
    })),
};
