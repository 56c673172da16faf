import { keyOf } from '../../catalog/identity.ts';
import type { ColumnStatistics, Snapshot } from '../../engine/model.ts';
import { leaves, readArray } from '../../base/array-literal.ts';
import { placeKey, type ColumnPlace } from '../mask/links.ts';

/** Statistics of a column that moved so far that plans may change. */
export interface MovedStatistics extends ColumnPlace {
  readonly moved: readonly {
    readonly what: 'nulls' | 'distinct values' | 'common values' | 'most common value';
    readonly before: string;
    readonly after: string;
  }[];
}

/** Where a figure counts as moved: shares by their distance, numbers by their ratio. */
const far = { share: 0.05, ratio: 2, overlap: 0.5 };

/** Columns of both snapshots whose null share, number of values or common values moved. */
export function statisticsMoved(before: Snapshot, after: Snapshot): readonly MovedStatistics[] {
  const key = (one: ColumnStatistics): string =>
    JSON.stringify([one.schema, one.relation, one.column, one.position, one.inherited]);
  const was = new Map(before.columns.map((one) => [key(one), one]));
  const rows = (snapshot: Snapshot) => new Map(snapshot.relations.map((one) => [keyOf(one), one.rows]));
  const [rowsBefore, rowsAfter] = [rows(before), rows(after)];
  const masked = new Set([...before.masked, ...after.masked].map(placeKey));
  return after.columns.flatMap((one): readonly MovedStatistics[] => {
    const old = was.get(key(one));
    if (!old) return [];
    const relation = keyOf({ schema: one.schema, name: one.relation });
    const moved: MovedStatistics['moved'][number][] = [];
    if (Math.abs(one.nullFraction - old.nullFraction) >= far.share)
      moved.push({ what: 'nulls', before: share(old.nullFraction), after: share(one.nullFraction) });
    const [few, many] = [distinct(old, rowsBefore.get(relation)), distinct(one, rowsAfter.get(relation))];
    // A column that is as different as it has rows grows with them; that is told by the rows.
    const follows = old.distinct < 0 && one.distinct < 0 && ratio(old.distinct, one.distinct) < far.ratio;
    if (!follows && few > 0 && many > 0 && ratio(few, many) >= far.ratio)
      moved.push({
        what: 'distinct values',
        before: String(Math.round(few)),
        after: String(Math.round(many)),
      });
    moved.push(...commonMoved(old, one, masked.has(placeKey(one))));
    return moved.length > 0
      ? [{ schema: one.schema, relation: one.relation, column: one.column, moved }]
      : [];
  });
}

function commonMoved(
  old: ColumnStatistics,
  one: ColumnStatistics,
  masked: boolean,
): MovedStatistics['moved'] {
  const [was, is] = [values(old), values(one)];
  const [first, now] = [old.commonFrequencies?.[0] ?? 0, one.commonFrequencies?.[0] ?? 0];
  const top = (value: string | undefined, frequency: number): string =>
    value === undefined
      ? 'none'
      : `${masked ? 'a value' : `\`${value.slice(0, 40)}\``} in ${share(frequency)}`;
  const moved: MovedStatistics['moved'][number][] = [];
  const other = !masked && was[0] !== is[0] && Math.max(first, now) >= far.share;
  if (other || Math.abs(first - now) >= far.share)
    moved.push({ what: 'most common value', before: top(was[0], first), after: top(is[0], now) });
  if (!masked && was.length > 0 && is.length > 0) {
    // Weighted, so that the tail of a long list, which a sample finds by chance, says nothing.
    const weights = new Map(was.map((value, at) => [value, old.commonFrequencies?.[at] ?? 0]));
    const total = (frequencies: readonly number[] | undefined): number =>
      (frequencies ?? []).reduce((a, b) => a + b, 0);
    const stayed = is.reduce((sum, value) => sum + (weights.get(value) ?? 0), 0);
    const all = total(old.commonFrequencies);
    if (all >= far.share && stayed / all < far.overlap)
      moved.push({
        what: 'common values',
        before: `${was.length} in ${share(all)}`,
        after: `${share(stayed)} of the rows still have one of them`,
      });
  }
  return moved;
}

function values({ commonValues }: ColumnStatistics): readonly string[] {
  const items = commonValues === undefined ? undefined : readArray(commonValues);
  return items ? items.map((item) => (typeof item === 'string' ? item : [...leaves([item])].join(','))) : [];
}

function distinct({ distinct: figure }: ColumnStatistics, rows: number | undefined): number {
  return figure >= 0 ? figure : -figure * Math.max(0, rows ?? 0);
}

function ratio(a: number, b: number): number {
  return Math.max(Math.abs(a / b), Math.abs(b / a));
}

function share(value: number): string {
  return `${Number((value * 100).toFixed(1))} %`;
}
