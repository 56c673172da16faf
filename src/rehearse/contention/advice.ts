import { fail } from '../../base/error.ts';
import { findTable } from '../../catalog/find.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Meeting, Unit, UnitStep } from './model.ts';
import type { Staged } from './scenarios.ts';
import { takes } from './units.ts';
import { placesOf } from './values.ts';

/** What to do, and the units in that form where it follows from their text. */
export interface Advice {
  readonly text: string;
  readonly form?: string;
  readonly units?: readonly [Unit, Unit];
  /** Statement that must have been run before. */
  readonly before?: string;
}

const again = 'run a transaction again that ends with 40001 or 40P01';

/** Advice for what two sessions came to; undefined when nothing went wrong at any level. */
export function adviceFor(
  engine: Engine,
  catalog: Catalog,
  staged: Staged,
  met: readonly Meeting[],
): Advice | undefined {
  const anomaly = met.find((each) => each.anomaly !== undefined)?.anomaly;
  if (met.some(({ deadlocks }) => deadlocks > 0)) return lockFirst(engine, catalog, staged);
  if (anomaly === 'lost update') return lockReads(engine, staged, (step, unit, at) => reads(unit, at));
  if (anomaly === 'taken twice')
    return lockReads(engine, staged, (_step, unit, at) => takes(unit, at), ' SKIP LOCKED');
  if (anomaly === 'phantom')
    return uniqueKey(engine, catalog, staged) ?? lockReads(engine, staged, (step) => step.guard);
  if (anomaly !== undefined) return lockReads(engine, staged, (step) => step.guard);
  if (met.some(({ refused }) => refused !== undefined) && staged.units.some(inserts))
    return {
      text: 'The constraint keeps the second row out: write INSERT … ON CONFLICT where that is no error for the application.',
    };
  return undefined;
}

function inserts({ steps }: Unit): boolean {
  return steps.some(({ shape }) => shape.kind === 'insert');
}

function reads({ steps }: Unit, at: number): boolean {
  return steps.some(({ derives }) => derives.some(({ from }) => from === at));
}

/** Rows that are read to be written are locked when they are read. */
function lockReads(
  engine: Engine,
  { units }: Staged,
  which: (step: UnitStep, unit: Unit, at: number) => boolean,
  skip = '',
): Advice {
  const written = units.map((unit): Unit | undefined => {
    const steps: UnitStep[] = [];
    for (const [at, step] of unit.steps.entries()) {
      if (!which(step, unit, at)) {
        steps.push(step);
        continue;
      }
      const sql = engine.contention.lockingRead(step.sql);
      if (sql === undefined) return undefined;
      steps.push({ ...step, sql: `${sql}${skip}` });
    }
    return { ...unit, steps };
  });
  const lost = units.some(({ steps }) => steps.some(({ derives }) => derives.length > 0));
  const text = skip
    ? 'Let each session pass over rows that another one is taking: SELECT … FOR UPDATE SKIP LOCKED.'
    : lost
      ? 'Let the server calculate (SET n = n + :by), or lock the row when it is read: SELECT … FOR UPDATE.'
      : `Lock what the check reads (SELECT … FOR UPDATE), let a constraint keep it, or use SERIALIZABLE and ${again}.`;
  const [one, two] = written;
  return one && two
    ? { text, form: `SELECT … FOR UPDATE${skip}`, units: [one, two] }
    : {
        text: `What the check reads is no single row, so it cannot be locked: use SERIALIZABLE and ${again}, lock a row that all writers share, or let a constraint keep it.`,
      };
}

