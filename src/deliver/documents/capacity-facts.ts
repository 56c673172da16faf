/** Bytes per row of the changed tables, read off the twin. */
import { keyOf, sameName } from '../../catalog/identity.ts';
import { findTable } from '../../catalog/find.ts';
import type { Name } from '../../catalog/model.ts';
import type { TableCapacity } from '../../document/capacity.ts';
import type { Outcome } from '../model.ts';
import { tableOf } from '../trials/observe.ts';

/** Days that a table's growth is looked at when no volume names it. */
const assumedHorizonDays = 365;

/** Capacity of each table; partitions count with their parent. */
export function capacityOf(outcome: Outcome, tables: readonly Name[]): readonly TableCapacity[] {
  return tables.flatMap((name) => {
    const table = findTable(outcome.planned.after, name);
    const volume = outcome.volumes.find((one) => sameName(one.table, name));
    if (!table || table.partitionOf || !volume) return [];
    return [oneTable(outcome, table, volume)];
  });
}

function oneTable(
  outcome: Outcome,
  table: Outcome['planned']['after']['tables'][number],
  volume: Outcome['volumes'][number],
): TableCapacity {
  const { planned, sizes, task } = outcome;
  const parts = planned.after.tables.filter((one) => one.partitionOf && sameName(one.partitionOf, table));
  const mine = sizes.filter((size) =>
    [table, ...parts].some((part) => size.table === part.name && size.name.schema === part.schema),
  );
  const rows = mine
    .filter((size) => size.kind === 'table' && (parts.length === 0 || size.name.name !== table.name))
    .reduce((sum, size) => sum + Math.max(0, size.rows), 0);
  const perRow = (bytes: number): number => (rows === 0 ? 0 : bytes / rows);
  const sum = (names: ReadonlySet<string>): number =>
    mine
      .filter((size) => size.kind === 'index' && names.has(size.name.name))
      .reduce((total, size) => total + size.bytes, 0);
  const indexes = table.indexes.map((index) => {
    const pieces = parts.flatMap((part) =>
      part.indexes.filter((one) => one.partOf && sameName(one.partOf, index)).map((one) => one.name),
    );
    return { name: index.name, perRow: perRow(sum(new Set([index.name, ...pieces]))) };
  });
  const asked = task.requirements.volumes.find(
    (one) =>
      keyOf(tableOf(planned.after, planned.design, one.of) ?? { schema: '', name: '' }) === keyOf(table),
  );
  const kept = task.requirements.lifecycle.filter(
    (one) =>
      keyOf(tableOf(planned.after, planned.design, one.of) ?? { schema: '', name: '' }) === keyOf(table),
  );
  const horizon = asked?.horizonDays;
  return {
    name: table.name,
    measuredRows: rows,
    heapPerRow: perRow(
      mine.filter((size) => size.kind === 'table').reduce((total, size) => total + size.bytes, 0),
    ),
    indexes,
    now: volume.now,
    perDay: volume.perDay,
    horizon: volume.horizon,
    horizonDays: horizon && horizon.kind !== 'unknown' ? horizon.value : assumedHorizonDays,
    basis:
      volume.basis === 'snapshot'
        ? 'measured'
        : volume.basis === 'declared' && !volume.growthAssumed
          ? 'declared'
          : 'assumed',
    ...(kept.length > 0 ? { keepDays: Math.min(...kept.map(({ keepDays }) => keepDays)) } : {}),
    partitioned: table.kind === 'partitioned',
  };
}
