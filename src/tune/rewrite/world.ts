/** Makes small databases: few rows, repeated values, nulls where they may be, ends of types; what the structure does not allow is left out by the server. */
import { SqlError } from '../../base/error.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Column, Table } from '../../catalog/model.ts';
import type { Engine, Session, WorldHints } from '../../engine/model.ts';
import { random } from '../../workload/random.ts';
import type { WorldTable } from './model.ts';

export interface WorldOptions {
  readonly engine: Engine;
  readonly session: Session;
  readonly catalog: Catalog;
  /** Referred tables first. */
  readonly tables: readonly Table[];
  readonly hints: WorldHints;
  /** Constants that the statement compares a column with, by `table.column`. */
  readonly wanted: ReadonlyMap<string, readonly string[]>;
}

/** Seed of the world without any row. */
export const emptyWorld = 0;
/** Seed of the world with one row in each table. */
export const singleWorld = 1;
/** Most rows of a table. */
const mostRows = 9;
/** Different values that a column of one world has. */
const fewValues = 3;
/** A list this long is mostly of general values. */
const manyValues = 12;
const nullShare = 0.25;
const emptyShare = 0.12;

/** Fills the tables of an open transaction; equal seeds make equal rows. */
export async function makeWorld(options: WorldOptions, seed: number): Promise<readonly WorldTable[]> {
  const { tables } = options;
  const next = random(seed * 7919 + 17);
  const made = new Map<string, WorldTable>();
  for (const table of tables) made.set(keyOf(table), await fillTable(options, table, seed, next, made));
  return tables.map((table) => made.get(keyOf(table))!);
}

async function fillTable(
  options: WorldOptions,
  table: Table,
  seed: number,
  next: () => number,
  made: ReadonlyMap<string, WorldTable>,
): Promise<WorldTable> {
  const columns = table.columns.filter(({ generated }) => !generated);
  const pools = new Map(columns.map((column) => [column.name, poolOf(options, table, column, seed, next)]));
  // A type that nothing is known of is left to its default.
  // In half of the worlds keys begin at one, in the others among the values that the statement mentions.
  const shift = next() < 0.5 ? 0 : Math.floor(next() * 40);
  const filled = columns.filter(
    (column) => (pools.get(column.name) ?? []).length > 0 || !column.notNull || isReference(table, column),
  );
  const count =
    seed === emptyWorld
      ? 0
      : seed === singleWorld
        ? 1
        : next() < emptyShare
          ? 0
          : 1 + Math.floor(next() * mostRows);
  const rows = Array.from({ length: count }, (_, at) =>
    rowOf(options, table, filled, pools, at + shift, next, made),
  ).filter((row) => row !== undefined);
  const names = filled.map(({ name }) => name);
  return { table, columns: names, rows: await inserted(options, table, names, rows) };
}

function isReference(table: Table, column: Column): boolean {
  return table.constraints.some(({ kind, columns }) => kind === 'foreign' && columns.includes(column.name));
}

/** A few values of a column: those that are asked for, those of everyday, and in every third world extremes. */
function poolOf(
  { engine, catalog, hints, wanted }: WorldOptions,
  table: Table,
  column: Column,
  seed: number,
  next: () => number,
): readonly string[] {
  const { plain, extreme } = engine.rewrites.worlds.values(column, catalog, hints);
  const typed = (value: string): string => `(${engine.quote.literal(value)})::${column.type}`;
  const asked = (wanted.get(`${table.name}.${column.name}`) ?? []).map(typed);
  const allowed = allowedOf(engine, table, column).map(typed);
  const pick = (from: readonly string[], many: number): readonly string[] =>
    // At the head of a long list stands what the statement mentions.
    Array.from(
      { length: Math.min(many, from.length) },
      () => from[Math.floor(next() ** (from.length > manyValues ? 2 : 1) * from.length)]!,
    );
  if (allowed.length > 0) return [...pick(asked, 1), ...pick(allowed, fewValues)];
  return [...pick(asked, 1), ...pick(plain, fewValues), ...(seed % 3 === 2 ? pick(extreme, 2) : [])];
}

/** Texts that the checks of a column name: most likely the only ones that they let pass. */
function allowedOf(engine: Engine, table: Table, column: Column): readonly string[] {
  if (engine.types.family(column.type) !== 'text') return [];
  return table.constraints
    .filter(
      ({ kind, columns, enforced }) =>
        kind === 'check' && enforced && columns.length === 1 && columns[0] === column.name,
    )
    .flatMap(({ definition }) => engine.rewrites.worlds.hints(definition, []).texts);
}

function rowOf(
  options: WorldOptions,
  table: Table,
  columns: readonly Column[],
  pools: ReadonlyMap<string, readonly string[]>,
  at: number,
  next: () => number,
  made: ReadonlyMap<string, WorldTable>,
): readonly string[] | undefined {
  const { engine, catalog, hints } = options;
  const values = new Map<string, string>();
  for (const { kind, columns: own, references } of table.constraints) {
    if (kind !== 'foreign' || !references) continue;
    const nullable = own.some(
      (name) => table.columns.find((column) => column.name === name)?.notNull !== true,
    );
    const parent = made.get(keyOf(references));
    const row = parent?.rows[Math.floor(next() * (parent?.rows.length ?? 0))];
    const places = references.columns.map((name) => parent?.columns.indexOf(name) ?? -1);
    if (!row || places.includes(-1) || (nullable && next() < nullShare)) {
      if (!nullable) return undefined;
      for (const name of own) values.set(name, 'NULL');
      continue;
    }
    for (const [i, name] of own.entries()) {
      const value = row[places[i]!] ?? null;
      if (!values.has(name)) values.set(name, value === null ? 'NULL' : engine.quote.literal(value));
    }
  }
  for (const column of columns) {
    if (values.has(column.name)) continue;
    const pool = pools.get(column.name) ?? [];
    if (isUnique(table, column)) {
      // A key of its own for each row: repeated ones would leave one row only.
      const all = engine.rewrites.worlds.values(column, catalog, hints).plain;
      values.set(column.name, all[(at + Math.floor(next() * 2)) % Math.max(1, all.length)] ?? 'NULL');
    } else if (pool.length === 0 || (!column.notNull && next() < nullShare)) values.set(column.name, 'NULL');
    else values.set(column.name, pool[Math.floor(next() * pool.length)]!);
  }
  return columns.map(({ name }) => values.get(name) ?? 'NULL');
}

function isUnique(table: Table, column: Column): boolean {
  return table.indexes.some(({ unique, keys }) => unique && keys.length === 1 && keys[0] === column.name);
}

/** Rows that the server took; where it refuses them together, they are tried one by one. */
async function inserted(
  { engine, session }: WorldOptions,
  table: Table,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<WorldTable['rows']> {
  if (rows.length === 0 || columns.length === 0) return [];
  const insert = async (some: readonly (readonly string[])[]): Promise<WorldTable['rows'] | undefined> => {
    await session.query('SAVEPOINT dbd_rows');
    try {
      const result = await session.query(engine.rewrites.worlds.insert(table, columns, some));
      return result.rows.map((row) => columns.map((name) => textOf(row[name])));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      await session.query('ROLLBACK TO SAVEPOINT dbd_rows');
      return undefined;
    }
  };
  const all = await insert(rows);
  if (all) return all;
  const taken: (readonly (string | null)[])[] = [];
  for (const row of rows) taken.push(...((await insert([row])) ?? []));
  return taken;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
