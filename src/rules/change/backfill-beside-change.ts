import { printName } from '../../catalog/identity.ts';
import { closed, inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** Rows that are changed in the transaction of a change of structure. */
export const backfillBesideChange: ChangeRule = {
  id: 'backfill-beside-change',
  group: 'transactions',
  severity: 'warning',
  finds: 'Rows that are changed in the transaction of a change of structure',
  because: 'the lock of the change is held until every row is written',
  instead: 'Change the rows in a transaction of their own, in batches.',
  check: (at) =>
    [...inUse(at, 'update'), ...inUse(at, 'delete')].flatMap((deed) => {
      const before = at.together.find((told) => closed(told).length > 0);
      return before && at.transaction !== undefined
        ? [
            {
              message: `${closed(before).map(printName).join(', ')} stays closed until these rows are written.`,
              object: placeOf(deed),
              ...(deed.table ? { tables: [deed.table] } : {}),
            },
          ]
        : [];
    }),
};
