import { DbdError } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import { findTable } from '../catalog/find.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog, Name } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import type { Rate } from '../task/model.ts';
import { makeInserts } from '../twin/insert.ts';
import type { FillHint, TableVolume } from '../twin/model.ts';
import type { ParameterSource, PreparedQuery, QueryFigures } from '../workload/model.ts';
import { percentile } from '../workload/percentile.ts';
import { prepareQueries } from '../workload/prepare.ts';
import { runLoad } from '../workload/run.ts';
import { judge } from './judge.ts';
import { explained, planOnly } from './measure.ts';
import type { AccessResult, SizePoint } from './model.ts';
import { emptiness, topUp, warm } from './samples.ts';

/** Parameter sets per query. */
const parameterSets = 50;
const insertRows = 400;
/** Time that a call gets unless another is given, milliseconds. */
const usualTimeoutMs = 10_000;

/** A query that does nothing, beside the others: what it takes is the machine's doing. */
const control: PreparedQuery = {
  name: 'a query that does nothing',
  sql: 'SELECT 1',
  values: [[]],
  rate: { perSecond: 40, peakPerSecond: 40 },
  kind: 'read',
  tables: [],
};

/** One access pattern of a task. */
export interface Pattern {
  readonly claim: string;
  /** Text with `:name` parameters; absent for an insert. */
  readonly sql?: string;
  /** Table that gets rows one by one. */
  readonly insert?: Name;
  readonly rate: Rate;
  /** Target of the 95th percentile, milliseconds. */
  readonly p95?: number;
  readonly params?: Readonly<Record<string, ParameterSource>>;
}

export interface AccessOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Databases with growing shares of the rows, smallest first; each is written to. */
  readonly sizes: readonly { readonly database: SandboxDatabase }[];
  readonly catalog: Catalog;
  readonly patterns: readonly Pattern[];
  readonly volumes: readonly TableVolume[];
  readonly hints?: readonly FillHint[];
  readonly seed: number;
  /** Length of the open-loop load on the largest twin; half of it on the others. */
  readonly durationMs: number;
  /** Time that every call gets before it is cut off, milliseconds; more where a target asks for it. */
  readonly timeoutMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** What one pattern showed on one database. */
interface Seen {
  readonly point: SizePoint;
  readonly plan: readonly string[];
  readonly failed: number;
  readonly timedOut: number;
  readonly errors: readonly string[];
}

/** Runs every access pattern open loop at its peak rate on each database, rare ones also back to back, and judges each against its target. */
export async function measureAccess(options: AccessOptions): Promise<readonly AccessResult[]> {
  const { patterns, sizes, emit } = options;
  await options.engine.grammar.ready();
  const seen = new Map<string, Seen[]>(patterns.map((pattern) => [pattern.claim, []]));
  const unable = new Map<string, string>();
  for (const [i, size] of sizes.entries()) {
    options.signal.throwIfAborted();
    const largest = i === sizes.length - 1;
    // What never ended on fewer rows would only take the time again on more.
    const hopeful = patterns.filter((pattern) => {
      const last = seen.get(pattern.claim)!.at(-1);
      return !last || last.point.n > 0 || last.timedOut === 0;
    });
    if (hopeful.length === 0) break;
    const begin = performance.now();
    const found = await onDatabase(
      { ...options, patterns: hopeful },
      size.database,
      largest ? options.durationMs : options.durationMs / 2,
      unable,
    );
    for (const [claim, one] of found) seen.get(claim)!.push(one);
    emit({
      kind: 'step',
      step: `measure access patterns, size ${i + 1} of ${sizes.length}`,
      ms: performance.now() - begin,
    });
  }
  return patterns.map((pattern) => {
    const volume = governing(pattern, options);
    const points = seen.get(pattern.claim)!;
    const last = points.at(-1);
    return judge({
      claim: pattern.claim,
      ...(pattern.p95 === undefined ? {} : { target: pattern.p95 }),
      points: points.map((one) => one.point),
      declaredRows: volume?.horizon ?? last?.point.rows ?? 0,
      assumed: volume?.basis === 'assumed' || volume?.growthAssumed === true,
      undeclared: undeclared(pattern, options),
      table: volume ? volume.table.name : '',
      plan: last?.plan ?? [],
      failed: points.reduce((sum, one) => sum + one.failed, 0),
      timedOut: last?.timedOut ?? 0,
      errors: [...new Set(points.flatMap((one) => one.errors))],
      ...(unable.has(pattern.claim) ? { unable: unable.get(pattern.claim)! } : {}),
    });
  });
}

/** What a pattern reads (or is inserted into) without any claim about how much of it there will be. */
function undeclared(pattern: Pattern, { catalog, volumes, engine }: AccessOptions): readonly string[] {
  const names: readonly (string | Name)[] = pattern.insert
    ? [pattern.insert]
    : [...new Set(engine.grammar.shape(pattern.sql!).tables.map((one) => one.table))];
  return names.flatMap((name) => {
    const table = findTable(catalog, name);
    const declared =
      table && volumes.some((volume) => keyOf(volume.table) === keyOf(table) && volume.claim !== undefined);
    return declared ? [] : [typeof name === 'string' ? name : name.name];
  });
}

