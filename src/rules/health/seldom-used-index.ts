import { printName } from '../../catalog/identity.ts';
import { formatBytes, formatCount } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

/** An index that is written far more often than it is read. */
export const seldomUsedIndex: HealthRule = {
  id: 'seldom-used-index',
  group: 'indexes',
  severity: 'info',
  finds: 'An index that is written far more often than it is read',
  because: 'each written row pays for it, and few queries gain',
  instead: 'Look with `dbd tune` whether another index does its work, then drop it.',
  threshold:
    'From 10,000 written rows, fewer than 1,000 scans and 100 writes per scan on, counted for 7 days: below, the cost is not worth a look.',
  needs: ['since'],
  find: ({ tables, limits, bytes, uses, activity }) =>
    tables.flatMap((table) => {
      const counted = activity(table);
      if (!counted) return [];
      const writes = counted.inserted + counted.deleted + (counted.updated - counted.hotUpdated);
      return table.indexes.flatMap((index) => {
        const use = uses(index);
        return index.unique ||
          index.constraint !== undefined ||
          bytes(index) < limits.smallBytes ||
          use.days === undefined ||
          use.days < 7 ||
          use.scans === 0 ||
          use.scans >= 1000 ||
          writes <= limits.smallRows ||
          writes < 100 * use.scans
          ? []
          : [
              {
                object: `${printName(table)} index ${index.name}`,
                message: `${index.name} (${formatBytes(bytes(index))}) was written with ${formatCount(writes)} rows and read by ${formatCount(use.scans)} scans in ${Math.floor(use.days)} days.`,
              },
            ];
      });
    }),
};
