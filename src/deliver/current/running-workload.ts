/** The queries that run beside a change: those of a file, and those that production counted. */
import { step, type Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { formatCount } from '../../base/units.ts';
import { findTable } from '../../catalog/find.ts';
import type { Engine, ParameterPlace, Snapshot } from '../../engine/model.ts';
import { knownShare, tellKnownShare } from '../../snapshot/workload/rates.ts';
import type { CapturedQuery, SnapshotQueries } from '../../snapshot/workload/model.ts';
import { snapshotQueries } from '../../snapshot/workload/workload.ts';
import type { LoadedCurrent } from '../../twin/current.ts';
import type { NamedQuery, Workload } from '../../workload/model.ts';

/** Sets of values of one query: a load calls it often, and a key that was written cannot be written again. */
const setsOfLoad = 200;
/** Busiest statements that run beside a change, and how many more of each table that those do not reach. */
const busiest = 40;
const perTable = 2;
/** Calls per second of all together that a machine of two cores gives out in time. */
const mostPerSecond = 300;
/** Reasons that are told one by one. */
const toldReasons = 8;

export interface RunningWorkload {
  readonly workload?: Workload;
  /** Statements of the snapshot among them, with the values that production gave. */
  readonly captured: readonly CapturedQuery[];
  /** What the queries of a snapshot rest on, one sentence each. */
  readonly limits: readonly string[];
}

export interface RunningOptions {
  readonly engine: Engine;
  readonly current: LoadedCurrent;
  /** The file's queries; one of the same name or the same text wins over production's. */
  readonly given: Workload | undefined;
  readonly seed: number;
  readonly emit: Emit;
}

/** Queries of the file and of the snapshot that the current structure came from. */
export async function runningWorkload(options: RunningOptions): Promise<RunningWorkload> {
  const { engine, current, given, seed, emit } = options;
  if (!current.production) return { captured: [], limits: [], ...(given ? { workload: given } : {}) };
  const { snapshot, leftOut } = current.production;
  if (snapshot.workload.statements.length === 0)
    return {
      ...(given ? { workload: given } : {}),
      captured: [],
      limits: [`The snapshot holds no statement of the application (${snapshot.workload.source}).`],
    };
  const made = await step(
    emit,
    'read the workload of the snapshot',
    async () => {
      const session = await engine.connect(current.database.ownerUrl, { application: 'dbd workload' });
      return snapshotQueries({ engine, session, snapshot, leftOut, seed, sets: setsOfLoad }).finally(() =>
        session.close(),
      );
    },
    ({ queries, excluded }) =>
      `${queries.length} of ${queries.length + excluded.length} statements can be run`,
  );
  const chosen = chosenOf(engine, made.queries, given);
  const wished = chosen.reduce((sum, { rate }) => sum + rate.perSecond, 0);
  const share = Math.min(1, mostPerSecond / Math.max(1, wished));
  const queries = [
    ...(given?.queries ?? []),
    ...chosen.map((query) => named(engine, snapshot, query, share)),
  ];
  return {
    ...(queries.length > 0
      ? { workload: { source: [given?.source, 'the snapshot'].filter(Boolean).join(' and '), queries } }
      : {}),
    captured: chosen,
    limits: limitsOf(made, chosen, wished, share),
  };
}

/** The busiest statements, and for each table the busiest on it: a change meets tables, not calls. */
function chosenOf(
  { capturedSql, grammar }: Engine,
  all: readonly CapturedQuery[],
  given: Workload | undefined,
): readonly CapturedQuery[] {
  const names = new Set(given?.queries.map(({ name }) => name));
  const texts = new Set(given?.queries.map(({ sql }) => capturedSql.key(grammar.parameters(sql).sql)));
  const open = all.filter(
    ({ name, captured }) => !names.has(name) && !texts.has(capturedSql.key(captured.sql)),
  );
  const chosen = new Set(open.slice(0, busiest));
  const reached = new Map<string, number>();
  for (const query of open) {
    const lacks = query.tables.some((table) => (reached.get(table) ?? 0) < perTable);
    if (lacks) chosen.add(query);
    if (chosen.has(query))
      for (const table of query.tables) reached.set(table, (reached.get(table) ?? 0) + 1);
  }
  return open.filter((query) => chosen.has(query));
}

/** Keys are drawn from the twin's rows, so that calls find and lock some; everything else keeps the values of the snapshot. */
function named(engine: Engine, snapshot: Snapshot, query: CapturedQuery, share: number): NamedQuery {
  const { perSecond, peakPerSecond } = query.rate;
  const places = engine.capturedSql.places(query.sql);
  const kept = places.flatMap((place, at) => (isKey(snapshot, place) ? [] : [at]));
  return {
    name: query.name,
    sql: query.sql,
    rate: { perSecond: perSecond * share, peakPerSecond: peakPerSecond * share },
    counted: perSecond,
    params: {},
    ...(query.values.length > 0 && kept.length > 0
      ? {
          sets: {
            names: kept.map((at) => String(at + 1)),
            rows: query.values.map((values) => kept.map((at) => values[at])),
          },
        }
      : {}),
  };
}

function isKey({ catalog }: Snapshot, { tables = [], column, operator }: ParameterPlace): boolean {
  return tables.some((name) =>
    (findTable(catalog, name)?.constraints ?? []).some(
      ({ kind, columns }) =>
        typeof column === 'string' &&
        columns.includes(column) &&
        // What is written into a key of its own must be new; what refers must be there.
        (kind === 'foreign' || (operator !== 'set' && (kind === 'primary' || kind === 'unique'))),
    ),
  );
}

function limitsOf(
  { queries, excluded, limits }: SnapshotQueries,
  chosen: readonly CapturedQuery[],
  wished: number,
  share: number,
): readonly string[] {
  const calls = (list: readonly { readonly captured: { readonly calls: number } }[]): number =>
    list.reduce((sum, { captured }) => sum + captured.calls, 0);
  const all = Math.max(1, calls(queries) + calls(excluded));
  const reasons = new Map<string, number>();
  for (const { reason, captured } of excluded)
    reasons.set(reason, (reasons.get(reason) ?? 0) + captured.calls);
  const sorted = [...reasons].toSorted(([, a], [, b]) => b - a);
  return [
    ...limits,
    tellKnownShare(knownShare(queries, excluded)),
    ...(chosen.length < queries.length
      ? [
          `${plural(chosen.length, 'statement')} of ${queries.length} that can be run are called beside the change: ${Math.round((100 * calls(chosen)) / all)} % of the calls that were counted.`,
        ]
      : []),
    ...(share < 1
      ? [
          `Production calls them ${formatCount(wished)} times a second; here all rates are ${share.toPrecision(2)} of that, so waiting is seen and contention among calls is not.`,
        ]
      : []),
    ...sorted
      .slice(0, toldReasons)
      .map(([reason, count]) => `Of the snapshot's calls ${percent(count / all)} are not run: ${reason}.`),
    ...(sorted.length > toldReasons
      ? [
          `${percent(sorted.slice(toldReasons).reduce((sum, [, count]) => sum + count, 0) / all)} are not run for ${sorted.length - toldReasons} other reasons.`,
        ]
      : []),
  ];
}

function percent(share: number): string {
  return share < 0.01 ? '< 1 %' : `${Math.round(100 * share)} %`;
}
