import { printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import type { HealthRule } from './model.ts';
import { rangePartitioned } from './partition-bounds.ts';

/** Rows that no partition expected. */
export const rowsInDefaultPartition: HealthRule = {
  id: 'rows-in-default-partition',
  group: 'partitions',
  severity: 'warning',
  finds: 'Rows in the default partition of a table parted by ranges',
  because: 'a partition for them can no longer be made while they lie there, and no query skips them',
  instead: 'Move them into partitions of their own, batch by batch.',
  threshold:
    'Any row, as the last ANALYZE or the counters saw it: the default partition is a net, not a place.',
  needs: [],
  find: ({ snapshot, structure, rows, activity }) =>
    rangePartitioned(snapshot.catalog, structure.tables).flatMap(({ table, default: net }) => {
      const count = net ? Math.max(rows(net), activity(net)?.live ?? 0) : 0;
      return net && count > 0
        ? [
            {
              object: printName(net),
              message: `${net.name} holds ${formatCount(count)} rows of ${table.name} that no partition expects.`,
            },
          ]
        : [];
    }),
};
