/** Statistics of a twin after ANALYZE against those of the snapshot, column by column. */
import { SqlError } from '../../base/error.ts';
import { printPart } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { ColumnStatistics, Engine, Session, Snapshot } from '../../engine/model.ts';
import { readArray } from '../../base/array-literal.ts';
import { leastRows, ratioOf, sampleRows, tolerances } from './marks.ts';
import type { ColumnFidelity, Distance, StatisticsFidelity } from './model.ts';

export interface StatisticsOptions {
  readonly engine: Engine;
  /** On the twin; orders values as the twin does. */
  readonly session: Session;
  readonly there: Snapshot;
  /** The twin, read in the same form. */
  readonly here: Snapshot;
  readonly scale: number;
}

/** Compares every column that the snapshot has statistics of; a column without any on the twin is beyond every tolerance. */
export async function compareStatistics(options: StatisticsOptions): Promise<StatisticsFidelity> {
  const { there, here } = options;
  const own = new Map(here.columns.map((column) => [keyOf(column), column]));
  const counts = { there: rowsOf(there), here: rowsOf(here) };
  const types = typesOf(there.catalog);
  const beyond: ColumnFidelity[] = [];
  const notCompared: { column: string; why: string }[] = [];
  let columns = 0;
  for (const column of there.columns) {
    const rows = counts.here.get(relationOf(column)) ?? 0;
    if (rows === 0) {
      notCompared.push({ column: printColumn(column), why: 'the twin has no rows of it' });
      continue;
    }
    columns += 1;
    const found = own.get(keyOf(column));
    const distances = found
      ? await distancesOf(options, column, found, {
          type: types.get(`${relationOf(column)}.${column.column}`),
          there: counts.there.get(relationOf(column)) ?? 0,
          here: rows,
        })
      : [{ measure: 'no statistics' as const, value: 1, tolerance: 0, there: 'some', here: 'none' }];
    const ordered = distances.toSorted((a, b) => excess(b) - excess(a));
    const worst = ordered[0] ? excess(ordered[0]) : 0;
    if (worst > 1)
      beyond.push({
        relation: { schema: column.schema, name: column.relation },
        column: column.column,
        inherited: column.inherited,
        distances: ordered,
        worst,
      });
  }
  return {
    columns,
    within: columns - beyond.length,
    beyond: beyond.toSorted((a, b) => b.worst - a.worst),
    notCompared,
  };
}

interface Sizes {
  readonly type: string | undefined;
  readonly there: number;
  readonly here: number;
}

async function distancesOf(
  { engine, session, scale }: StatisticsOptions,
  there: ColumnStatistics,
  here: ColumnStatistics,
  sizes: Sizes,
): Promise<readonly Distance[]> {
  const rows = Math.max(1, Math.min(sizes.there, sizes.here));
  const sampled = Math.min(rows, sampleRows);
  const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
  const distances: Distance[] = [
    {
      measure: 'null share',
      value: Math.abs(there.nullFraction - here.nullFraction),
      tolerance: Math.max(tolerances.nullShare, byChance(there.nullFraction, sampled)),
      there: percent(there.nullFraction),
      here: percent(here.nullFraction),
    },
    distinctDistance(there, here, sizes, scale),
    {
      measure: 'width',
      value:
        Math.abs(there.averageWidth - here.averageWidth) <= tolerances.widthBytes
          ? 1
          : ratioOf(there.averageWidth, here.averageWidth, 1),
      tolerance: tolerances.width,
      there: `${there.averageWidth} bytes`,
      here: `${here.averageWidth} bytes`,
    },
  ];
  if (rows < leastRows) return distances;
  const common = commonDistance(there, here, sizes);
  if (common !== undefined)
    distances.push({
      measure: 'common values',
      value: common,
      tolerance: Math.max(
        tolerances.common,
        [...frequencies(there).values()].reduce((sum, share) => sum + byChance(share, sampled), 0) / 3,
      ),
      there: toldCommon(there),
      here: toldCommon(here),
    });
  if (there.correlation !== undefined && here.correlation !== undefined)
    distances.push({
      measure: 'correlation',
      value: Math.abs(there.correlation - here.correlation),
      tolerance: Math.max(tolerances.correlation, 3 * Math.sqrt(2 / sampled)),
      there: there.correlation.toFixed(2),
      here: here.correlation.toFixed(2),
    });
  // Documents have an order that means nothing.
  const ordered = sizes.type !== undefined && engine.types.family(sizes.type) !== 'json';
  if (there.histogram !== undefined && here.histogram !== undefined && sizes.type !== undefined && ordered) {
    const value = await distanceBetween(engine, session, sizes.type, there.histogram, here.histogram);
    if (value !== undefined)
      distances.push({
        measure: 'histogram',
        value,
        tolerance:
          Math.max(tolerances.histogram, 3 / Math.sqrt(sampled)) + 2 / Math.max(2, boundsOf(here.histogram)),
        there: ends(there.histogram),
        here: ends(here.histogram),
      });
  }
  return distances;
}

/** Bounds that are no values of the column's type are as far away as can be. */
async function distanceBetween(
  { stats }: Engine,
  session: Session,
  type: string,
  there: string,
  here: string,
): Promise<number | undefined> {
  try {
    return await stats.histogramDistance(session, type, there, here);
  } catch (error) {
    if (error instanceof SqlError && error.code === 'sql.failed') return 1;
    throw error;
  }
}

