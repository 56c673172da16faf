import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** DISABLE TRIGGER. */
export const triggerDisabled: ChangeRule = {
  id: 'trigger-disabled',
  group: 'data',
  severity: 'warning',
  finds: 'DISABLE TRIGGER',
  because: 'rows that are written meanwhile miss what the trigger does, foreign keys included',
  instead: 'Leave triggers on, or let the one session that must not fire them set session_replication_role.',
  check: (at) =>
    inUse(at, 'disable trigger').map((deed) => ({
      message: `Rows of ${placeOf({ ...deed, name: '' })} that are written meanwhile miss what its triggers do.`,
      object: placeOf({ ...deed, name: '' }),
    })),
};
