/** How many rows are written per day, table by table: by the server's own counters, else by the rates of the statements. */
import { findTable } from '../../catalog/find.ts';
import { keyOf, nameOf } from '../../catalog/identity.ts';
import type { Engine, Snapshot, TableActivity } from '../../engine/model.ts';
import type { TableWrites, WorkQuery } from '../advice/model.ts';

const dayMs = 86_400_000;

/** Tables that are written, most rows first; `counters` tells whether the snapshot's counters are those of this workload. */
export function tableWrites(
  engine: Engine,
  snapshot: Snapshot,
  queries: readonly WorkQuery[],
  counters: boolean,
): readonly TableWrites[] {
  const stated = statedWrites(engine, snapshot, queries);
  const { since, tables } = snapshot.activity;
  const ms = since === undefined ? Number.NaN : Date.parse(snapshot.takenAt) - Date.parse(since);
  const counted = counters && ms > 0 ? countedWrites(tables, ms / dayMs) : new Map<string, TableWrites>();
  const all = new Map([...stated, ...counted]);
  return [...all]
    .map(([key, writes]) => ({ ...writes, sets: stated.get(key)?.sets ?? [] }))
    .filter(({ inserted, updated, deleted }) => inserted + updated + deleted > 0)
    .toSorted((a, b) => rowsOf(b) - rowsOf(a) || keyOf(a.table).localeCompare(keyOf(b.table)));
}

function rowsOf({ inserted, updated, deleted }: TableWrites): number {
  return inserted + updated + deleted;
}

function countedWrites(tables: readonly TableActivity[], days: number): ReadonlyMap<string, TableWrites> {
  return new Map(
    tables.map(({ schema, name, inserted, updated, hotUpdated, deleted }) => [
      keyOf({ schema, name }),
      {
        table: { schema, name },
        inserted: inserted / days,
        updated: updated / days,
        hotUpdated: hotUpdated / days,
        deleted: deleted / days,
        sets: [],
        basis: 'measured' as const,
      },
    ]),
  );
}

/** One row per call: what a statement's text tells. */
function statedWrites(
  { grammar }: Engine,
  { catalog }: Snapshot,
  queries: readonly WorkQuery[],
): ReadonlyMap<string, TableWrites> {
  const found = new Map<string, { -readonly [K in keyof TableWrites]: TableWrites[K] }>();
  const columns = new Map<string, Map<string, number>>();
  for (const { kind, sql, callsPerDay } of queries) {
    if (kind !== 'write') continue;
    const shape = grammar.shape(sql);
    const table = shape.tables[0] && findTable(catalog, shape.tables[0].table);
    if (!table || shape.kind === 'read' || shape.kind === 'other') continue;
    const key = keyOf(table);
    const one = found.get(key) ?? {
      table: nameOf(table),
      inserted: 0,
      updated: 0,
      hotUpdated: 0,
      deleted: 0,
      sets: [],
      basis: 'derived' as const,
    };
    found.set(key, one);
    if (shape.kind === 'insert') one.inserted += callsPerDay;
    else if (shape.kind === 'delete') one.deleted += callsPerDay;
    else {
      one.updated += callsPerDay;
      const own = columns.get(key) ?? new Map<string, number>();
      columns.set(key, own);
      for (const { column } of shape.sets ?? []) own.set(column, (own.get(column) ?? 0) + callsPerDay);
    }
  }
  for (const [key, one] of found)
    one.sets = [...(columns.get(key) ?? [])].map(([column, calls]) => ({
      column,
      share: calls / Math.max(1e-9, one.updated),
    }));
  return found;
}
