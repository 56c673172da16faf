import { printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

/** A large table that queries read from end to end. */
export const tableReadWhole: HealthRule = {
  id: 'table-read-whole',
  group: 'indexes',
  severity: 'info',
  finds: 'A large table that queries read from end to end',
  because: 'an index is missing, or a query gives it nothing to go by',
  instead: 'Run `dbd tune`: it finds the queries and builds what they need.',
  threshold:
    'From 10,000 rows, 100 whole readings of at least 10,000 rows each, and more of them than index scans on: few of them are reports and backups.',
  needs: [],
  find: ({ tables, limits, rows, activity }) =>
    tables.flatMap((table) => {
      const counted = activity(table);
      if (!counted || counted.sequentialScans < 100 || rows(table) < limits.smallRows) return [];
      const each = counted.sequentialRows / counted.sequentialScans;
      return each < limits.smallRows || counted.indexScans >= counted.sequentialScans
        ? []
        : [
            {
              object: printName(table),
              message: `${table.name} was read whole ${formatCount(counted.sequentialScans)} times, ${formatCount(each)} rows each time, and by an index ${formatCount(counted.indexScans)} times.`,
            },
          ];
    }),
};
