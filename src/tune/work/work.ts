/** The workload of a database made ready to be weighed: queries with sets of values, rates and times, and what is written. */
import { plural } from '../../base/text.ts';
import { formatCount } from '../../base/units.ts';
import type {
  CapturedStatement,
  CapturedWorkload,
  Engine,
  RestoredStructure,
  Session,
  Snapshot,
} from '../../engine/model.ts';
import type { CapturedQuery } from '../../snapshot/workload/model.ts';
import { snapshotQueries } from '../../snapshot/workload/workload.ts';
import type { ValueSet, Work, WorkQuery } from '../advice/model.ts';
import { tableWrites } from './writes.ts';

export interface WorkOptions {
  readonly engine: Engine;
  /** On a twin with the snapshot's structure; nothing is written. */
  readonly session: Session;
  readonly snapshot: Snapshot;
  /** Statements instead of those that the snapshot counted. */
  readonly captured?: CapturedWorkload;
  /** Targets by name of the query, milliseconds. */
  readonly targets?: ReadonlyMap<string, number>;
  /** Statements that could not be read before. */
  readonly unreadable?: readonly { readonly name: string; readonly sql: string }[];
  /** Objects that the twin lacks. */
  readonly leftOut?: RestoredStructure['leftOut'];
  /** Most statements that are looked at one by one. */
  readonly most?: number;
  readonly seed?: number;
}

/** Statements looked at when nobody says otherwise: the rest of a usual application's takes far below a percent. */
const usualMost = 400;
/** Sets of values per query: three spread over the rows, a rare value, and one that no row has. */
const setsWanted = 5;
/** Of these the last ones are far from the usual, and stand for so few of the calls. */
const skewed = { sets: 2, share: 0.02 } as const;
const dayMs = 86_400_000;

/** Makes the work of a workload; what cannot be planned is listed with its reason. */
export async function workOf(options: WorkOptions): Promise<Work> {
  const { engine, session, most } = options;
  const counted = options.captured === undefined;
  const captured = options.captured ?? options.snapshot.workload;
  const snapshot = {
    ...options.snapshot,
    workload: counted ? captured : ofOneDay(captured, options.snapshot),
  };
  const { kept, limits } = heaviest(captured.statements, most);
  const found = await snapshotQueries({
    engine,
    session,
    snapshot: { ...snapshot, workload: { ...snapshot.workload, statements: kept } },
    sets: setsWanted,
    ...(options.leftOut ? { leftOut: options.leftOut } : {}),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const days = { ...daysOf(snapshot), ...(counted ? {} : { known: false }) };
  const queries = found.queries
    .map((query) => queryOf(query, days, options.targets))
    .toSorted((a, b) => timeOf(b) - timeOf(a) || b.callsPerDay - a.callsPerDay);
  return {
    source: captured.source,
    queries,
    unsupported: [
      ...found.excluded.map(({ name, captured: { sql, calls }, reason }) => ({ name, sql, reason, calls })),
      ...(options.unreadable ?? []).map((one) => ({ ...one, reason: 'it does not parse', calls: 1 })),
    ],
    writes: tableWrites(engine, snapshot, queries, counted),
    limits: [...limits, ...found.limits],
  };
}

/** Files tell calls of a day. */
function ofOneDay(captured: CapturedWorkload, { takenAt }: Snapshot): CapturedWorkload {
  return { ...captured, since: new Date(Date.parse(takenAt) - dayMs).toISOString() };
}

/** Those that take the time; of the rest only their share is told. */
export function heaviest(
  statements: readonly CapturedStatement[],
  most = usualMost,
): { readonly kept: readonly CapturedStatement[]; readonly limits: readonly string[] } {
  if (statements.length <= most) return { kept: statements, limits: [] };
  const ordered = statements.toSorted((a, b) => b.totalMs - a.totalMs || b.calls - a.calls);
  const rest = ordered.slice(most);
  const sum = (list: readonly CapturedStatement[], of: (one: CapturedStatement) => number): number =>
    list.reduce((total, one) => total + of(one), 0);
  const timed = sum(ordered, ({ totalMs }) => totalMs) > 0;
  const of = (one: CapturedStatement): number => (timed ? one.totalMs : one.calls);
  const share = (100 * sum(rest, of)) / Math.max(1e-9, sum(ordered, of));
  return {
    kept: ordered.slice(0, most),
    limits: [
      `${plural(rest.length, 'statement')} of ${formatCount(statements.length)} are not looked at: together they take ${share.toFixed(1)} % of the ${timed ? 'time' : 'calls'}.`,
    ],
  };
}

interface Days {
  readonly value: number;
  readonly known: boolean;
}

/** Days that the counters cover; one where nothing tells. */
export function daysOf({ takenAt, workload: { since } }: Pick<Snapshot, 'takenAt' | 'workload'>): Days {
  const ms = since === undefined ? Number.NaN : Date.parse(takenAt) - Date.parse(since);
  return ms > 0 ? { value: ms / dayMs, known: true } : { value: 1, known: false };
}

function queryOf(
  { name, sql, kind, tables, values, basis, captured, told }: CapturedQuery,
  days: Days,
  targets?: ReadonlyMap<string, number>,
): WorkQuery {
  const p95 = targets?.get(name);
  return {
    name,
    sql,
    kind,
    tables,
    sets: setsOf(values, basis === 'known' && captured.samples.length > 0),
    basis,
    callsPerDay: captured.calls / days.value,
    callsBasis: days.known ? 'measured' : 'assumed',
    ...(captured.totalMs > 0 ? { meanMs: captured.meanMs } : {}),
    ...(p95 === undefined ? {} : { p95 }),
    told,
    ...(captured.sql === sql ? {} : { original: captured.sql }),
  };
}

/** Real calls weigh alike; of drawn values the last ones are extremes. */
function setsOf(values: readonly (readonly unknown[])[], real: boolean): readonly ValueSet[] {
  const some = real ? values.slice(0, setsWanted + 1) : values;
  if (real || some.length <= skewed.sets + 1)
    return some.map((set) => ({ values: set, share: 1 / some.length, kind: real ? 'call' : 'common' }));
  const usual = some.length - skewed.sets;
  return some.map((set, at) => ({
    values: set,
    share: at < usual ? (1 - skewed.share) / usual : skewed.share / skewed.sets,
    kind: at < usual ? 'common' : 'skewed',
  }));
}

/** Milliseconds per day; 0 where no time was counted. */
export function timeOf({ callsPerDay, meanMs = 0 }: WorkQuery): number {
  return callsPerDay * meanMs;
}
