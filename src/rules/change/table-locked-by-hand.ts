import { deeds, held, isFresh, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** LOCK TABLE in a migration. */
export const tableLockedByHand: ChangeRule = {
  id: 'table-locked-by-hand',
  group: 'locks',
  severity: 'warning',
  finds: 'LOCK TABLE in a migration',
  because: 'the lock is held until the transaction ends, and waited for in one go',
  instead: 'Let each statement take the lock that it needs.',
  check: (at) =>
    deeds(at, 'lock').flatMap((deed) =>
      held(at).length > 0 && !isFresh(at, deed.table)
        ? [{ message: `${at.engine.facts.say(at.facts)}.`, object: placeOf(deed) }]
        : [],
    ),
};
