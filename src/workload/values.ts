/** Values for a query's parameters, drawn on the twin so that they follow its rows. */
import { findTable } from '../catalog/find.ts';
import type { Catalog, Table } from '../catalog/model.ts';
import type { Engine, Predicate, QueryShape, Session } from '../engine/model.ts';
import type { NamedQuery, ParameterSource } from './model.ts';
import { random } from './random.ts';

/** What drawing needs beside the query. */
export interface DrawContext {
  readonly engine: Engine;
  readonly session: Session;
  readonly catalog: Catalog;
  readonly seed: number;
  /** Sets of values wanted. */
  readonly sets: number;
}

/** Columns of one parameter-bearing relation of a query: their values come from the same row. */
interface Met {
  readonly parameter: string;
  readonly table: Table;
  readonly alias: string;
  readonly column: string;
  readonly operator: Predicate['operator'];
}

/** One column of values per parameter name, each `sets` long; names in `before` keep the values they have. Throws a plain `Error` that names the parameter without a source. */
export async function drawValues(
  context: DrawContext,
  query: NamedQuery,
  shape: QueryShape,
  names: readonly string[],
  typeNames: readonly string[],
  before: ReadonlyMap<string, readonly unknown[]> = new Map(),
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const drawn = new Map<string, readonly unknown[]>([...before].filter(([name]) => names.includes(name)));
  for (const [name, source] of Object.entries(query.params)) {
    if (names.includes(name) && !drawn.has(name)) drawn.set(name, await fromSource(context, source));
  }
  for (const [at, name] of (query.sets?.names ?? []).entries()) {
    if (!names.includes(name) || drawn.has(name) || query.sets!.rows.length === 0) continue;
    const { rows } = query.sets!;
    drawn.set(
      name,
      Array.from({ length: context.sets }, (_, set) => rows[set % rows.length]![at]),
    );
  }
  const open = names.filter((name) => !drawn.has(name));
  for (const group of groupsOf(metBy(context.catalog, shape, open))) {
    for (const [name, values] of await fromRows(context, group)) drawn.set(name, values);
  }
  for (const [i, name] of names.entries()) {
    if (drawn.has(name)) continue;
    const type = typeNames[i] ?? 'text';
    const values = Array.from({ length: context.sets }, (_, n) => context.engine.probe.anyValue(type, n + 1));
    if (values.includes(undefined))
      throw new Error(`no values could be inferred for :${name} of type ${type}`);
    drawn.set(name, values);
  }
  return drawn;
}

async function fromSource(
  { engine, session, catalog, seed, sets }: DrawContext,
  source: ParameterSource,
): Promise<readonly unknown[]> {
  const next = random(seed);
  switch (source.kind) {
    case 'values':
      return Array.from({ length: sets }, () => source.values[Math.floor(next() * source.values.length)]);
    case 'range':
      return Array.from({ length: sets }, () =>
        String(source.from + Math.floor(next() * (source.to - source.from + 1))),
      );
    case 'expression':
      return engine.probe.evaluate(session, source.sql, sets);
    case 'column': {
      const table = findTable(catalog, source.table);
      if (!table)
        throw new Error(`its parameter source names the table ${source.table}, which does not exist`);
      const rows = await engine.probe.draw(session, table, [source.column], sets, seed);
      if (rows.length === 0)
        throw new Error(`its parameter source ${source.table}.${source.column} has no values on the twin`);
      return Array.from({ length: sets }, (_, i) => rows[i % rows.length]![0]);
    }
  }
}

/** Which column of which table each open parameter meets, the most telling place first. */
function metBy(catalog: Catalog, shape: QueryShape, open: readonly string[]): readonly Met[] {
  const places = [
    ...shape.predicates.flatMap((predicate) =>
      predicate.parameter ? [{ ...predicate, parameter: predicate.parameter }] : [],
    ),
    ...(shape.sets ?? []).map((set) => ({ ...set, operator: 'equal' as const })),
  ];
  return open.flatMap((parameter) => {
    for (const place of places.filter((one) => one.parameter === parameter)) {
      const named = shape.tables.find((one) => one.alias === place.alias);
      const table = named && findTable(catalog, named.table);
      if (table?.columns.some((column) => column.name === place.column)) {
        return [{ parameter, table, alias: place.alias, column: place.column, operator: place.operator }];
      }
    }
    return [];
  });
}

/** Parameters that meet the same relation are drawn from the same row. */
function groupsOf(met: readonly Met[]): readonly (readonly Met[])[] {
  return [...new Set(met.map((one) => one.alias))].map((alias) => met.filter((one) => one.alias === alias));
}

async function fromRows(
  context: DrawContext,
  group: readonly Met[],
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const { engine, session, seed, sets } = context;
  const columns = [...new Set(group.map((one) => one.column))];
  const { table } = group[0]!;
  // Several parameters on one column (a list, a range) need several rows each.
  const perSet = Math.max(...columns.map((column) => group.filter((one) => one.column === column).length));
  let rows = await engine.probe.draw(session, table, columns, sets * perSet, seed);
  if (rows.length === 0) rows = await fromParents(context, table, columns);
  if (rows.length === 0) return new Map();

  const result = new Map<string, unknown[]>(group.map((one) => [one.parameter, []]));
  for (let set = 0; set < sets; set++) {
    for (const [c, column] of columns.entries()) {
      const same = group.filter((one) => one.column === column);
      const values = same.map((_, k) => rows[(set * perSet + k) % rows.length]![c]!);
      // The lower end of a range is written first as a rule.
      if (same.length > 1) values.sort(ascending);
      for (const [k, one] of same.entries())
        result.get(one.parameter)!.push(one.operator === 'like' ? `${values[k]!.slice(0, 3)}%` : values[k]);
    }
  }
  return result;
}

/** A table that has no rows yet takes the keys of the tables it refers to. */
async function fromParents(
  { engine, session, catalog, seed, sets }: DrawContext,
  table: Table,
  columns: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const drawn: (readonly (readonly string[])[])[] = [];
  for (const column of columns) {
    const reference = table.constraints.find(
      (one) => one.references && one.columns.length === 1 && one.columns[0] === column,
    )?.references;
    const parent = reference && findTable(catalog, `${reference.schema}.${reference.name}`);
    const rows = parent ? await engine.probe.draw(session, parent, [reference.columns[0]!], sets, seed) : [];
    if (rows.length > 0) {
      drawn.push(rows);
      continue;
    }
    const type = table.columns.find((one) => one.name === column)!.type;
    const values = Array.from({ length: sets }, (_, n) => engine.probe.anyValue(type, n + 1));
    if (values.includes(undefined)) return [];
    drawn.push(values.map((value) => [value!]));
  }
  return Array.from({ length: sets }, (_, i) => drawn.map((rows) => rows[i % rows.length]![0]!));
}

function ascending(a: string, b: string): number {
  const numeric = Number(a) - Number(b);
  return Number.isNaN(numeric) ? (a < b ? -1 : a > b ? 1 : 0) : numeric;
}
