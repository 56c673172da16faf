/** What single calls of a query do and take, one after the other. */
import { DbdError, SqlError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
import { runCall, statementsOf, valuesOf } from '../workload/call.ts';
import type { PreparedQuery } from '../workload/model.ts';
import { planOf, readWork, type Work } from './work.ts';

/** Fewest samples a verdict rests on. */
export const fewestSamples = 20;
/** Samples from which a 95th percentile has an upper end with 95 % confidence. */
export const wantedSamples = 80;
/** Calls go on at most this long for the fewest samples, milliseconds. */
const longestMs = 15_000;
/** Samples of a smaller size that fix its median well enough when calls are slow. */
const medianSamples = 15;
/** Sets of values whose work is read, and how many are read at least. */
const lookedSets = 50;
const fewestLooked = 3;

/** A query on the twin of one size. */
export interface Probe {
  readonly session: Session;
  readonly query: PreparedQuery;
}

/** Calls of one probe. */
export interface Served {
  readonly ms: number[];
  /** Share of the commit in each call of a write. */
  readonly commitMs: number[];
  timedOut: number;
  readonly errors: Map<string, number>;
}

/** What one call does, whatever the time it takes: means over sets of values. */
export interface Looked {
  /** Pages touched; NaN when a call was cut off. */
  readonly buffers: number;
  readonly processed?: number;
  readonly passed?: number;
  /** Milliseconds the server spent on executing; watching makes them rather more than less. */
  readonly executionMs?: number;
  readonly plan: readonly string[];
  readonly path: string;
  /** How many sets of values meet no row at all: a call that finds nothing is fast, and shows nothing about one that does. */
  readonly met: { readonly sets: number; readonly empty: number };
}

/** Reads the work of calls with several sets of values, for about `limitMs`; writes are taken back. */
export async function look(
  engine: Engine,
  { session, query }: Probe,
  limitMs: number,
  signal: AbortSignal,
): Promise<Looked> {
  const begin = performance.now();
  const write = query.kind === 'write';
  const whole = write || query.statements !== undefined;
  const seen: { readonly work: Work; readonly pages: number; readonly rows: number }[] = [];
  let cut = false;
  for (const values of spread(query.values, lookedSets)) {
    if (signal.aborted || (seen.length >= fewestLooked && performance.now() - begin > limitMs)) break;
    if (whole) await session.run('BEGIN');
    try {
      // The plan of a write knows nothing of its triggers; the transaction does.
      const before = write ? await engine.stats.touched(session) : undefined;
      const work = await readWork(engine, session, query, values, true);
      const after = write ? await engine.stats.touched(session) : undefined;
      seen.push({
        work,
        pages: before && after ? after.pages - before.pages : work.pages,
        rows: before && after ? after.rows - before.rows : (work.processed ?? Number.NaN),
      });
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      cut = true;
      break;
    } finally {
      if (whole) await session.run('ROLLBACK');
    }
  }
  const first = seen[0]?.work ?? (await readWork(engine, session, query, query.values[0] ?? [], false));
  const rows = mean(seen.map((one) => one.rows));
  const passed = mean(seen.map(({ work }) => work.met ?? Number.NaN));
  const executionMs = mean(seen.map(({ work }) => work.executionMs ?? Number.NaN));
  const empty = seen.filter(({ work }) => work.empty).length;
  return {
    buffers: cut ? Number.NaN : Number(mean(seen.map((one) => one.pages)).toFixed(1)),
    ...(cut || !Number.isFinite(rows) ? {} : { processed: rows }),
    ...(cut || !Number.isFinite(passed) ? {} : { passed }),
    ...(cut || !Number.isFinite(executionMs) ? {} : { executionMs }),
    plan: planOf(first),
    path: mostCommon((seen.length > 0 ? seen.map((one) => one.work) : [first]).map(pathOf)),
    met: { sets: seen.length, empty },
  };
}

/** Scans and joins of a plan: what decides how its work grows. */
function pathOf({ plans }: Work): string {
  return [...new Set(plans.flat().filter((node) => / Scan|Join|Nested Loop/.test(node)))]
    .toSorted()
    .join(', ');
}

/** A few calls that nobody counts: a fresh clone has a cold cache and an empty plan. */
export async function warm({ session, query }: Probe): Promise<void> {
  if (query.kind === 'write') return;
  for (const values of query.values.slice(-3)) {
    const ran = await runCall(session, query, values).then(
      () => true,
      () => false,
    );
    if (!ran) return;
  }
}

/**
 * Calls one query on twins of growing size in turns, smallest first, so that a slow minute of the machine meets all of them: until the largest has
 * samples enough, or `limitMs` is used up. A call that is cut off ends its size and all larger ones.
 */
export async function serve(
  probes: readonly Probe[],
  limitMs: number,
  signal: AbortSignal,
): Promise<readonly Served[]> {
  const all = probes.map((): Served => ({ ms: [], commitMs: [], timedOut: 0, errors: new Map() }));
  const begin = performance.now();
  let open = probes.length;
  for (let turn = 0; open > 0; turn += 1) {
    const most = all[open - 1]!.ms.length;
    const spent = performance.now() - begin;
    if (most >= wantedSamples || spent > (most < fewestSamples ? longestMs : limitMs)) break;
    for (const [i, probe] of probes.slice(0, open).entries()) {
      if (signal.aborted) return all;
      const own = all[i]!;
      if (i < open - 1 && own.ms.length >= medianSamples && spent > limitMs / 4) continue;
      if (await call(probe, turn, own)) continue;
      open = i;
      break;
    }
    if (probes[0]!.query.kind === 'write' && turn + 1 >= probes[0]!.query.values.length) break;
  }
  return all;
}

/** One call; false when it was cut off or failed. */
async function call({ session, query }: Probe, turn: number, own: Served): Promise<boolean> {
  const write = query.kind === 'write';
  // From the last values backwards: the load takes them from the front, and each row can be inserted once.
  const values = query.values[query.values.length - 1 - (turn % Math.max(1, query.values.length))] ?? [];
  const whole = write || query.statements !== undefined;
  let begin = performance.now();
  if (whole) await session.run('BEGIN');
  // A single write that is not watched has no BEGIN of its own.
  if (query.statements === undefined) begin = performance.now();
  try {
    for (const statement of statementsOf(query))
      await session.query(statement.sql, valuesOf(statement, values));
    const ran = performance.now();
    if (whole) await session.run('COMMIT');
    if (write) own.commitMs.push(performance.now() - ran);
    own.ms.push(performance.now() - begin);
    return true;
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    if (whole) await session.run('ROLLBACK');
    if (error instanceof SqlError && error.code === 'sql.timeout') own.timedOut += 1;
    else own.errors.set(error.message, (own.errors.get(error.message) ?? 0) + 1);
    return false;
  }
}

/** At most `count` items, evenly from all. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}

function mostCommon(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
