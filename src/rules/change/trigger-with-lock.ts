import { printName } from '../../catalog/identity.ts';
import { known } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A trigger that is made or taken away on a table in use. */
export const triggerWithLock: ChangeRule = {
  id: 'trigger-with-lock',
  group: 'locks',
  severity: 'info',
  finds: 'A trigger that is made or taken away on a table in use',
  because: 'writers wait for it, and for a drop readers too',
  instead: 'Set a short lock_timeout and try again.',
  check: (at) =>
    known(at, 'trigger/create', 'trigger/drop', 'trigger/create-constraint-from') &&
    !at.before.settings?.['lock_timeout']
      ? [
          {
            message: `${at.engine.facts.say(at.facts)}.`,
            ...(at.facts.locks[0] ? { object: printName(at.facts.locks[0].relation) } : {}),
          },
        ]
      : [],
};
