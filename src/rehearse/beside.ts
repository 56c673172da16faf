/** Runs an action beside the existing workload, with a long reader present, and tells who had to wait. */
import { fail } from '../base/error.ts';
import { formatMs } from '../base/units.ts';
import type { Emit } from '../base/event.ts';
import type { Name } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import type { PreparedQuery } from '../workload/model.ts';
import type { Prepared } from '../workload/prepare.ts';
import { startLoad } from '../workload/run.ts';
import type { LoadSettings, UnderLoad } from './model.ts';
import { newFailures, stallsOf, statementStallsOf, type Span } from './stalls.ts';

/** Calls per second below which a query would hardly meet a change that lasts a second; rarer ones are called this often. */
const leastPerSecond = 0.5;

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
  if (options.signal.aborted) fail('interrupted', 'The rehearsal was stopped.');

  // Values that the first load has written must not come again: a unique key would refuse them.
  const other = queries.map((query) => ({ ...query, values: rotated(query.values) }));
  const beside = await startLoad(engine, {
    ...load,
    queries: other,
    seed: settings.seed + 1,
    durationMs: longestMs,
  });
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
      raised: prepared.queries
        .filter(
          (query) =>
            (settings.at === 'peak' ? query.rate.peakPerSecond : query.rate.perSecond) < leastPerSecond,
        )
        .map((query) => query.name),
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

/** The same values, beginning in the middle. */
function rotated<T>(values: readonly T[]): readonly T[] {
  const middle = Math.floor(values.length / 2);
  return [...values.slice(middle), ...values.slice(0, middle)];
}
