/** Space that holds nothing. */
import { keyOf, printName } from '../../catalog/identity.ts';
import { formatBytes } from '../../base/units.ts';
import type { Density } from '../../engine/model.ts';
import { percent } from '../../rules/health/limits.ts';
import type { HealthSubject } from '../../rules/health/model.ts';
import type { StorageSaving } from './model.ts';

/** A fifth of a table, and what random growth leaves in a tree, are no loss. */
const usual = { table: 0.2, index: 0.3 };

/** Tables and indexes that are larger than a fresh copy; by their pages where these were read, else by statistics. */
export function bloatOf(subject: HealthSubject, densities: readonly Density[]): readonly StorageSaving[] {
  const { tables, bytes, laid, layout, limits, sql } = subject;
  const read = new Map(densities.map((one) => [keyOf(one), one]));
  return tables.flatMap((table) => {
    const facts = laid(table);
    const own = saved(bytes(table), read.get(keyOf(table)), layout.rows(facts)?.bytes, usual.table);
    return [
      ...(own && bytes(table) >= limits.smallBytes
        ? [
            {
              kind: 'table-bloat' as const,
              object: printName(table),
              relation: table,
              ...own,
              caution: 'VACUUM FULL closes the table meanwhile; pg_repack does not.',
            },
          ]
        : []),
      ...table.indexes.flatMap((index): StorageSaving[] => {
        if (bytes(index) < limits.smallBytes || index.predicate !== undefined) return [];
        const gain = saved(bytes(index), read.get(keyOf(index)), layout.index(facts, index), usual.index);
        return gain
          ? [
              {
                kind: 'index-bloat',
                object: `${printName(table)} index ${index.name}`,
                relation: index,
                ...gain,
                sql: `${sql.rebuildIndex(index)};`,
              },
            ]
          : [];
      }),
    ];
  });
}

function saved(
  size: number,
  density: Density | undefined,
  fresh: number | undefined,
  least: number,
): Pick<StorageSaving, 'bytes' | 'share' | 'basis' | 'because'> | undefined {
  const share = density ? density.free + density.dead : fresh === undefined ? 0 : 1 - fresh / size;
  if (share < least) return undefined;
  // A tree's leaves are filled to nine tenths when it is built anew.
  const given = density?.kind === 'index' ? share - 0.1 : share;
  return {
    bytes: Math.round(size * given),
    share: given,
    basis: density ? 'measured' : 'derived',
    because: density
      ? `Its pages hold ${percent(density.free)} nothing and ${percent(density.dead)} dead rows (${density.how}).`
      : `It takes ${formatBytes(size)}, and a fresh copy would take some ${formatBytes(fresh!)}.`,
  };
}
