/** Values of one column by their place, as its statistics tell them. */
import type { FillFact } from '../../engine/model.ts';
import type { PlanContext } from '../plan.ts';
import { arrayText } from './array.ts';
import type { Layout } from './layout.ts';

/** Ways to make the value of a place among the rows that have one; best first. */
export type PlaceMakes = readonly ((place: string) => string)[];

/** Families whose arrays have no arrays as items, so that a list of them can be typed. */
const scalar = new Set([
  'integer',
  'number',
  'text',
  'boolean',
  'date',
  'time',
  'instant',
  'interval',
  'uuid',
  'enum',
  'network',
]);

/** A common value by its number, from 1. */
export function commonValue(
  values: readonly (string | null)[],
  fact: FillFact,
  i: string,
  { engine }: PlanContext,
): string {
  const text = engine.quote.literal(arrayText(values));
  return scalar.has(fact.family)
    ? `((${text}::${fact.base}[])[${i}])::${fact.type}`
    : `((${text}::text[])[${i}])::${fact.type}`;
}

/** Values in the order of the type where rows are to lie in order, else common values before the others. */
export function valuesByPlace(
  layout: Layout,
  fact: FillFact,
  seed: number,
  ordered: boolean,
  context: PlanContext,
): PlaceMakes {
  const { lets } = context;
  const { common, rest, distinct, bounds } = layout;
  const others = rest > 0 ? othersByRank(layout, fact, seed, context) : [];
  if (rest > 0 && others.length === 0) return [];
  if (common.length === 0) return others.map((make) => (place) => make(place));
  const segments = ordered ? inOrder(layout, fact, seed, context) : commonFirst(layout);
  const starts = `('${arrayText(segments.map((one) => one.from))}'::bigint[])`;
  const values = segments.map((one) => one.value);
  const ways = rest > 0 ? others : [undefined];
  return ways.map((other) => (place) => {
    const p = lets.bind(place);
    const i = segments.length === 1 ? '1' : lets.bind(`width_bucket(${p}, ${starts})`);
    const named = commonValue(values, fact, i, context);
    if (!other) return named;
    const ranks = `('${arrayText(segments.map((one) => one.rank - one.from))}'::bigint[])`;
    const rank = lets.bind(`${p} + ${ranks}[${i}]`);
    const between = other(rank);
    if (values.filter((value) => value === null).length === 1 && values.at(-1) === null)
      return `CASE WHEN ${p} < ${segments.at(-1)!.from} THEN ${named} ELSE ${between} END`;
    return `coalesce(${named}, ${between})`;
  });
  function commonFirst(own: Layout): readonly Segment[] {
    let from = 0;
    const made: Segment[] = own.common.map((one) => {
      const start = from;
      from += one.rows;
      return { from: start, value: one.value, rank: 0 };
    });
    return own.rest > 0 ? [...made, { from, value: null, rank: 0 }] : made;
  }
  function inOrder(own: Layout, of: FillFact, ownSeed: number, within: PlanContext): readonly Segment[] {
    const { placeOf } = within.engine.fill.between({
      fact: of,
      bounds: bounds.length > 0 ? bounds : own.common.map((one) => one.value),
      count: Math.max(1, distinct),
      index: 'n',
      distinct: false,
      seed: ownSeed,
      bind: (expression) => expression,
    });
    const spots = own.common
      .map((one) => ({
        ...one,
        rank: Math.min(rest, Math.round(((placeOf(one.value)?.place ?? 0) / Math.max(1, distinct)) * rest)),
      }))
      .toSorted((a, b) => a.rank - b.rank || compare(a.value, b.value));
    const made: Segment[] = [];
    let from = 0;
    let rank = 0;
    for (const one of spots) {
      if (one.rank > rank) {
        made.push({ from, value: null, rank });
        from += one.rank - rank;
        rank = one.rank;
      }
      made.push({ from, value: one.value, rank });
      from += one.rows;
    }
    if (rank < rest) made.push({ from, value: null, rank });
    return made;
  }
}

interface Segment {
  readonly from: number;
  /** A common value; null for values between the bounds. */
  readonly value: string | null;
  /** Rank among the values between the bounds. */
  readonly rank: number;
}

function compare(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Values between the bounds by their rank: as many different ones as there are, each as often as the others. */
function othersByRank(
  { rest, distinct, bounds }: Layout,
  fact: FillFact,
  seed: number,
  { engine, lets }: PlanContext,
): PlaceMakes {
  const of = (index: string): readonly string[] =>
    engine.fill.between({ fact, bounds, count: distinct, index, distinct: false, seed, bind: lets.bind })
      .expressions;
  return of('n').map((_, way) => (rank) => {
    const index = distinct >= rest ? lets.bind(rank) : lets.bind(`(${rank}) * ${distinct} / ${rest}`);
    return of(index)[way]!;
  });
}
