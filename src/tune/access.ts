/** What access patterns take: single calls on every size of the twin, the declared load on the largest. */
import type { Session } from '../engine/model.ts';
import type { LoadResult, PreparedQuery, QueryFigures } from '../workload/model.ts';
import { percentile } from '../workload/percentile.ts';
import { runLoad } from '../workload/run.ts';
import { judge } from './judge.ts';
import type { AccessResult, SizePoint } from './model.ts';
import {
  governing,
  preparePatterns,
  rowsOf,
  undeclared,
  type AccessOptions,
  type Pattern,
} from './patterns.ts';
import { look, serve, wantedSamples, warm, type Looked, type Served } from './samples.ts';

import { planOf, readWork } from './work.ts';

export type { AccessOptions, Pattern } from './patterns.ts';

/** Time that a call gets unless another is given, milliseconds. */
const usualTimeoutMs = 10_000;
/** Calls one after the other go on for this share of the load's length when they are slow. */
const serviceShare = 0.8;
/** Reading the work of one pattern on one size takes at most about this share of the load's length. */
const lookShare = 0.12;
const connections = 8;

/** A query that does nothing, beside the others: what it takes is the machine's doing. */
const control: PreparedQuery = {
  name: 'a query that does nothing',
  sql: 'SELECT 1',
  values: [[]],
  rate: { perSecond: 40, peakPerSecond: 40 },
  kind: 'read',
  tables: [],
};

/** The same for writes: its commit waits for the disk, and does nothing else. */
const commitName = 'a commit that writes nothing';
const emptyCommit = (sql: string): PreparedQuery => ({
  ...control,
  name: commitName,
  sql,
  rate: { perSecond: 15, peakPerSecond: 15 },
  kind: 'write',
});

/** A pattern on the twin of one size. */
interface Station {
  readonly session: Session;
  readonly queries: ReadonlyMap<string, PreparedQuery>;
}

/** What one pattern showed on one twin. */
interface Seen {
  readonly rows: number;
  readonly looked: Looked | undefined;
  readonly served: Served;
}

/**
 * Runs every access pattern call by call on all sizes in turns, then all of them open loop at their peak rates on the largest, and judges each against
 * its target; with the durability of production.
 */
export async function measureAccess(options: AccessOptions): Promise<readonly AccessResult[]> {
  const { engine, sandbox, sizes, patterns, emit, signal } = options;
  await engine.grammar.ready();
  const timeoutMs = Math.max(
    options.timeoutMs ?? usualTimeoutMs,
    ...patterns.map((pattern) => (pattern.p95 ?? 0) * 5),
  );
  const unable = new Map<string, string>();
  const stations: Station[] = [];
  const stop = (): void => {
    for (const { session } of stations) void session.cancel();
  };
  signal.addEventListener('abort', stop);
  await sandbox.durable(true);
  try {
    for (const { database } of sizes) {
      signal.throwIfAborted();
      const session = await engine.connect(database.ownerUrl, {
        application: 'dbd access',
        statementTimeoutMs: timeoutMs,
      });
      stations.push({ session, queries: new Map() });
      const queries = await preparePatterns(options, session, unable);
      stations[stations.length - 1] = { session, queries: new Map(queries.map((one) => [one.name, one])) };
    }
    let begin = performance.now();
    const seen = new Map<string, readonly Seen[]>();
    for (const pattern of patterns) {
      signal.throwIfAborted();
      seen.set(pattern.claim, await callByCall(options, pattern, stations));
    }
    emit({ kind: 'step', step: 'call access patterns one by one', ms: performance.now() - begin });
    begin = performance.now();
    const load = await underLoad(options, stations, seen, timeoutMs);
    emit({ kind: 'step', step: 'run the declared load', ms: performance.now() - begin });
    return patterns.map((pattern) => resultOf(options, pattern, seen.get(pattern.claim)!, load, unable));
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(stations.map(({ session }) => session.close()));
    await sandbox.durable(false);
  }
}

/** One pattern on every size it could be prepared on; sizes behind one that never ended are left out. */
async function callByCall(
  options: AccessOptions,
  pattern: Pattern,
  stations: readonly Station[],
): Promise<readonly Seen[]> {
  const { engine, durationMs, signal } = options;
  const probes = stations.flatMap(({ session, queries }) => {
    const query = queries.get(pattern.claim);
    return query ? [{ session, query }] : [];
  });
  if (probes.length === 0 || probes.length < stations.length) return [];
  for (const probe of probes) await warm(probe);
  const served = await serve(probes, durationMs * serviceShare, signal);
  const seen: Seen[] = [];
  for (const [i, probe] of probes.entries()) {
    const own = served[i]!;
    const worked = own.ms.length > 0;
    if (!worked && own.timedOut === 0 && own.errors.size === 0) break;
    const looked = worked
      ? await look(engine, probe, durationMs * lookShare, signal)
      : await planned(options, probe.session, probe.query);
    seen.push({ rows: await rowsOf(options, probe.session, pattern), looked, served: own });
  }
  return seen;
}

