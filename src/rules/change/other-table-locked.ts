import { printName } from '../../catalog/identity.ts';
import { known } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A lock on a table that the statement does not seem to touch. */
export const otherTableLocked: ChangeRule = {
  id: 'other-table-locked',
  group: 'locks',
  severity: 'warning',
  finds: 'A lock on a table that the statement does not seem to touch',
  because: 'a foreign key ties two tables: its addition keeps writers of both out, its drop closes both',
  instead: 'Set a short lock_timeout and try again, and lock tables in the same order everywhere.',
  check(at) {
    if (at.facts.lasts !== 'moment') return [];
    const ids = [
      'alter-table/drop-foreign-key',
      'table/drop-referencing',
      'alter-table/drop-column-referencing',
      'table/drop-cascade',
      'table/create-referencing',
    ];
    if (!known(at, ...ids) || at.before.settings?.['lock_timeout']) return [];
    return [
      {
        message: `More tables than one: ${at.engine.facts.say(at.facts)}.`,
        ...(at.facts.locks[0] ? { object: printName(at.facts.locks[0].relation) } : {}),
      },
    ];
  },
};