/** Check-then-insert becomes a unique and an insert that leaves a row alone which is there. */
function uniqueKey(engine: Engine, catalog: Catalog, { units }: Staged): Advice | undefined {
  const [unit] = units;
  const at = unit.steps.findIndex(({ shape }) => shape.kind === 'insert');
  const insert = unit.steps[at];
  const columns = keyOf(catalog, unit);
  if (!insert?.writes || columns.length === 0) return undefined;
  const lenient = engine.contention.lenientInsert(insert.sql);
  const { quote } = engine;
  const list = columns.map((column) => quote.identifier(column)).join(', ');
  const changed: Unit = {
    ...unit,
    steps: unit.steps.map((step, i) =>
      i === at && lenient !== undefined ? { ...step, sql: lenient } : step,
    ),
  };
  return {
    text: 'A check before an insert sees no row that another session has not committed: a unique constraint does, and ON CONFLICT says what happens then.',
    form: lenient === undefined ? 'a unique constraint' : 'a unique constraint and ON CONFLICT DO NOTHING',
    units: [changed, changed],
    before: `CREATE UNIQUE INDEX ON ${quote.name(insert.writes)} (${list})`,
  };
}

/** Columns of the inserted table that the check compares with values which are inserted then. */
export function keyOf(catalog: Catalog, unit: Unit): readonly string[] {
  const insert = unit.steps.find(({ shape }) => shape.kind === 'insert');
  const table = insert?.writes && findTable(catalog, insert.writes);
  if (!insert || !table) return [];
  const filled = new Map((insert.shape.sets ?? []).map(({ parameter, column }) => [parameter, column]));
  return [
    ...new Set(
      unit.steps
        .filter(({ guard }) => guard)
        .flatMap(({ shape }) =>
          shape.predicates.flatMap(({ operator, parameter, column, alias }) => {
            const of = shape.tables.find((one) => one.alias === alias);
            const same = of !== undefined && findTable(catalog, of.table) === table;
            return operator === 'equal' && same && parameter !== undefined && filled.get(parameter) === column
              ? [column]
              : [];
          }),
        ),
    ),
  ];
}

/** All rows that a unit will write are locked first, in one order for everybody. */
function lockFirst(engine: Engine, catalog: Catalog, { units }: Staged): Advice {
  const text = `Take locks in one order everywhere, tables by name and rows by key; and ${again}.`;
  const changed = units.map((unit) => withLocks(engine, catalog, unit));
  const [one, two] = changed;
  return one && two
    ? { text, form: 'rows locked first, in the order of their keys', units: [one, two] }
    : { text };
}

function withLocks(engine: Engine, catalog: Catalog, unit: Unit): Unit | undefined {
  const places = placesOf(catalog, unit);
  const targets = new Map<
    string,
    { readonly table: string; readonly column: string; readonly names: Set<string> }
  >();
  for (const step of unit.steps) {
    if (step.writes === undefined || step.shape.kind === 'insert') continue;
    const found = step.shape.predicates.find(
      ({ operator, parameter }) => operator === 'equal' && parameter !== undefined && places.has(parameter),
    );
    const place = found?.parameter === undefined ? undefined : places.get(found.parameter);
    if (!found || !place) return undefined;
    const key = `${place.table.schema}.${place.table.name} ${place.column}`;
    const target = targets.get(key) ?? {
      table: engine.quote.name(place.table),
      column: engine.quote.identifier(place.column),
      names: new Set<string>(),
    };
    target.names.add(found.parameter ?? fail('internal.bug', 'A predicate lost its parameter.'));
    targets.set(key, target);
  }
  const locks = [...targets]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { table, column, names }]): UnitStep => {
      const list = [...names];
      const sql = `SELECT FROM ${table} WHERE ${column} IN (${list.map((_, i) => `$${i + 1}`).join(', ')}) ORDER BY ${column} FOR UPDATE`;
      return { sql, names: list, shape: engine.grammar.shape(sql), derives: [], carries: [], guard: false };
    });
  const later = <T extends { readonly from: number }>(links: readonly T[]): readonly T[] =>
    links.map((link) => ({ ...link, from: link.from + locks.length }));
  return {
    ...unit,
    steps: [
      ...locks,
      ...unit.steps.map((step) => ({ ...step, derives: later(step.derives), carries: later(step.carries) })),
    ],
  };
}
