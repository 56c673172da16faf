/** Queries that ask the same thing again and again of rows that seldom change. */
import { findTable, foreignKeysFrom } from '../../../catalog/find.ts';
import { nameOf, printName, sameName } from '../../../catalog/identity.ts';
import type { Name } from '../../../catalog/model.ts';
import type {
  ColumnStatistics,
  Engine,
  ParameterPlace,
  Snapshot,
  TableAccess,
} from '../../../engine/model.ts';
import { momentOf } from '../../../snapshot/workload/workload.ts';
import type { Work, WorkQuery } from '../../advice/model.ts';
import type { CacheCandidate, Dependency, WritePath } from './model.ts';

const secondsOfDay = 86_400;
/** Times an answer may be kept, seconds; the shortest that finds nearly as many is taken. */
const times = [10, 60, 300, 3600] as const;
/** Share of the best hit rate that a shorter time has to reach. */
const enough = 0.95;
/** Below these a cache is only one more thing that can be wrong: hits, milliseconds of a call (a trip to a cache takes some tenths itself), and share of the day's work. */
const least = { hits: 0.5, ms: 1, share: 0.01 } as const;
/** Different values beyond the common ones that are told apart. */
const mostKeys = 1e9;

export interface CacheOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  readonly work: Work;
  /** Milliseconds of a call once the other advice is carried out, by query; production's own where it has none. */
  readonly after?: ReadonlyMap<string, number>;
}

/** Those worth keeping, most saved time first; needs production's own times, and the engine's grammar to be ready. */
export function cacheCandidates(options: CacheOptions): readonly CacheCandidate[] {
  const { engine, work, snapshot } = options;
  const total = work.queries.reduce((sum, one) => sum + one.callsPerDay * (msOf(options, one) ?? 0), 0);
  return work.queries
    .filter(({ kind }) => kind === 'read')
    .flatMap((query): readonly CacheCandidate[] => {
      const ms = msOf(options, query);
      if (ms === undefined || ms < least.ms || isOfTheClock(engine, snapshot, query)) return [];
      const tables = tablesOf(snapshot, query);
      if (!tables) return [];
      const candidate = weighed(options, query, tables, ms);
      return candidate.hits >= least.hits && candidate.savedMsPerDay >= least.share * total
        ? [candidate]
        : [];
    })
    .toSorted((a, b) => b.savedMsPerDay - a.savedMsPerDay);
}

function msOf({ after }: CacheOptions, { name, meanMs }: WorkQuery): number | undefined {
  return after?.get(name) ?? meanMs;
}

/** Its answer changes with the clock, though no row does. */
function isOfTheClock({ capturedSql }: Engine, snapshot: Snapshot, { sql, original }: WorkQuery): boolean {
  return capturedSql.freeze(original ?? sql, momentOf(snapshot)).replaced.length > 0;
}

/** All tables behind a query; undefined where an answer depends on more: a view, rows that only some roles see, a function of the database's own. */
function tablesOf({ catalog }: Snapshot, { tables, sql }: WorkQuery): readonly Name[] | undefined {
  const found = tables.map((name) => findTable(catalog, name));
  if (found.some((one) => one === undefined || one.rowSecurity !== 'off')) return undefined;
  if (catalog.routines.some(({ name }) => sql.toLowerCase().includes(`${name.toLowerCase()}(`)))
    return undefined;
  return found.map((one) => nameOf(one!));
}

