/** Up, writes of the new version, down, and up again: what of them is left? */
import { primaryKey } from '../../catalog/find.ts';
import { keyOf, nameOf } from '../../catalog/identity.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import { SqlError } from '../../base/error.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import { runCall } from '../../workload/call.ts';
import type { PreparedQuery } from '../../workload/model.ts';
import { carryOut, defaultLimitMs, type Subject } from '../doing.ts';
import { loadFor } from '../load.ts';
import type { ChangeRehearsal, RehearsalOptions } from '../model.ts';
import { failure } from '../roundtrip.ts';
import { affectedTables } from '../watch.ts';
import type { LostValues, NewVersionTrip } from './model.ts';
import { newShapes, type NewShape } from './shape.ts';
import { writeRows, type Written } from './writes.ts';

/** Calls of each given query of the new version. */
const callsPerQuery = 10;

/**
 * Writes what only the new shape takes, goes back and forth, and compares every value of the tables concerned. What can be made anew from the
 * old shape (a renamed column, a type that was widened) comes back; what only the new shape held does not.
 */
export async function newVersionTrip(
  options: RehearsalOptions,
  way: {
    readonly up: Subject['up'];
    readonly down: NonNullable<Subject['down']>;
    readonly names?: Subject['names'];
  },
  database: SandboxDatabase,
  quiet: ChangeRehearsal,
): Promise<NewVersionTrip> {
  const { engine, emit, signal } = options;
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd new version',
    ...(way.names ? { names: way.names } : {}),
  });
  const running = {
    engine,
    session,
    emit,
    signal,
    since: performance.now(),
    limitMs: options.limitMs ?? defaultLimitMs,
  };
  try {
    await carryOut(running, way.up);
    const shapes = newShapes(quiet.before, quiet.after, affectedTables(quiet.before, quiet.statements));
    const written = { inserted: 0, updated: 0, called: 0, refused: [] as string[] };
    const keys = new Map<string, Written['keys']>();
    for (const shape of shapes) {
      const one = await writeRows({ engine, session, catalog: quiet.after, shape });
      keys.set(keyOf(shape.table), one.keys);
      written.inserted += one.inserted;
      written.updated += one.updated;
      written.refused.push(...one.refused);
    }
    const given = await ownWrites(options, session, quiet.after);
    written.called = given.called;
    written.refused.push(...given.refused);
    if (written.inserted + written.updated + written.called === 0)
      return { ...written, verdict: 'not tried', lost: [] };

    const first = await valuesOf(options, session, shapes, keys);
    const down = await failure(() => carryOut(running, way.down));
    if (down) return { ...written, verdict: 'impossible', lost: [], failed: { where: 'down', error: down } };
    const again = await failure(() => carryOut(running, way.up));
    if (again)
      return { ...written, verdict: 'impossible', lost: [], failed: { where: 'up again', error: again } };
    const lost = lostBetween(shapes, first, await valuesOf(options, session, shapes, keys));
    return { ...written, verdict: lost.length === 0 ? 'exact' : 'lossy', lost };
  } finally {
    await session.close();
  }
}

/** Runs the writes that were given for the new version, and keeps what they wrote. */
async function ownWrites(
  { engine, workloadNew, seed }: RehearsalOptions,
  session: Session,
  after: Catalog,
): Promise<{ readonly called: number; readonly refused: readonly string[] }> {
  if (!workloadNew) return { called: 0, refused: [] };
  const { prepared } = await loadFor(engine, session, after, workloadNew, [], seed);
  let called = 0;
  const refused: string[] = prepared.excluded.map(({ name, reason }) => `${name}: ${reason}`);
  for (const query of prepared.queries.filter(({ kind }) => kind === 'write')) {
    const done = await callsOf(session, query);
    called += done.called;
    if (done.called === 0) refused.push(`${query.name}: ${done.said}`);
  }
  return { called, refused };
}

async function callsOf(
  session: Session,
  query: PreparedQuery,
): Promise<{ readonly called: number; readonly said: string }> {
  let called = 0;
  let said = 'it has no values to be called with';
  for (const values of query.values.slice(0, callsPerQuery)) {
    try {
      await runCall(session, query, values);
      called += 1;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      said = error.message;
    }
  }
  return { called, said };
}

/** Values of the written rows, as texts, by key; and one hash per column over all rows of the table. */
interface Values {
  readonly rows: ReadonlyMap<string, Readonly<Record<string, string | null>>>;
  readonly hashes: Readonly<Record<string, string>>;
}

async function valuesOf(
  { engine }: RehearsalOptions,
  session: Session,
  shapes: readonly NewShape[],
  keys: ReadonlyMap<string, Written['keys']>,
): Promise<ReadonlyMap<string, Values>> {
  const all = new Map<string, Values>();
  for (const { table } of shapes) {
    const key = primaryKey(table);
    const hashes: Record<string, string> = {};
    for (const { name } of table.columns) {
      const { rows, hash } = await engine.probe.fingerprint(session, table, [...new Set([...key, name])]);
      hashes[name] = `${rows} ${hash}`;
    }
    all.set(keyOf(table), {
      rows: await rowsOf(engine, session, table, keys.get(keyOf(table)) ?? []),
      hashes,
    });
  }
  return all;
}

async function rowsOf(
  { quote }: Engine,
  session: Session,
  table: Table,
  keys: Written['keys'],
): Promise<Values['rows']> {
  const key = primaryKey(table);
  const rows = new Map<string, Readonly<Record<string, string | null>>>();
  if (key.length === 0 || keys.length === 0) return rows;
  const text = (name: string): string => `CAST(${quote.identifier(name)} AS text)`;
  const wanted = keys
    .map((values) => `(${values.map((value) => quote.literal(value)).join(', ')})`)
    .join(', ');
  const found = await session.query<Record<string, string | null>>(
    `SELECT ${table.columns.map(({ name }, i) => `${text(name)} AS c${i}`).join(', ')} FROM ${quote.full(nameOf(table))} WHERE (${key.map(text).join(', ')}) IN (${wanted})`,
  );
  for (const row of found.rows) {
    const values = Object.fromEntries(table.columns.map(({ name }, i) => [name, row[`c${i}`] ?? null]));
    rows.set(JSON.stringify(key.map((name) => values[name])), values);
  }
  return rows;
}

function lostBetween(
  shapes: readonly NewShape[],
  first: ReadonlyMap<string, Values>,
  second: ReadonlyMap<string, Values>,
): readonly LostValues[] {
  return shapes.flatMap(({ table }): LostValues[] => {
    const name = keyOf(table);
    const then = first.get(name)!;
    const now = second.get(name)!;
    const gone = [...then.rows.keys()].filter((id) => !now.rows.has(id));
    if (gone.length > 0) return [{ table: name, column: '*', rows: gone.length }];
    return table.columns.flatMap(({ name: column }): LostValues[] => {
      const rows = [...then.rows].filter(
        ([id, values]) => now.rows.get(id)![column] !== values[column],
      ).length;
      if (rows > 0) return [{ table: name, column, rows }];
      // Rows that were there before may have changed, or those that the given queries wrote.
      return then.hashes[column] === now.hashes[column] ? [] : [{ table: name, column }];
    });
  });
}