/** The table whose twin is smallest against its declared rows: it decides how far figures are carried. */
function governing(pattern: Pattern, options: AccessOptions): TableVolume | undefined {
  const { catalog, volumes, engine } = options;
  const names: readonly (string | Name)[] = pattern.insert
    ? [pattern.insert]
    : engine.grammar.shape(pattern.sql!).tables.map((one) => one.table);
  const tables = names.flatMap((name) => findTable(catalog, name) ?? []);
  return tables
    .flatMap((table) => volumes.find((volume) => keyOf(volume.table) === keyOf(table)) ?? [])
    .toSorted((a, b) => a.scale - b.scale || b.horizon - a.horizon)[0];
}

async function onDatabase(
  options: AccessOptions,
  database: SandboxDatabase,
  durationMs: number,
  unable: Map<string, string>,
): Promise<ReadonlyMap<string, Seen>> {
  const { engine, signal } = options;
  const timeoutMs = Math.max(
    options.timeoutMs ?? usualTimeoutMs,
    ...options.patterns.map((pattern) => (pattern.p95 ?? 0) * 5),
  );
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd access',
    statementTimeoutMs: timeoutMs,
  });
  const stop = (): void => void session.cancel();
  signal.addEventListener('abort', stop);
  try {
    const queries = await prepareAll(options, session, unable);
    for (const query of queries) await warm(session, query);
    const load = await runLoad(engine, {
      url: database.ownerUrl,
      queries: [...queries, control],
      durationMs,
      at: 'peak',
      seed: options.seed,
      timeoutMs,
      connections: 8,
    });
    const idle = load.queries
      .find((one) => one.name === control.name)!
      .calls.filter((call) => call.ok)
      .map((call) => call.ms);
    const idleMs = percentile(idle, 0.95)?.value;
    const results = new Map<string, Seen>();
    for (const query of queries) {
      signal.throwIfAborted();
      const figures = load.queries.find((one) => one.name === query.name)!;
      const one = await see(options, session, query, figures);
      results.set(query.name, idleMs === undefined ? one : { ...one, point: { ...one.point, idleMs } });
    }
    return results;
  } finally {
    signal.removeEventListener('abort', stop);
    await session.close();
  }
}

async function prepareAll(
  options: AccessOptions,
  session: Session,
  unable: Map<string, string>,
): Promise<readonly PreparedQuery[]> {
  const { engine, catalog, seed } = options;
  const read = options.patterns.filter((pattern) => pattern.sql !== undefined);
  const prepared = await prepareQueries(
    engine,
    session,
    catalog,
    read.map((pattern) => ({
      name: pattern.claim,
      sql: pattern.sql!,
      rate: pattern.rate,
      params: pattern.params ?? {},
    })),
    { seed, sets: parameterSets },
  );
  for (const { name, reason } of prepared.excluded) unable.set(name, reason);
  const inserts: PreparedQuery[] = [];
  for (const pattern of options.patterns) {
    if (pattern.insert === undefined) continue;
    try {
      const { hints, volumes } = options;
      const made = await makeInserts({
        engine,
        session,
        catalog,
        volumes,
        ...(hints ? { hints } : {}),
        seed,
        table: pattern.insert,
        rows: insertRows,
      });
      inserts.push({
        name: pattern.claim,
        sql: made.sql,
        values: made.values,
        rate: pattern.rate,
        kind: 'write',
        tables: [keyOf(pattern.insert)],
      });
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      unable.set(pattern.claim, error.message);
    }
  }
  return [...prepared.queries, ...inserts];
}

async function see(
  options: AccessOptions,
  session: Session,
  query: PreparedQuery,
  figures: QueryFigures,
): Promise<Seen> {
  const samples = figures.calls.filter((call) => call.ok).map((call) => call.ms);
  const errors = Object.keys(figures.errors);
  const none = samples.length === 0 && figures.timedOut > 0;
  if (figures.failed === 0 && !none) await topUp(session, query, samples, figures.scheduled, options.signal);
  const asked = { claim: query.name, sql: query.sql, values: query.values, write: query.kind === 'write' };
  const plan = await (none ? planOnly : explained)(session, asked, options.engine).catch(() => undefined);
  const met = await emptiness(options.engine, session, query, options.signal);
  const value = percentile(samples, 0.95);
  const rows = await rowsOf(options, session, query);
  // With too few samples for an upper end the slowest call stands for it; the number of samples is told.
  const high = value && Number.isFinite(value.high) ? value.high : Math.max(0, ...samples);
  return {
    point: {
      rows,
      p95: value?.value ?? Number.NaN,
      low: value?.low ?? 0,
      high: value ? high : Number.NaN,
      n: samples.length,
      buffers: plan?.buffers ?? Number.NaN,
      met,
      ...(value && Number.isFinite(value.high) ? {} : { open: true }),
    },
    plan: plan?.plan ?? [],
    failed: figures.failed,
    timedOut: figures.timedOut,
    errors,
  };
}

async function rowsOf(options: AccessOptions, session: Session, query: PreparedQuery): Promise<number> {
  const pattern = options.patterns.find((one) => one.claim === query.name)!;
  const volume = governing(pattern, options);
  if (!volume) return 0;
  const { rows } = await session.query<{ rows: string }>(
    `SELECT count(*)::text AS rows FROM ${options.engine.quote.name(volume.table)}`,
  );
  return Number(rows[0]!.rows);
}
