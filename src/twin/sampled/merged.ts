import type { ColumnStatistics } from '../../engine/model.ts';
import { writeArray, arrayItems } from '../../base/array-literal.ts';
import { correlationOf, layoutOf, shareInOrder } from './layout.ts';

interface Part {
  readonly statistics: ColumnStatistics;
  readonly rows: number;
}

/** Bounds that a merged histogram has at most. */
const mostBounds = 101;
const mostCommon = 100;

/** Statistics of a partitioned table's column out of those of its partitions, weighted by their rows; undefined when there are none. */
export function mergeStatistics(parts: readonly Part[]): ColumnStatistics | undefined {
  const filled = parts.filter((part) => part.rows > 0);
  const [first] = filled;
  if (!first) return undefined;
  const total = filled.reduce((sum, part) => sum + part.rows, 0);
  const mean = (value: (one: ColumnStatistics) => number): number =>
    filled.reduce((sum, part) => sum + value(part.statistics) * part.rows, 0) / total;
  const common = new Map<string, number>();
  for (const { statistics, rows } of filled) {
    const values = arrayItems(statistics.commonValues ?? '{}');
    values.forEach((value, i) => {
      const share = ((statistics.commonFrequencies?.[i] ?? 0) * rows) / total;
      if (value !== null) common.set(value, (common.get(value) ?? 0) + share);
    });
  }
  const top = [...common].toSorted((a, b) => b[1] - a[1]).slice(0, mostCommon);
  const histogram = mergeHistograms(filled);
  const disjoint = areDisjoint(filled);
  const counts = filled.map(({ statistics, rows }) =>
    statistics.distinct < 0 ? -statistics.distinct * rows : statistics.distinct,
  );
  const unique = filled.every(({ statistics }) => statistics.distinct === -1);
  const distinct = unique ? -1 : disjoint ? counts.reduce((sum, one) => sum + one, 0) : Math.max(...counts);
  const { schema, relation, column, position } = first.statistics;
  const merged: ColumnStatistics = {
    schema,
    relation,
    column,
    position,
    inherited: true,
    nullFraction: mean((one) => one.nullFraction),
    averageWidth: Math.round(mean((one) => one.averageWidth)),
    distinct,
    ...(top.length > 0
      ? {
          commonValues: writeArray(top.map(([value]) => value)),
          commonFrequencies: top.map(([, share]) => share),
        }
      : {}),
    ...(histogram ? { histogram: writeArray(histogram) } : {}),
  };
  const inOrder = filled.reduce((sum, part) => sum + orderedShare(part) * part.rows, 0) / total;
  const whole = layoutOf(merged, total, true);
  return whole && whole.rows > whole.nulls
    ? { ...merged, correlation: correlationOf(whole, inOrder) }
    : merged;
}

function orderedShare({ statistics, rows }: Part): number {
  const layout = layoutOf(statistics, rows, true);
  return layout ? shareInOrder(layout, statistics.correlation) : 0;
}

/** Values of merged bounds at even shares of the rows. */
function mergeHistograms(parts: readonly Part[]): readonly string[] | undefined {
  const points = parts.flatMap(({ statistics, rows }) => {
    const bounds = arrayItems(statistics.histogram ?? '{}').flatMap((bound) => bound ?? []);
    const share =
      1 - statistics.nullFraction - (statistics.commonFrequencies ?? []).reduce((sum, one) => sum + one, 0);
    return bounds.map((value) => ({ value, weight: (rows * Math.max(share, 0)) / bounds.length }));
  });
  if (points.length < 2) return undefined;
  const numeric = points.every(({ value }) => value !== '' && !Number.isNaN(Number(value)));
  points.sort((a, b) =>
    numeric ? Number(a.value) - Number(b.value) : a.value < b.value ? -1 : a.value > b.value ? 1 : 0,
  );
  const total = points.reduce((sum, point) => sum + point.weight, 0);
  const wanted = Math.min(mostBounds, points.length);
  const bounds: string[] = [];
  let passed = 0;
  for (const point of points) {
    passed += point.weight;
    while (bounds.length < wanted - 1 && passed > (total * bounds.length) / (wanted - 1))
      bounds.push(point.value);
  }
  return [...bounds, points.at(-1)!.value];
}

/** Whether no partition's values lie within another's: a key of the partitions. */
function areDisjoint(parts: readonly Part[]): boolean {
  const spans = parts
    .map(({ statistics }) => [
      ...arrayItems(statistics.commonValues ?? '{}'),
      ...arrayItems(statistics.histogram ?? '{}'),
    ])
    .map((values) => values.flatMap((value) => value ?? []))
    .filter((values) => values.length > 0)
    .map((values) => {
      const numeric = values.every((value) => !Number.isNaN(Number(value)));
      const sorted = numeric ? values.map(Number).toSorted((a, b) => a - b) : values.toSorted();
      return [sorted[0]!, sorted.at(-1)!] as const;
    })
    .toSorted((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  return spans.every((span, i) => i === 0 || spans[i - 1]![1] < span[0]);
}
