import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A renamed column of a table in use. */
export const columnRenamed: ChangeRule = {
  id: 'column-renamed',
  group: 'application',
  severity: 'error',
  finds: 'A renamed column of a table in use',
  because: 'statements of the running application fail the moment it happens',
  instead:
    'Add a column of the new name, keep both in step, switch the application, and drop the old one later.',
  check: (at) =>
    inUse(at, 'rename column').map((deed) => ({
      message: `Statements that say ${placeOf(deed)} fail from now on; those that say ${deed.to ?? 'the new name'} fail until now.`,
      object: placeOf(deed),
      fix: 'forms' as const,
    })),
};