/** Different values as counts; on a smaller twin as many or fewer are right, down to the scale's share. */
function distinctDistance(
  there: ColumnStatistics,
  here: ColumnStatistics,
  sizes: Sizes,
  scale: number,
): Distance {
  const count = ({ distinct }: ColumnStatistics, rows: number): number =>
    distinct < 0 ? -distinct * rows : distinct;
  const [wanted, found] = [count(there, sizes.there), count(here, sizes.here)];
  const most = scale < 1 ? Math.min(wanted, Math.max(wanted * scale, found)) : wanted;
  return {
    measure: 'distinct values',
    value: ratioOf(scale === 1 ? wanted : most, found, 1),
    tolerance: tolerances.distinct,
    there: String(Math.round(wanted)),
    here: String(Math.round(found)),
  };
}

/** Half the sum of differences of frequencies; a value that only one list names has at most the least frequency of the other. */
function commonDistance(there: ColumnStatistics, here: ColumnStatistics, sizes: Sizes): number | undefined {
  const [one, other] = [frequencies(there), frequencies(here)];
  if (one.size === 0 && other.size === 0) return undefined;
  const least = (list: ReadonlyMap<string, number>, column: ColumnStatistics, rows: number): number => {
    const values = column.distinct < 0 ? -column.distinct * rows : column.distinct;
    // A list that names all values has nothing left for another one.
    if (list.size > 0 && list.size >= values) return 0;
    return list.size > 0 ? Math.min(...list.values()) : (1 - column.nullFraction) / Math.max(1, values);
  };
  const [leastOne, leastOther] = [least(one, there, sizes.there), least(other, here, sizes.here)];
  let sum = 0;
  for (const value of new Set([...one.keys(), ...other.keys()])) {
    const [a, b] = [one.get(value), other.get(value)];
    sum += Math.abs((a ?? Math.min(leastOne, b!)) - (b ?? Math.min(leastOther, a!)));
  }
  return sum / 2;
}

function frequencies({
  commonValues,
  commonFrequencies = [],
}: ColumnStatistics): ReadonlyMap<string, number> {
  const values = commonValues === undefined ? [] : (readArray(commonValues) ?? []);
  return new Map(
    values.flatMap((value, i) =>
      commonFrequencies[i] === undefined ? [] : [[JSON.stringify(value), commonFrequencies[i]]],
    ),
  );
}

function toldCommon({ commonFrequencies = [] }: ColumnStatistics): string {
  return commonFrequencies.length === 0
    ? 'none'
    : `${commonFrequencies.length}, up to ${Math.round(commonFrequencies[0]! * 1000) / 10} %`;
}

/** Values themselves stay out of reports. */
function ends(histogram: string): string {
  return `${boundsOf(histogram)} bounds`;
}

function boundsOf(histogram: string): number {
  return readArray(histogram)?.length ?? 0;
}

/** Difference that a share shows between two samples of so many rows at most: three times its standard error; one row of a small table is a large share. */
function byChance(share: number, rows: number): number {
  return Math.max(3 * Math.sqrt((2 * share * (1 - share)) / rows), 1.5 / rows);
}

function excess({ measure, value, tolerance }: Distance): number {
  // A ratio is 1 where nothing differs, a difference is 0.
  if (measure === 'distinct values' || measure === 'width') return Math.max(0, value - 1) / (tolerance - 1);
  return tolerance === 0 ? (value > 0 ? Number.POSITIVE_INFINITY : 0) : value / tolerance;
}

/** Rows of relations by `schema.name`; of a partitioned table and of an index those of its parts and of its table. */
function rowsOf({ relations, catalog, activity }: Snapshot): ReadonlyMap<string, number> {
  const live = new Map(activity.tables.map((one) => [`${one.schema}.${one.name}`, one.live]));
  const rows = new Map<string, number>();
  for (const one of relations) {
    const key = `${one.schema}.${one.name}`;
    rows.set(key, one.rows >= 0 ? one.rows : (live.get(key) ?? 0));
  }
  const sum = (key: string): number =>
    catalog.tables
      .filter(({ partitionOf, inherits }) =>
        [...(partitionOf ? [partitionOf] : []), ...inherits].some(
          (one) => `${one.schema}.${one.name}` === key,
        ),
      )
      .reduce((total, part) => {
        const own = `${part.schema}.${part.name}`;
        return total + (part.kind === 'partitioned' ? sum(own) : (rows.get(own) ?? 0));
      }, 0);
  for (const table of catalog.tables) {
    const key = `${table.schema}.${table.name}`;
    if (table.kind === 'partitioned') rows.set(key, sum(key));
  }
  for (const { schema, name, table } of relations)
    if (table) rows.set(`${schema}.${name}`, rows.get(`${table.schema}.${table.name}`) ?? 0);
  return rows;
}

function typesOf(catalog: Catalog): ReadonlyMap<string, string> {
  return new Map(
    [...catalog.tables, ...catalog.views].flatMap(({ schema, name, columns }) =>
      columns.map((column) => [`${schema}.${name}.${column.name}`, column.type] as const),
    ),
  );
}

function relationOf({ schema, relation }: ColumnStatistics): string {
  return `${schema}.${relation}`;
}

function keyOf(column: ColumnStatistics): string {
  return `${relationOf(column)} ${column.position} ${column.column} ${column.inherited}`;
}

function printColumn({ schema, relation, column }: ColumnStatistics): string {
  return [schema, relation, column].map(printPart).join('.');
}
