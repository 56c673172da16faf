import { findTable } from '../../catalog/find.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { Bound, Unit } from './model.ts';

/** Sets of values that are looked at for two sessions that meet. */
const sets = 8;

/** Where a parameter's values come from. */
export interface Place {
  readonly table: Table;
  readonly column: string;
}

/** The column each parameter of a unit meets, what it is compared with before what it fills. */
export function placesOf(catalog: Catalog, unit: Unit): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const note = (
    step: Unit['steps'][number],
    alias: string,
    column: string,
    parameter: string | undefined,
  ): void => {
    if (parameter === undefined || places.has(parameter)) return;
    const named = step.shape.tables.find((one) => one.alias === alias);
    const table = named && findTable(catalog, named.table);
    if (table?.columns.some((one) => one.name === column)) places.set(parameter, { table, column });
  };
  for (const step of unit.steps)
    for (const each of step.shape.predicates) note(step, each.alias, each.column, each.parameter);
  for (const step of unit.steps)
    for (const each of step.shape.sets ?? []) note(step, each.alias, each.column, each.parameter);
  return places;
}

export interface DrawOptions {
  readonly engine: Engine;
  readonly session: Session;
  readonly catalog: Catalog;
  readonly seed: number;
  /** Values that the task gives, by parameter. */
  readonly given: Readonly<Record<string, readonly unknown[]>>;
}

/** Sets of values for a unit's parameters: those of one table come from one row, and two parameters of one column from different rows. */
export async function drawSets(options: DrawOptions, unit: Unit): Promise<readonly Bound[]> {
  const { engine, session, given } = options;
  const places = placesOf(options.catalog, unit);
  const drawn = await rowsBehind(options, places);
  const order = new Map<string, number>();
  const made: Record<string, unknown>[] = Array.from({ length: sets }, () => ({}));
  for (const step of unit.steps) {
    const types = step.names.length > 0 ? await engine.probe.parameterTypes(session, step.sql) : [];
    for (const [i, name] of step.names.entries()) {
      if (name in made[0]!) continue;
      const place = places.get(name);
      const key = place && `${place.table.schema}.${place.table.name}.${place.column}`;
      const turn = key === undefined ? 0 : (order.get(key) ?? 0);
      if (key !== undefined) order.set(key, turn + 1);
      for (const [n, set] of made.entries()) {
        const own = given[name];
        const rows = place && drawn.get(place.table);
        const value = own
          ? own[n % own.length]
          : rows?.[(n + turn) % Math.max(1, rows.length)]?.[place!.column];
        set[name] = value ?? engine.probe.anyValue(types[i] ?? 'text', n + 1) ?? null;
      }
    }
  }
  return made;
}

async function rowsBehind(
  { engine, session, catalog, seed }: DrawOptions,
  places: ReadonlyMap<string, Place>,
): Promise<ReadonlyMap<Table, readonly Readonly<Record<string, string>>[]>> {
  const columns = new Map<Table, Set<string>>();
  for (const { table, column } of places.values())
    columns.set(table, (columns.get(table) ?? new Set()).add(column));
  const rows = new Map<Table, readonly Readonly<Record<string, string>>[]>();
  for (const [table, names] of columns) {
    const list = [...names];
    let drawn = await engine.probe.draw(session, table, list, sets, seed);
    if (drawn.length === 0) drawn = await parents(engine, session, catalog, table, list, seed);
    rows.set(
      table,
      drawn.map((row) => Object.fromEntries(list.map((name, i) => [name, row[i]!]))),
    );
  }
  return rows;
}

/** A table without rows takes the keys of those it refers to, and made-up values. */
async function parents(
  engine: Engine,
  session: Session,
  catalog: Catalog,
  table: Table,
  columns: readonly string[],
  seed: number,
): Promise<readonly (readonly string[])[]> {
  const lists: (readonly (string | undefined)[])[] = [];
  for (const name of columns) {
    const key = table.constraints.find(
      (one) => one.references && one.columns.length === 1 && one.columns[0] === name,
    );
    const parent = key?.references && findTable(catalog, key.references);
    const type = table.columns.find((one) => one.name === name)!.type;
    lists.push(
      parent
        ? (await engine.probe.draw(session, parent, [key!.references!.columns[0]!], sets, seed)).map(
            (row) => row[0],
          )
        : Array.from({ length: sets }, (_, n) => engine.probe.anyValue(type, n + 1)),
    );
  }
  const most = Math.min(...lists.map((list) => list.length));
  return Array.from({ length: most }, (_, n) => lists.map((list) => list[n] ?? ''));
}

/** The same values but for columns without foreign keys that an insert fills: those become new ones, so that a check finds nothing. */
export function renewed(unit: Unit, catalog: Catalog, values: Bound, n: number): Bound {
  const places = placesOf(catalog, unit);
  const inserted = new Set(
    unit.steps.flatMap((step) =>
      step.shape.kind === 'insert' ? (step.shape.sets ?? []).map(({ parameter }) => parameter) : [],
    ),
  );
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const place = places.get(name);
      const refers = place?.table.constraints.some(
        (one) => one.references !== undefined && one.columns.includes(place.column),
      );
      const type = place?.table.columns.find((one) => one.name === place.column)?.type ?? '';
      if (!place || refers || !inserted.has(name)) return [name, value];
      if (/^(?:integer|bigint)$/.test(type)) return [name, String(1_900_000_000 + n)];
      if (/^(?:text|character varying.*|citext)$/.test(type)) return [name, `new${n}`];
      return [name, value];
    }),
  );
}