function weighed(
  options: CacheOptions,
  query: WorkQuery,
  tables: readonly Name[],
  ms: number,
): CacheCandidate {
  const { engine, work, snapshot } = options;
  const places = engine.capturedSql.places(query.sql);
  const uses = engine.access.of(query.sql, snapshot.catalog);
  const depends = tables.map((table) => dependencyOf(table, uses));
  const writes = work.queries
    .filter(({ kind }) => kind === 'write')
    .flatMap((one) => writePaths(options, one, depends));
  const shares = sharesOf(snapshot, depends, places);
  const callsPerSecond = query.callsPerDay / secondsOfDay;
  const keys = shares.common.length + shares.others;
  const voids = voidsPerDay(writes, work, depends, keys);
  const hitsOf = (ttl: number): number =>
    hitShare(shares, callsPerSecond, 1 / (1 / ttl + voids / secondsOfDay));
  const best = hitsOf(times.at(-1)!);
  const ttlSeconds = times.find((ttl) => hitsOf(ttl) >= enough * best) ?? times.at(-1)!;
  const hits = hitsOf(ttlSeconds);
  return {
    query,
    depends,
    ttlSeconds,
    callsPerSecond,
    keys,
    voidsPerDay: voids,
    hits,
    savedMsPerDay: query.callsPerDay * hits * ms,
    writes,
    told: [
      'Calls are taken to ask for values as often as rows have them.',
      ...hidden(snapshot, tables),
      ...(work.unsupported.length > 0
        ? ['Statements that could not be read may write to these tables, too.']
        : []),
    ],
  };
}

/** Rows with one value, where every use of the table asks for them; else the whole table. */
function dependencyOf(table: Name, uses: readonly TableAccess[]): Dependency {
  const own = uses.filter((use) => sameName(use.table, table));
  const [first, ...others] = own.map(({ conditions }) =>
    conditions.flatMap(({ key, kind, expression, against }) =>
      kind === 'equal' && !expression && against.kind === 'parameter'
        ? [{ column: key, value: against.number - 1 }]
        : [],
    ),
  );
  const found = first?.find(({ column, value }) =>
    others.every((list) => list.some((one) => one.column === column && one.value === value)),
  );
  return { table, ...found };
}

/** Ways to write that no statement's text shows. */
function hidden({ catalog }: Snapshot, tables: readonly Name[]): readonly string[] {
  const cascades = tables.flatMap((name) => {
    const table = findTable(catalog, name)!;
    return foreignKeysFrom(catalog, table).flatMap(({ references }) =>
      [references.onDelete, references.onUpdate].every((rule) => rule === 'no action' || rule === 'restrict')
        ? []
        : [
            `${printName(table)} changes with rows of ${printName(references)}: writes there have to move its counter, too.`,
          ],
    );
  });
  const triggers = catalog.tables.some((table) => table.triggers.length > 0);
  return [
    ...cascades,
    ...(triggers ? ['Triggers may write these tables without a statement that names them.'] : []),
  ];
}

/** The statement as a path by which answers become void; none where it touches none of their tables. */
function writePaths(
  { engine, snapshot }: CacheOptions,
  query: WorkQuery,
  depends: readonly Dependency[],
): readonly WritePath[] {
  const { kind, tables } = engine.grammar.shape(query.sql);
  const target = tables[0] && findTable(snapshot.catalog, tables[0].table);
  const depend = target && depends.find(({ table }) => sameName(table, target));
  if (!target || !depend) return [];
  const places = engine.capturedSql.places(query.sql);
  const moves = places.flatMap((place, value) =>
    place.kind === 'column' &&
    place.column === depend.column &&
    (place.operator === 'equal' || place.operator === 'set') &&
    (place.tables?.[0] === undefined || findTable(snapshot.catalog, place.tables[0]) === target)
      ? [{ column: depend.column!, value, found: place.operator }]
      : [],
  );
  // Rows that are looked for otherwise may have had any value.
  const known = kind === 'insert' ? moves.length > 0 : moves.some(({ found }) => found === 'equal');
  return [
    {
      query,
      table: nameOf(target),
      moves: known ? moves.map(({ column, value }) => ({ column, value })) : [],
      whole: !known,
    },
  ];
}

/** How often one answer becomes void; writes that no statement of the workload explains are of the whole table. */
function voidsPerDay(
  writes: readonly WritePath[],
  work: Work,
  depends: readonly Dependency[],
  keys: number,
): number {
  let sum = 0;
  for (const { table } of depends) {
    const own = writes.filter((path) => sameName(path.table, table));
    const stated = own.reduce((total, { query }) => total + query.callsPerDay, 0);
    const counted = work.writes.find((one) => sameName(one.table, table));
    const rows = counted ? counted.inserted + counted.updated + counted.deleted : 0;
    sum += own.reduce(
      (total, { query, whole }) =>
        total + (whole ? query.callsPerDay : query.callsPerDay / Math.max(1, keys)),
      0,
    );
    // A counter counts rows and not statements; only where no statement writes the table do they stand for some.
    if (stated === 0) sum += rows;
  }
  return sum;
}

