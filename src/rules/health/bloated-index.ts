import { printName } from '../../catalog/identity.ts';
import { formatBytes } from '../../base/units.ts';
import { gravity, percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** An index far larger than a build would make it. */
export const bloatedIndex: HealthRule = {
  id: 'bloated-index',
  group: 'indexes',
  severity: 'warning',
  finds: 'An index that is far larger than a build would make it',
  because: 'pages that hold little are read, cached and backed up all the same',
  instead: 'Build it anew beside itself.',
  threshold:
    'From 100 MB and 40 % on (error from 60 %), against the size that statistics give a fresh build: trees that grow at random are a third empty by nature.',
  needs: ['statistics'],
  find: ({ tables, limits, bytes, laid, layout, sql }) =>
    tables.flatMap((table) =>
      table.indexes.flatMap((index) => {
        const size = bytes(index);
        if (size < limits.largeBytes || index.predicate !== undefined) return [];
        const fresh = layout.index(laid(table), index);
        const free = fresh === undefined ? 0 : 1 - fresh / size;
        const severity = gravity(free, limits.bloat);
        return severity === undefined
          ? []
          : [
              {
                object: `${printName(table)} index ${index.name}`,
                severity: severity === 'error' ? ('warning' as const) : ('info' as const),
                message: `${index.name} takes ${formatBytes(size)}, and a build would take some ${formatBytes(fresh!)}: ${percent(free)} is empty (derived from statistics).`,
                fix: sql.rebuildIndex(index),
              },
            ];
      }),
    ),
};
