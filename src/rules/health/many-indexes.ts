import { printName } from '../../catalog/identity.ts';
import { formatBytes } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A table with more indexes than its writes should carry. */
export const manyIndexes: HealthRule = {
  id: 'many-indexes',
  group: 'indexes',
  severity: 'info',
  finds: 'A table with more indexes than its writes should carry',
  because: 'each of them is written with each row',
  instead: 'Let `dbd tune` choose the fewest that do the work.',
  threshold:
    'From 10 indexes, or from index bytes above those of a table of 10 MB with 3 indexes beside its key, on; only where at least a tenth of the work is writing.',
  needs: [],
  find: ({ tables, limits, bytes, activity }) =>
    tables.flatMap((table) => {
      const counted = activity(table);
      const indexes = table.indexes.filter(({ primary }) => !primary);
      const size = table.indexes.reduce((sum, index) => sum + bytes(index), 0);
      const written = counted ? counted.inserted + counted.updated + counted.deleted : 0;
      const read = counted ? counted.indexScans + counted.sequentialScans : 0;
      const share = written / Math.max(1, written + read);
      const many =
        table.indexes.length >= 10 ||
        (indexes.length > 3 && size > bytes(table) && bytes(table) >= limits.smallBytes);
      return many && written > 0 && share >= 0.1
        ? [
            {
              object: printName(table),
              message: `${table.name} has ${plural(table.indexes.length, 'index', 'indexes')} of ${formatBytes(size)} on ${formatBytes(bytes(table))} of rows; ${percent(share)} of the counted work is writing.`,
            },
          ]
        : [];
    }),
};
