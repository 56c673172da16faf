/** Runs an action beside the existing workload, with a long reader present, and tells who had to wait. */
import { fail } from '../base/error.ts';
import { formatMs } from '../base/units.ts';
import type { Emit } from '../base/event.ts';
import type { Name } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import type { PreparedQuery } from '../workload/model.ts';
import type { Prepared } from '../workload/prepare.ts';
import { startLoad } from '../workload/run.ts';
import { aborted, openIdle, openReader, type Held } from './bystanders/holders.ts';
import { openStandby, type BesideStandby } from './bystanders/standby.ts';
import { waitsOf } from './bystanders/waits.ts';
import type { LoadSettings, NoStandby, StatementRun, UnderLoad } from './model.ts';
import { newFailures, spansOf, stallsOf, statementStallsOf } from './stalls.ts';

/** Calls per second below which a query would hardly meet a change that lasts a second; rarer ones are called this often. */
const leastPerSecond = 0.5;

export interface BesideOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** The filled database; it is changed by the action. */
  readonly database: SandboxDatabase;
  readonly prepared: Prepared;
  readonly assumed: boolean;
  /** Tables that the long reader and the idle transaction hold: those that the action locks. */
  readonly readerTables: readonly Name[];
  readonly settings: LoadSettings;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Statements that ran, and what their times count from, asked for when the action is over. */
  readonly ran: () => { readonly runs: readonly StatementRun[]; readonly since: number };
  /** The statements as they ran in quiet. */
  readonly quiet: readonly StatementRun[];
  /** Lock limit of a statement, milliseconds. */
  readonly limitOf: (run: StatementRun) => number | undefined;
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
 * Runs the load alone, then again beside the action with transactions open that hold the action's tables, and a standby that follows.
 * What the action throws is returned, not thrown; holders, standby and load have ended in every case.
 */
export async function besideLoad<T>(options: BesideOptions, action: () => Promise<T>): Promise<Beside<T>> {
  const opened = options.settings.standby
    ? await openStandby({ ...options, queries: options.prepared.queries, tables: options.readerTables })
    : undefined;
  const standby = opened && 'running' in opened ? opened.running : undefined;
  if (opened && 'because' in opened)
    options.emit({ kind: 'warning', text: `There is no standby: ${opened.because}` });
  try {
    return await withLoad(options, action, standby, opened && 'because' in opened ? opened : undefined);
  } finally {
    await standby?.stop();
  }
}

async function withLoad<T>(
  options: BesideOptions,
  action: () => Promise<T>,
  standby: BesideStandby | undefined,
  none: NoStandby | undefined,
): Promise<Beside<T>> {
  const { engine, database, prepared, settings, signal } = options;
  const queries = prepared.queries.map(atLeast);
  const load = {
    url: database.ownerUrl,
    queries,
    at: settings.at,
    seed: settings.seed,
    timeoutMs: settings.timeoutMs,
    connections: settings.connections,
  };

  const alone = await startLoad(engine, { ...load, durationMs: settings.baselineMs });
  await Promise.race([alone.ended, aborted(signal)]);
  const baseline = await alone.finish();
  if (signal.aborted) fail('interrupted', 'The rehearsal was stopped.');

  // Values that the first load has written must not come again: a unique key would refuse them.
  const other = queries.map((query) => ({ ...query, values: rotated(query.values) }));
  await standby?.changeBegins();
  const beside = await startLoad(engine, {
    ...load,
    queries: other,
    seed: settings.seed + 1,
    durationMs: longestMs,
  });
  const held: Held[] = [];
  try {
    const hold = { engine, url: database.ownerUrl, tables: options.readerTables, signal };
    for (const one of [
      await openReader({ ...hold, ms: settings.readerMs }),
      await openIdle({ ...hold, ms: settings.idleMs }),
    ])
      if (one) held.push(one);
    const from = performance.now();
    let outcome: Beside<T>['outcome'];
    try {
      outcome = { ok: true, value: await action() };
    } catch (error) {
      outcome = { ok: false, error };
    }
    const to = performance.now();
    const followed = await standby?.changeEnded();
    for (const one of held) await one.end();
    await new Promise((resolve) => setTimeout(resolve, tailMs));
    const during = await beside.finish();
    const { runs, since } = options.ran();
    const seen = {
      baseline,
      during,
      startedAt: beside.startedAt,
      action: { from, to },
      spans: spansOf(runs, since),
    };
    const stalls = stallsOf(seen);
    const holders = held.map((one) => one.holder);
    const underLoad: UnderLoad = {
      baseline,
      during,
      stalls,
      statementStalls: statementStallsOf(seen),
      waits: waitsOf({
        locking: engine.locking,
        seen,
        runs,
        since,
        quiet: options.quiet,
        holders,
        limitOf: options.limitOf,
        ...(standby ? { lag: (begin, end) => standby.lag(begin, end) } : {}),
      }),
      holders,
      ...(followed ? { standby: followed } : none ? { standby: none } : {}),
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
    await Promise.all(held.map((one) => one.end()));
    await beside.finish();
  }
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
