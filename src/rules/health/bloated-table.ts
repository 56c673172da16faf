import { printName } from '../../catalog/identity.ts';
import { formatBytes } from '../../base/units.ts';
import { gravity, percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A table much larger than its rows. */
export const bloatedTable: HealthRule = {
  id: 'bloated-table',
  group: 'cleaning',
  severity: 'warning',
  finds: 'A table that is much larger than its rows',
  because: 'scans, memory and backups carry the empty part along',
  instead:
    'Find what left it (a long transaction, a mass update), then write the table anew beside the application: pg_repack, or partitions.',
  threshold:
    'From 100 MB and 40 % on (graver from 60 %), against the size that statistics give its rows: a fifth is room for updates.',
  needs: ['statistics'],
  find: ({ tables, limits, bytes, laid, layout }) =>
    tables.flatMap((table) => {
      const size = bytes(table);
      if (size < limits.largeBytes) return [];
      const tight = layout.rows(laid(table))?.bytes;
      const free = tight === undefined ? 0 : 1 - tight / size;
      const severity = gravity(free, limits.bloat);
      return severity === undefined
        ? []
        : [
            {
              object: printName(table),
              severity: severity === 'error' ? ('warning' as const) : ('info' as const),
              message: `${table.name} takes ${formatBytes(size)}, and its rows some ${formatBytes(tight!)}: ${percent(free)} is empty (derived from statistics).`,
            },
          ];
    }),
};
