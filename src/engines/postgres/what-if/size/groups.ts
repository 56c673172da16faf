/** How many rows share a key: from the distribution of each column's values, not from its average. */
import type { ColumnFacts } from './model.ts';

/** Keys that about as many rows have. */
export interface Group {
  /** Keys that could be; those that no row has are among them. */
  readonly keys: number;
  /** Share of the table's rows that each of them has. */
  readonly share: number;
  /** Columns that are null in them, as bits. */
  readonly nulls: number;
}

/** Groups that are told apart at most; similar ones are put together beyond. */
const mostGroups = 24;

/** Rows, and how many of them ANALYZE looked at. */
export interface Counted {
  readonly rows: number;
  readonly sampled: number;
}

/** Values of one column that about as many rows have. */
export function groupsOf(column: ColumnFacts, table: Counted): readonly Group[] {
  const rows = column.rows ?? table.rows;
  const sampled = (table.sampled * rows) / table.rows;
  const { nullFraction, common } = column;
  const known = common.reduce((sum, share) => sum + share, 0);
  const rest = Math.max(0, 1 - nullFraction - known);
  const distinct = column.distinct < 0 ? -column.distinct * rows : column.distinct;
  const others = Math.max(distinct - common.length, rest > 0 ? 1 : 0);
  return merged([
    ...(nullFraction > 0 ? [{ keys: 1, share: nullFraction, nulls: 1 }] : []),
    ...common.map((share) => ({ keys: 1, share, nulls: 0 })),
    ...(rest * rows >= 0.5 ? densities(column, rest, cells(others, rest, { rows, sampled })) : []),
  ]);
}

/** The rest of a column's rows over its other values; values that are whole numbers without large gaps show by the histogram where they are dense. */
function densities({ bounds }: ColumnFacts, share: number, keys: number): readonly Group[] {
  const range = bounds.length < 3 ? 0 : bounds.at(-1)! - bounds[0]!;
  if (range < keys * leastDense || range > keys * mostGaps) return [{ keys, share: share / keys, nulls: 0 }];
  const buckets = bounds.length - 1;
  return bounds.slice(1).map((bound, i) => {
    const own = (keys * Math.max(bound - bounds[i]!, range / buckets / 100)) / range;
    return { keys: own, share: share / buckets / own, nulls: 0 };
  });
}

/** How much of a range of whole numbers their values must fill so that the range tells where values are. */
const leastDense = 0.8;
const mostGaps = 3;

/**
 * Values that could be, of which each row has one at random: those that no row has are among them. Statistics count values by a sample with the estimator of Haas and Stokes (Duj1), which
 * is too low where values have unlike numbers of rows; this finds the number of values for which it gives what the statistics say.
 */
export function cells(counted: number, share: number, { rows, sampled }: Counted): number {
  const whole = share * rows;
  // Next to no duplicates: as many keys as no two rows share by chance.
  if (counted >= whole * 0.999) return whole * 1e4;
  const seen = Math.min(1, sampled / rows);
  const taken = whole * seen;
  const estimate = (keys: number): number => {
    const mean = taken / keys;
    const met = keys * -Math.expm1(-mean);
    const once = taken * Math.exp(-mean);
    return (taken * met) / (taken - once * (1 - seen));
  };
  let low = Math.log(Math.max(1, counted / 2));
  let high = Math.log(whole * 1e4);
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (estimate(Math.exp(middle)) < counted) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

/** Keys of several columns whose values have nothing to do with each other. */
export function crossed(first: readonly Group[], second: readonly Group[], column: number): readonly Group[] {
  return merged(
    first.flatMap((one) =>
      second.map((other) => ({
        keys: one.keys * other.keys,
        share: one.share * other.share,
        nulls: one.nulls | (other.nulls << column),
      })),
    ),
  );
}

/** Keys that at least one of so many rows has. */
export function occupied(groups: readonly Group[], rows: number): number {
  return groups.reduce((sum, { keys, share }) => sum + keys * -Math.expm1(-share * rows), 0);
}

/** The same rows over so many keys in all. */
export function narrowed(groups: readonly Group[], keys: number): readonly Group[] {
  const factor = keys / groups.reduce((sum, group) => sum + group.keys, 0);
  return groups.map((group) => {
    // A group has one key at least.
    const fewer = Math.max(Math.min(1, group.keys), group.keys * factor);
    return { keys: fewer, share: (group.share * group.keys) / fewer, nulls: group.nulls };
  });
}

function merged(groups: readonly Group[]): readonly Group[] {
  if (groups.length <= mostGroups) return groups;
  const sorted = [...groups].sort((a, b) => a.nulls - b.nulls || b.share - a.share);
  const spans = new Map<number, { least: number; most: number }>();
  for (const { nulls, share } of sorted) {
    const span = spans.get(nulls);
    spans.set(nulls, {
      least: Math.min(span?.least ?? share, share),
      most: Math.max(span?.most ?? share, share),
    });
  }
  const each = Math.max(2, Math.floor(mostGroups / spans.size));
  const bins = new Map<string, { keys: number; mass: number; nulls: number }>();
  for (const { keys, share, nulls } of sorted) {
    const { least, most } = spans.get(nulls)!;
    const width = Math.log(most / least) || 1;
    const bin = `${nulls} ${Math.min(each - 1, Math.floor((each * Math.log(share / least)) / width))}`;
    const held = bins.get(bin) ?? { keys: 0, mass: 0, nulls };
    bins.set(bin, { keys: held.keys + keys, mass: held.mass + keys * share, nulls });
  }
  return [...bins.values()].map(({ keys, mass, nulls }) => ({ keys, share: mass / keys, nulls }));
}
