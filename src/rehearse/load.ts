/** Runs an action beside the existing workload, with a long reader present, and tells who had to wait. */
import { formatMs } from '../base/units.ts';
import type { Emit } from '../base/event.ts';
import { primaryKey } from '../catalog/find.ts';
import type { Catalog, Name, Table } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { NamedQuery, PreparedQuery, Workload } from '../workload/model.ts';
import { prepareQueries, type Prepared } from '../workload/prepare.ts';
import { startLoad } from '../workload/run.ts';
import type { UnderLoad } from './model.ts';
import { newFailures, stallsOf, statementStallsOf, type Span } from './stalls.ts';

export interface LoadSettings {
  readonly at: 'average' | 'peak';
  readonly seed: number;
  /** Length of the load without the action. */
  readonly baselineMs: number;
  /** How long the reader's transaction stays open. */
  readonly readerMs: number;
  /** A call that takes longer is cancelled. */
  readonly timeoutMs: number;
  readonly connections: number;
}

/** Figures of a rehearsal on two cores: long enough for a queue to form, short enough to wait for. */
export const loadDefaults: LoadSettings = {
  at: 'average',
  seed: 1,
  baselineMs: 2500,
  readerMs: 2500,
  timeoutMs: 5000,
  connections: 24,
};

/** Calls per second below which a query would hardly meet a change that lasts a second; rarer ones are called this often. */
const leastPerSecond = 0.5;

/** Rate of the queries of an assumed load, per second and query. */
const assumedPerSecond = 20;

export interface BesideOptions {
  readonly engine: Engine;
  /** Owner's URL of the filled database; it is changed by the action. */
  readonly url: string;
  readonly prepared: Prepared;
  readonly assumed: boolean;
  /** Tables the long reader holds: those that the action locks. */
  readonly readerTables: readonly Name[];
  readonly settings: LoadSettings;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Times of the statements that ran, asked for when the action is over. */
  readonly spans: () => readonly Span[];
}

/** What the action gave (or threw), and what the load met meanwhile. */
export interface Beside<T> {
  readonly outcome:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly error: unknown };
  readonly underLoad: UnderLoad;
}

/** Time the load goes on after the action, so that calls it held up are counted and calls after it are seen. */
const tailMs = 300;

/** Longest load beside an action; a longer action is still waited for. */
const longestMs = 300_000;

/**
 * Runs the load alone, then again beside the action with a transaction open that has read the action's tables.
 * What the action throws is returned, not thrown; the reader and the load have ended in every case.
 */
export async function besideLoad<T>(options: BesideOptions, action: () => Promise<T>): Promise<Beside<T>> {
  const { engine, url, prepared, settings } = options;
  const queries = prepared.queries.map(atLeast);
  const load = {
    url,
    queries,
    at: settings.at,
    seed: settings.seed,
    timeoutMs: settings.timeoutMs,
    connections: settings.connections,
  };

  const alone = await startLoad(engine, { ...load, durationMs: settings.baselineMs });
  await Promise.race([alone.ended, aborted(options.signal)]);
  const baseline = await alone.finish();

  const beside = await startLoad(engine, { ...load, seed: settings.seed + 1, durationMs: longestMs });
  try {
    const reader = await openReader(options);
    const from = performance.now();
    let outcome: Beside<T>['outcome'];
    try {
      outcome = { ok: true, value: await action() };
    } catch (error) {
      outcome = { ok: false, error };
    }
    const to = performance.now();
    await reader.end();
    await new Promise((resolve) => setTimeout(resolve, tailMs));
    const during = await beside.finish();
    const seen = {
      baseline,
      during,
      startedAt: beside.startedAt,
      action: { from, to },
      spans: options.spans(),
    };
    const stalls = stallsOf(seen);
    const underLoad: UnderLoad = {
      baseline,
      during,
      stalls,
      statementStalls: statementStallsOf(seen),
      timedOut: during.queries.reduce((sum, query) => sum + query.timedOut, 0),
      failed: newFailures(baseline, during),
      readerMs: settings.readerMs,
      readerTables: options.readerTables.map((table) => `${table.schema}.${table.name}`),
      assumed: options.assumed,
      excluded: prepared.excluded,
    };
    const worst = stalls[0];
    if (worst) options.emit({ kind: 'note', text: `longest stall: ${worst.query} ${formatMs(worst.ms)}` });
    return { outcome, underLoad };
  } finally {
    await beside.finish();
  }
}

