import { printName } from '../../catalog/identity.ts';
import { formatBytes } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

/** Files in rows. */
export const filesInRows: HealthRule = {
  id: 'files-in-rows',
  group: 'types',
  severity: 'info',
  finds: 'Files that are kept in rows',
  because: 'they go through the log, every backup and every replica, and push rows out of memory',
  instead: 'Keep them in an object store and their address and checksum in the row.',
  threshold:
    'From 8 kB for each row on and 10 MB in all, in tables with a column of bytes: below, a row is a good place.',
  needs: [],
  find: ({ tables, limits, rows, toast, structure: { types } }) =>
    tables.flatMap((table) => {
      const columns = table.columns.filter(({ type }) => types.family(type) === 'bytes');
      const each = toast(table) / Math.max(1, rows(table));
      return columns.length > 0 && toast(table) >= limits.smallBytes && each >= 8192
        ? [
            {
              object: `${printName(table)}.${columns[0]!.name}`,
              message: `${formatBytes(toast(table))} beside ${table.name} are ${formatBytes(each)} for each of its rows.`,
            },
          ]
        : [];
    }),
};
