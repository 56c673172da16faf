import { printName } from '../../catalog/identity.ts';
import { closed, deeds, inUse } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** Long work in a transaction that holds a lock. */
export const workUnderLock: ChangeRule = {
  id: 'work-under-lock',
  group: 'transactions',
  severity: 'warning',
  finds: 'Long work in a transaction that holds a lock',
  because: 'a lock stays until its transaction ends, whatever runs in it',
  instead: 'Give the short lock a transaction of its own.',
  check(at) {
    if (at.transaction === undefined || at.facts.known.length === 0 || at.facts.outside) return [];
    const long =
      at.facts.lasts === 'size of the table' ||
      (at.facts.lasts === 'unknown' && deeds(at, 'insert', 'select').length > 0);
    const before = at.together.find((told) => closed(told).length > 0);
    if (
      !long ||
      !before ||
      deeds(at, 'validate constraint').length > 0 ||
      inUse(at, 'update').length + inUse(at, 'delete').length > 0
    )
      return [];
    return [
      {
        message: `${closed(before).map(printName).join(', ')} stays closed while this runs: ${at.engine.facts.say(at.facts)}.`,
        tables: at.facts.scans.map(({ relation }) => relation),
      },
    ];
  },
};
