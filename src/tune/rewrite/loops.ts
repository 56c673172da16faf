/** Statements that an application calls once for each row of another one: found by their calls, and tried as one call for all rows. */
import { SqlError } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import type { Catalog } from '../../catalog/model.ts';
import { findTable } from '../../catalog/find.ts';
import type { Batched, Engine, Session } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { Work, WorkQuery } from '../advice/model.ts';
import { same } from './equal.ts';
import type { Loop } from './model.ts';
import { isTimeout, timeInTurns } from './timed.ts';

export interface LoopOptions {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly filled: SandboxDatabase;
  readonly work: Pick<Work, 'queries'>;
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** Calls of the child for each call of the parent from which on it looks like a loop. */
const fewestCalls = 3;
/** The parent's rows on the twin may be this many times more or fewer than the calls say. */
const far = 3;
/** Keys that one measured loop runs over at most, and those whose order is compared. */
const mostKeys = 200;
const orderedKeys = 10;
/** Milliseconds of one statement. */
const longestMs = 10_000;

/** Every loop that the calls and the rows agree on, the most calls first; those that cannot be made one call are listed with the reason. */
export async function findLoops(options: LoopOptions): Promise<readonly Loop[]> {
  const { engine, filled, work, timeoutMs = longestMs } = options;
  const reads = work.queries.filter(({ kind }) => kind === 'read');
  const session = await engine.connect(filled.ownerUrl, { statementTimeoutMs: timeoutMs });
  try {
    const found: Loop[] = [];
    for (const child of reads.toSorted((a, b) => b.callsPerDay - a.callsPerDay)) {
      const batched = safely(() => engine.rewrites.batched(child.sql, options.catalog));
      if (!batched) continue;
      options.signal.throwIfAborted();
      const loop = await ofChild(child, batched, reads, options, session);
      if (loop) found.push(loop);
    }
    return found;
  } finally {
    await session.close();
  }
}

/** The parent whose rows explain the calls best. */
async function ofChild(
  child: WorkQuery,
  batched: Batched,
  reads: readonly WorkQuery[],
  options: LoopOptions,
  session: Session,
): Promise<Loop | undefined> {
  const column = keyColumn(child, batched, options);
  if (!column) return undefined;
  let best:
    | { readonly parent: WorkQuery; readonly keys: readonly string[]; readonly distance: number }
    | undefined;
  for (const parent of reads) {
    const ratio = child.callsPerDay / parent.callsPerDay;
    if (parent === child || ratio < fewestCalls) continue;
    const keys = await keysFrom(parent, column, options, session);
    if (!keys) continue;
    const distance = Math.abs(Math.log(ratio / keys.rows));
    if (distance <= Math.log(far) && (!best || distance < best.distance))
      best = { parent, keys: keys.values, distance };
  }
  if (!best) return undefined;
  const common = {
    parent: best.parent.name,
    child: child.name,
    callsPerParent: child.callsPerDay / best.parent.callsPerDay,
    sql: batched.sql,
  };
  return { ...common, ...(await tried(child, batched, best.keys, options, session)) };
}

/** The column that the child asks by, and the columns of other tables that hold the same values. */
function keyColumn(
  { sql }: WorkQuery,
  { key }: Batched,
  { engine, catalog }: LoopOptions,
): readonly { readonly table: string; readonly column: string }[] | undefined {
  const place = engine.capturedSql.places(sql)[key];
  const [written] = place?.tables ?? [];
  const table = written === undefined ? undefined : findTable(catalog, written);
  if (!table || typeof place?.column !== 'string') return undefined;
  const own = { table: table.name, column: place.column };
  const others = catalog.tables.flatMap((one) =>
    one.constraints.flatMap(({ kind, columns, references }) => {
      if (kind !== 'foreign' || !references || columns.length !== 1) return [];
      const here = { table: one.name, column: columns[0]! };
      const there = { table: references.name, column: references.columns[0]! };
      if (there.table === own.table && there.column === own.column) return [here];
      return here.table === own.table && here.column === own.column ? [there] : [];
    }),
  );
  return [own, ...others];
}

/** Values of such a column in the parent's rows, and how many rows one call has. */
async function keysFrom(
  parent: WorkQuery,
  columns: readonly { readonly table: string; readonly column: string }[],
  { engine }: LoopOptions,
  session: Session,
): Promise<{ readonly values: readonly string[]; readonly rows: number } | undefined> {
  const shape = safely(() => engine.grammar.shape(parent.sql));
  const names = columns.filter(({ table }) =>
    shape?.tables.some((one) => one.table.split('.').at(-1) === table),
  );
  const sets = parent.sets.length > 0 ? parent.sets : [{ values: [] }];
  if (names.length === 0 || (parent.sets.length === 0 && engine.capturedSql.places(parent.sql).length > 0))
    return undefined;
  const values = new Set<string>();
  let rows = 0;
  try {
    for (const set of sets) {
      const result = await inside(session, () => session.query(parent.sql, set.values));
      rows += result.rows.length / sets.length;
      const name = names.find(({ column }) => result.rows[0] && column in result.rows[0])?.column;
      for (const row of result.rows)
        if (name !== undefined && ['string', 'number'].includes(typeof row[name]))
          values.add(String(row[name] as string | number));
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return undefined;
  }
  return values.size > 1 ? { values: [...values].slice(0, mostKeys), rows } : undefined;
}

/** Reads leave nothing behind, and write nothing. */
async function inside<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN READ ONLY');
  try {
    return await work();
  } finally {
    await session.query('ROLLBACK');
  }
}

async function tried(
  child: WorkQuery,
  batched: Batched,
  keys: readonly string[],
  options: LoopOptions,
  session: Session,
): Promise<Pick<Loop, 'verdict' | 'because' | 'before' | 'after' | 'ratio' | 'sql'>> {
  const { engine, signal } = options;
  const values = child.sets[0]?.values ?? [];
  const rest = values.filter((_, at) => at !== batched.key);
  const one = (key: string): readonly unknown[] =>
    values.length > 0 ? values.map((value, at) => (at === batched.key ? key : value)) : [key];
  const rows = async (sql: string, given: readonly unknown[]): Promise<readonly string[]> =>
    (await session.query<{ row: string }>(engine.rewrites.asText(sql), given)).rows.map(({ row }) => row);
  const ordered = engine.rewrites.ordered(child.sql);
  try {
    return await inside(session, async () => {
      const single: string[] = [];
      for (const [at, key] of keys.entries()) {
        signal.throwIfAborted();
        const found = await rows(batched.single, one(key));
        single.push(...found);
        if (at < orderedKeys && !same(found, await rows(batched.sql, [[key], ...rest]), ordered))
          return {
            verdict: 'refuted',
            sql: batched.sql,
            because: `For the key ${key} its rows differ.`,
          } as const;
      }
      const all = await rows(batched.sql, [keys, ...rest]);
      if (!same(single, all, false))
        return {
          verdict: 'refuted',
          sql: batched.sql,
          because: `The single calls had ${plural(single.length, 'row')}, the one for all ${plural(all.length, 'row')}.`,
        } as const;
      const timed = await timeInTurns(
        session,
        keys.map((key) => ({ sql: child.sql, values: one(key) })),
        [{ sql: batched.sql, values: [keys, ...rest] }],
        signal,
      );
      const { before, after, ratio, figures, faster } = timed;
      const because = `The same ${plural(all.length, 'row')} for ${plural(keys.length, 'key')}; ${figures}, without the way over the network.`;
      const reason = `one call instead of ${keys.length}: $1 holds the keys, ${batched.by} tells which one a row belongs to`;
      return {
        verdict: faster ? 'offered' : 'not-faster',
        sql: faster ? engine.rewrites.explained(batched.sql, `query-per-row: ${reason}.`) : batched.sql,
        because,
        before,
        after,
        ratio,
      } as const;
    });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const because = isTimeout(error)
      ? 'It was cut off on the filled twin.'
      : `It could not be run: ${error.message}`;
    return { verdict: 'not-proven', sql: batched.sql, because };
  }
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