/** A transaction that has read the tables and stays open for its time, as a report or a forgotten session does. */
async function openReader(options: BesideOptions): Promise<{ end(): Promise<void> }> {
  const { engine, url, readerTables, settings, signal } = options;
  if (settings.readerMs <= 0 || readerTables.length === 0) return { end: async () => {} };
  const session = await engine.connect(url, { application: 'dbd long reader' });
  try {
    await session.run('BEGIN ISOLATION LEVEL REPEATABLE READ');
    for (const table of readerTables)
      await session.query(`SELECT 1 FROM ${engine.quote.name(table)} LIMIT 1`);
  } catch (error) {
    await session.close();
    throw error;
  }
  let timer: NodeJS.Timeout | undefined;
  const over = Promise.race([
    new Promise<void>((resolve) => (timer = setTimeout(resolve, settings.readerMs))),
    aborted(signal),
  ]);
  const closed = over
    .then(() => session.run('COMMIT'))
    .catch(() => undefined)
    .then(() => session.close());
  return {
    async end() {
      await closed;
      clearTimeout(timer);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function atLeast(query: PreparedQuery): PreparedQuery {
  const { perSecond, peakPerSecond } = query.rate;
  return {
    ...query,
    rate: {
      perSecond: Math.max(perSecond, leastPerSecond),
      peakPerSecond: Math.max(peakPerSecond, leastPerSecond),
    },
  };
}

/** The load of a rehearsal: the given workload, or one read and one write by key per table when there is none. */
export async function loadFor(
  engine: Engine,
  session: Session,
  catalog: Catalog,
  workload: Workload | undefined,
  tables: readonly Name[],
  seed: number,
): Promise<{ readonly prepared: Prepared; readonly assumed: boolean }> {
  const given = workload !== undefined && workload.queries.length > 0;
  const queries = given ? workload.queries : assumedWorkload(engine, catalog, tables).queries;
  return {
    prepared: await prepareQueries(engine, session, catalog, queries, { seed, sets: 200 }),
    assumed: !given,
  };
}

/** A read and a write that changes nothing per table, by primary key; labelled as assumed. */
export function assumedWorkload(engine: Engine, catalog: Catalog, tables: readonly Name[]): Workload {
  const touched = catalog.tables.filter((table) =>
    tables.some((name) => name.schema === table.schema && name.name === table.name),
  );
  return {
    source: 'assumed: one read and one write by key per touched table',
    queries: touched.flatMap((table) => probesOf(engine, table)),
  };
}

function probesOf({ quote }: Engine, table: Table): readonly NamedQuery[] {
  const name = quote.name(table);
  const rate = { perSecond: assumedPerSecond, peakPerSecond: assumedPerSecond };
  const key = primaryKey(table);
  if (key.length === 0)
    return [{ name: `read ${name}`, sql: `SELECT * FROM ${name} LIMIT 1`, rate, params: {} }];

  const params = Object.fromEntries(
    key.map((column, i) => [
      `key${i + 1}`,
      { kind: 'column' as const, table: `${table.schema}.${table.name}`, column },
    ]),
  );
  const where = key.map((column, i) => `${quote.identifier(column)} = :key${i + 1}`).join(' AND ');
  const settable = table.columns.find(
    (column) => column.identity !== 'always' && column.generated === undefined,
  );
  const set = settable && `${quote.identifier(settable.name)} = ${quote.identifier(settable.name)}`;
  return [
    { name: `read ${name} by key`, sql: `SELECT * FROM ${name} WHERE ${where}`, rate, params },
    ...(set
      ? [{ name: `write ${name} by key`, sql: `UPDATE ${name} SET ${set} WHERE ${where}`, rate, params }]
      : []),
  ];
}
