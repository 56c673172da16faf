import { sameName } from '../../catalog/identity.ts';
import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A renamed table, or one that moves to another schema. */
export const tableRenamed: ChangeRule = {
  id: 'table-renamed',
  group: 'application',
  severity: 'error',
  finds: 'A renamed table, or one that moves to another schema',
  because: 'statements of the running application fail the moment it happens',
  instead: 'Rename it and leave an updatable view of the old name in the same transaction.',
  check: (at) =>
    inUse(at, 'rename table').flatMap((deed) => {
      const covered = at.later.some(
        (told) =>
          told.transaction === at.transaction &&
          told.deeds.some(
            (other) =>
              other.kind === 'create view' && other.table && deed.table && sameName(other.table, deed.table),
          ),
      );
      return covered
        ? []
        : [
            {
              message: `Statements that say ${placeOf(deed)} fail from now on.`,
              object: placeOf(deed),
              fix: 'forms' as const,
            },
          ];
    }),
};
