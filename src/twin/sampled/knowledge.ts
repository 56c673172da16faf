import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import type { ColumnStatistics, RelationFigures, Snapshot } from '../../engine/model.ts';
import { writeArray, arrayItems } from '../../base/array-literal.ts';
import { membersOf } from './members.ts';
import { mergeStatistics } from './merged.ts';
import type { Known } from './model.ts';

/** Correlation within partitions from which on their rows are taken to be loaded in order. */
const inOrder = 0.8;

/** What a snapshot knows about rows, ready for filling; `generators` are SQL over `n` by `schema.table.column`. */
export function knowledgeOf(snapshot: Snapshot, generators: Readonly<Record<string, string>> = {}): Known {
  const { catalog, probes } = snapshot;
  const figures = new Map(
    snapshot.relations.map((one) => [keyOf(one), rowsNow(one, snapshot.source.blockSize)]),
  );
  const live = new Map(snapshot.activity.tables.map((one) => [keyOf(one), one.live]));
  const rows = new Map<string, number>();
  for (const table of catalog.tables) {
    const parts = leavesOf(catalog, table);
    const counted = parts.flatMap((part) => {
      const own = figures.get(keyOf(part));
      return own !== undefined && own >= 0 ? own : (live.get(keyOf(part)) ?? []);
    });
    if (counted.length > 0) rows.set(keyOf(table), Math.round(counted.reduce((sum, one) => sum + one, 0)));
  }
  const columns = columnsOf(snapshot, rows);
  return {
    rows,
    columns,
    fanOut: new Map(probes.fanOut.map((one) => [`${keyOf(one.table)} ${one.constraint}`, one])),
    pairs: probes.pairs,
    offsets: probes.offsets,
    prefixes: new Map(probes.prefixes.map((one) => [`${keyOf(one.table)}.${one.column}`, one])),
    extended: snapshot.extended,
    definitions: new Map(
      (catalog.others ?? [])
        .filter((one) => one.kind === 'statistics')
        .map((one) => [one.name, one.definition]),
    ),
    wanted: wantedKeys(catalog, columns),
    members: membersOf(snapshot),
    generators: new Map(Object.entries(generators)),
  };
}

/** Rows as the planner reckons: the density of the last ANALYZE over the length of today. */
function rowsNow({ rows, pages, bytes }: RelationFigures, blockSize: number): number {
  if (rows < 0 || pages <= 0 || bytes === undefined) return rows;
  return Math.round((rows / pages) * (bytes / blockSize));
}

/** A table itself, or the partitions that hold its rows. */
function leavesOf(catalog: Catalog, table: Table): readonly Table[] {
  if (table.kind !== 'partitioned') return [table];
  return catalog.tables
    .filter((one) => one.partitionOf && keyOf(one.partitionOf) === keyOf(table))
    .flatMap((one) => leavesOf(catalog, one));
}

function columnsOf(
  { catalog, columns, probes }: Snapshot,
  rows: ReadonlyMap<string, number>,
): ReadonlyMap<string, ColumnStatistics> {
  const own = new Map<string, ColumnStatistics>();
  const tables = new Map(catalog.tables.map((table) => [keyOf(table), table]));
  for (const one of columns) {
    const table = tables.get(`${one.schema}.${one.relation}`);
    if (table && one.inherited === (table.kind === 'partitioned'))
      own.set(`${one.schema}.${one.relation}.${one.column}`, one);
  }
  // Servers do not analyse partitioned tables by themselves: then their partitions tell.
  for (const table of catalog.tables.filter((one) => one.kind === 'partitioned' && !one.partitionOf)) {
    for (const column of table.columns) {
      const key = `${keyOf(table)}.${column.name}`;
      const parts = leavesOf(catalog, table).flatMap((leaf) => {
        const found = own.get(`${keyOf(leaf)}.${column.name}`);
        return found ? [{ statistics: found, rows: rows.get(keyOf(leaf)) ?? 0 }] : [];
      });
      const merged = mergeStatistics(parts);
      if (!merged) continue;
      const whole = own.get(key);
      // Over all partitions rows lie in the order of the partitions: what was loaded in order shows that within each only.
      const { correlation = 0 } = merged;
      own.set(key, {
        ...(whole ?? merged),
        ...(whole && Math.abs(correlation) > inOrder ? { correlation } : {}),
        schema: table.schema,
        relation: table.name,
      });
    }
  }
  for (const end of probes.ends) {
    const key = `${keyOf(end.table)}.${end.column}`;
    const found = own.get(key);
    const bounds = found?.histogram === undefined ? [] : arrayItems(found.histogram);
    if (found && bounds.length > 1)
      own.set(key, {
        ...found,
        histogram: writeArray([end.least, ...bounds.slice(1, -1), end.greatest]),
      });
  }
  return own;
}

/** Common values of foreign keys of one column are keys of the referenced table. */
function wantedKeys(
  catalog: Catalog,
  columns: ReadonlyMap<string, ColumnStatistics>,
): ReadonlyMap<string, readonly string[]> {
  const wanted = new Map<string, Set<string>>();
  for (const table of catalog.tables) {
    for (const { kind, columns: names, references } of table.constraints) {
      if (kind !== 'foreign' || !references || names.length !== 1) continue;
      const common = columns.get(`${keyOf(table)}.${names[0]!}`)?.commonValues;
      if (common === undefined) continue;
      const key = `${keyOf(references)}.${references.columns[0]!}`;
      const values = wanted.get(key) ?? wanted.set(key, new Set()).get(key)!;
      for (const value of arrayItems(common)) if (value !== null) values.add(value);
    }
  }
  return new Map([...wanted].map(([key, values]) => [key, [...values]]));
}

/** Statistics of a column, if there are any. */
export function statisticsOf(
  known: Known | undefined,
  table: Name,
  column: string,
): ColumnStatistics | undefined {
  return known?.columns.get(`${keyOf(table)}.${column}`);
}

/** Whether a column alone nearly tells rows apart; true when nothing is known of it. */
export function isNearlyUnique(known: Known | undefined, table: Name, column: string): boolean {
  const found = statisticsOf(known, table, column);
  return !found || found.distinct <= -0.9;
}
