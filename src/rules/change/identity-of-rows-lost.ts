import { sameName } from '../../catalog/identity.ts';
import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** The primary key of a table goes. */
export const identityOfRowsLost: ChangeRule = {
  id: 'identity-of-rows-lost',
  group: 'data',
  severity: 'warning',
  finds: 'The primary key of a table goes',
  because:
    'logical replication cannot find rows to update or delete any more, and they fail on the publisher',
  instead: 'Set REPLICA IDENTITY to another unique index first.',
  check: (at) =>
    inUse(at, 'drop constraint').flatMap((deed) => {
      const table = at.before.catalog?.tables.find((one) => deed.table && sameName(one, deed.table));
      const held = table?.constraints.find(({ name }) => name === deed.name);
      const primary = held ? held.kind === 'primary' : (deed.name ?? '').endsWith('_pkey');
      const identified = at.earlier.some((told) =>
        told.deeds.some((other) => other.kind === 'replica identity'),
      );
      return primary && !identified
        ? [
            {
              message: `${placeOf({ ...deed, name: '' })} loses the key by which replication finds its rows.`,
              object: placeOf({ ...deed, name: '' }),
            },
          ]
        : [];
    }),
};