interface Shares {
  /** Shares of the calls that ask for each common value. */
  readonly common: readonly number[];
  /** Further values, and the share of the calls that ask for any of them. */
  readonly others: number;
  readonly rest: number;
}

/** How calls spread over values: as rows do, parameter by parameter independently. */
function sharesOf(
  snapshot: Snapshot,
  depends: readonly Dependency[],
  places: readonly ParameterPlace[],
): Shares {
  let shares: Shares = { common: [1], others: 0, rest: 0 };
  places.forEach((place, at) => {
    const depend = depends.find(({ value }) => value === at);
    const own = depend
      ? columnShares(snapshot, depend.table, depend.column!)
      : place.kind === 'limit' || place.kind === 'offset'
        ? { common: [1], others: 0, rest: 0 }
        : otherShares(snapshot, place);
    shares = joined(shares, own);
  });
  return shares;
}

function otherShares({ catalog, ...snapshot }: Snapshot, place: ParameterPlace): Shares {
  const table =
    place.kind === 'column' && place.tables?.[0] !== undefined
      ? findTable(catalog, place.tables[0])
      : undefined;
  return table && typeof place.column === 'string'
    ? columnShares({ ...snapshot, catalog }, table, place.column)
    : { common: [], others: mostKeys, rest: 1 };
}

function columnShares({ columns, relations }: Snapshot, table: Name, column: string): Shares {
  const found = columns.find(
    (one) => one.schema === table.schema && one.relation === table.name && one.column === column,
  );
  const rows = relations.find((one) => sameName(one, table))?.rows ?? 0;
  if (!found) return { common: [], others: Math.max(1, rows), rest: 1 };
  return spread(found, rows);
}

function spread({ distinct, commonFrequencies = [], nullFraction }: ColumnStatistics, rows: number): Shares {
  const different = Math.max(1, distinct < 0 ? -distinct * rows : distinct);
  const known = commonFrequencies.map((share) => share / Math.max(1e-9, 1 - nullFraction));
  const rest = Math.max(0, 1 - known.reduce((sum, share) => sum + share, 0));
  return { common: known, others: Math.max(rest > 0 ? 1 : 0, different - known.length), rest };
}

/** The largest shares stay apart; the others are taken together. */
function joined(a: Shares, b: Shares): Shares {
  const common = a.common.flatMap((one) => b.common.map((other) => one * other)).toSorted((x, y) => y - x);
  const kept = common.slice(0, 1000);
  const keptShare = kept.reduce((sum, share) => sum + share, 0);
  const all = (a.common.length + a.others) * (b.common.length + b.others);
  return {
    common: kept,
    others: Math.min(mostKeys, Math.max(0, all - kept.length)),
    rest: Math.max(0, 1 - keptShare),
  };
}

/** An answer that lives for `seconds` from its first miss on is found by λ·L of 1 + λ·L calls that come at random (Poisson arrivals, renewal argument). */
function hitShare({ common, others, rest }: Shares, callsPerSecond: number, seconds: number): number {
  const of = (share: number): number => {
    const expected = callsPerSecond * share * seconds;
    return share * (expected / (1 + expected));
  };
  return common.reduce((sum, share) => sum + of(share), 0) + (others > 0 ? others * of(rest / others) : 0);
}

/** `orders_of_customer:{$1}` and the counters it depends on, for people. */
export function keyText({ query, depends }: CacheCandidate): string {
  const values = query.sets[0]?.values.map((_, at) => `{$${at + 1}}`) ?? [];
  const counters = depends.map(({ table, column, value }) =>
    column === undefined ? printName(table) : `${printName(table)}.${column}={$${value! + 1}}`,
  );
  return `${[query.name, ...values].join(':')}, void when ${counters.join(' or ')} changes`;
}
