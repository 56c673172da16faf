/** Runs a workload to measure it: open loop, closed loop, or faster and faster. */
import { performance } from 'node:perf_hooks';
import type { ConnectOptions, Engine } from '../../engine/model.ts';
import type { LoadResult, PreparedQuery } from '../model.ts';
import { percentile } from '../percentile.ts';
import { startLoad } from '../run.ts';
import { runClosed } from './closed.ts';
import { answeredInTime, benchFigures } from './figures.ts';
import type { BenchRun, Saturation } from './model.ts';
import { lateClientMs, saturate, type Observed } from './saturate.ts';

/** Share of its time from which on our own process counts as a limit of a closed loop. */
const busyClient = 0.8;

export interface BenchTarget {
  readonly engine: Engine;
  readonly url: string;
  readonly queries: readonly PreparedQuery[];
  /** Targets of the 95th percentile by query, milliseconds. */
  readonly targets: ReadonlyMap<string, number>;
  /** Sessions refuse to write. */
  readonly readOnly: boolean;
  /** Where the queries' names are looked up. */
  readonly names?: ConnectOptions['names'];
  readonly seed: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface OpenOptions {
  readonly durationMs: number;
  /** Times the declared rates. */
  readonly factor: number;
  readonly at: 'average' | 'peak';
  readonly connections: number;
}

/** Calls start when they are due, so a slow server cannot hide its queue. */
export async function benchOpen(target: BenchTarget, options: OpenOptions): Promise<BenchRun> {
  const result = await open(target, options);
  return {
    loop: 'open',
    seconds: result.durationMs / 1000,
    figures: benchFigures(result, target.queries, 'open', target.targets),
    clientLimited: (result.lateMs ?? 0) > lateClientMs,
  };
}

/** So many clients, each of which waits for its answer. */
export async function benchClosed(
  target: BenchTarget,
  options: { readonly durationMs: number; readonly clients: number; readonly thinkMs: number },
): Promise<BenchRun> {
  const before = performance.eventLoopUtilization();
  const result = await runClosed(target.engine, { ...target, ...options });
  target.signal.throwIfAborted();
  return {
    loop: 'closed',
    seconds: result.durationMs / 1000,
    figures: benchFigures(result, target.queries, 'closed', target.targets),
    clientLimited: performance.eventLoopUtilization(before).utilization > busyClient,
  };
}

/** Looks for the rate at which the server no longer keeps up. */
export function benchSaturation(
  target: BenchTarget,
  options: OpenOptions,
  most: number,
): Promise<Saturation> {
  return saturate(options.factor, most, async (factor): Promise<Observed> => {
    const result = await open(target, { ...options, factor });
    const seconds = result.durationMs / 1000;
    const done = result.queries.flatMap(({ calls }) => calls.flatMap(({ ms, ok }) => (ok ? [ms] : [])));
    const sum = (of: (one: (typeof result.queries)[number]) => number): number =>
      result.queries.reduce((total, one) => total + of(one), 0);
    return {
      factor,
      offered: sum(({ scheduled }) => scheduled) / seconds,
      achieved: sum((one) => answeredInTime(one, result.durationMs)) / seconds,
      unanswered: sum((one) => one.scheduled - answeredInTime(one, result.durationMs)),
      p95: percentile(done, 0.95)?.value ?? 0,
      failed: sum(({ failed }) => failed),
      lateMs: result.lateMs ?? 0,
    };
  });
}

async function open(target: BenchTarget, { factor, ...options }: OpenOptions): Promise<LoadResult> {
  const load = await startLoad(target.engine, {
    ...options,
    url: target.url,
    queries: target.queries.map((query) => ({
      ...query,
      rate: {
        perSecond: query.rate.perSecond * factor,
        peakPerSecond: query.rate.peakPerSecond * factor,
      },
    })),
    seed: target.seed,
    timeoutMs: target.timeoutMs,
    readOnly: target.readOnly,
    ...(target.names ? { names: target.names } : {}),
  });
  const stop = (): void => void load.finish();
  target.signal.addEventListener('abort', stop, { once: true });
  try {
    await load.ended;
    const result = await load.finish();
    target.signal.throwIfAborted();
    return result;
  } finally {
    target.signal.removeEventListener('abort', stop);
  }
}