/** The plan of a query that never ended. */
async function planned(
  { engine }: AccessOptions,
  session: Session,
  query: PreparedQuery,
): Promise<Looked | undefined> {
  const work = await readWork(engine, session, query, query.values[0] ?? [], false).catch(() => undefined);
  return work && { buffers: Number.NaN, plan: planOf(work), path: '', met: { sets: 0, empty: 0 } };
}

/** All patterns that worked on the largest twin, at their peak rates. */
async function underLoad(
  options: AccessOptions,
  stations: readonly Station[],
  seen: ReadonlyMap<string, readonly Seen[]>,
  timeoutMs: number,
): Promise<LoadResult | undefined> {
  const last = stations.at(-1);
  if (!last) return undefined;
  const worked = [...last.queries.values()].filter((query) => {
    const own = seen.get(query.name)!;
    return (
      own.length === stations.length &&
      own.every(({ served }) => served.errors.size === 0 && served.ms.length > 0)
    );
  });
  if (worked.length === 0) return undefined;
  const writes = worked.some((query) => query.kind === 'write');
  const controls = [control, ...(writes ? [emptyCommit(options.engine.stats.emptyCommit)] : [])];
  return runLoad(options.engine, {
    url: options.sizes.at(-1)!.database.ownerUrl,
    queries: [...worked, ...controls],
    durationMs: options.durationMs,
    at: 'peak',
    seed: options.seed,
    timeoutMs,
    connections,
  });
}

function resultOf(
  options: AccessOptions,
  pattern: Pattern,
  seen: readonly Seen[],
  load: LoadResult | undefined,
  unable: ReadonlyMap<string, string>,
): AccessResult {
  const volume = governing(pattern, options);
  const figures = load?.queries.find((one) => one.name === pattern.claim);
  const writes = seen.some(({ served }) => served.commitMs.length > 0);
  const idle = load?.queries.find((one) => one.name === (writes ? commitName : control.name));
  const points = seen.map((one, i) =>
    i === seen.length - 1 ? loaded(one, figures, idle) : pointOf(one, one.served.ms),
  );
  const last = seen.at(-1);
  const errors = new Map(seen.flatMap(({ served }) => [...served.errors]));
  return judge({
    claim: pattern.claim,
    ...(pattern.p95 === undefined ? {} : { target: pattern.p95 }),
    perSecond: pattern.rate.peakPerSecond,
    points,
    declaredRows: volume?.horizon ?? last?.rows ?? 0,
    assumed: volume?.basis === 'assumed' || volume?.growthAssumed === true,
    undeclared: undeclared(pattern, options),
    table: volume ? volume.table.name : '',
    plan: last?.looked?.plan ?? [],
    failed: (figures?.failed ?? 0) + [...errors.values()].reduce((sum, count) => sum + count, 0),
    timedOut: (figures?.timedOut ?? 0) + (last?.served.timedOut ?? 0),
    errors: [...new Set([...errors.keys(), ...Object.keys(figures?.errors ?? {})])],
    ...(unable.has(pattern.claim) ? { unable: unable.get(pattern.claim)! } : {}),
  });
}

/** The largest size: calls of the load, with single calls beside them where the load has too few. */
function loaded(seen: Seen, figures: QueryFigures | undefined, idle: QueryFigures | undefined): SizePoint {
  const calls = okMs(figures);
  const enough = calls.length >= wantedSamples;
  const point = pointOf(seen, enough ? calls : [...calls, ...seen.served.ms]);
  const idleMs = percentile(okMs(idle), 0.95)?.value;
  return { ...point, ...(enough ? { loaded: true } : {}), ...(idleMs === undefined ? {} : { idleMs }) };
}

function okMs(figures: QueryFigures | undefined): readonly number[] {
  return (figures?.calls ?? []).filter((call) => call.ok).map((call) => call.ms);
}

function pointOf({ rows, looked, served }: Seen, samples: readonly number[]): SizePoint {
  const value = percentile(samples, 0.95);
  const middle = percentile(served.ms, 0.5);
  const commit = percentile(served.commitMs, 0.5);
  const ended = (high: number, all: readonly number[]): number =>
    // With too few samples for an upper end the slowest call stands for it; the number of samples is told.
    Number.isFinite(high) ? high : Math.max(0, ...all);
  return {
    rows,
    p95: value?.value ?? Number.NaN,
    low: value?.low ?? 0,
    high: value ? ended(value.high, samples) : Number.NaN,
    n: samples.length,
    buffers: looked?.buffers ?? Number.NaN,
    ...(looked?.processed === undefined ? {} : { processed: looked.processed }),
    ...(looked?.passed === undefined ? {} : { passed: looked.passed }),
    ...(looked?.executionMs === undefined || !middle
      ? {}
      : { share: Math.min(1, looked.executionMs / middle.value) }),
    ...(looked ? { path: looked.path, met: looked.met } : {}),
    ...(middle
      ? { service: { value: middle.value, low: middle.low, high: ended(middle.high, served.ms) } }
      : {}),
    ...(commit ? { commitMs: commit.value } : {}),
    ...(value && Number.isFinite(value.high) ? {} : { open: true }),
  };
}
