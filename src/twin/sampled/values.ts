/** Values of one column by their place, as its statistics tell them. */
import type { BetweenRequest, FillFact } from '../../engine/model.ts';
import type { PlanContext } from '../fill/plan.ts';
import { writeArray } from '../../base/array-literal.ts';
import { shareInOrder, type Layout } from './layout.ts';

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
  const text = engine.quote.literal(writeArray(values));
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
  const { common, rest } = layout;
  const others = rest > 0 ? othersByRank(layout, fact, seed, context) : [];
  if (rest > 0 && others.length === 0) return [];
  if (common.length === 0) return others;
  const segments = ordered ? inOrder(layout, fact, seed, context) : commonFirst(layout);
  const starts = `('${writeArray(segments.map((one) => one.from))}'::bigint[])`;
  const ranks = `('${writeArray(segments.map((one) => one.rank - one.from))}'::bigint[])`;
  const values = segments.map((one) => one.value);
  const onlyLast = values.indexOf(null) === values.length - 1;
  const ways = rest > 0 ? others : [undefined];
  return ways.map((other) => (place) => {
    const p = lets.bind(place);
    const i = segments.length === 1 ? '1' : lets.bind(`width_bucket(${p}, ${starts})`);
    const named = commonValue(values, fact, i, context);
    if (!other) return named;
    const between = other(lets.bind(`${p} + ${ranks}[${i}]`));
    return onlyLast
      ? `CASE WHEN ${p} < ${segments.at(-1)!.from} THEN ${named} ELSE ${between} END`
      : `coalesce(${named}, ${between})`;
  });
}

/** How near a correlation must be to the one of values made in turn for rows to be taken for that. */
const inTurn = 0.08;

/** Share of the rows that are to lie in order; values that sort otherwise than they are numbered lie in turn or in no order. */
export function orderOf(
  layout: Layout,
  fact: FillFact,
  correlation: number | undefined,
  context: PlanContext,
): number {
  const share = shareInOrder(layout, correlation);
  if (correlation === undefined || layout.rest === 0) return share;
  const own = context.engine.fill.between(requestFor(layout, fact, 0, 'n', (one) => one)).correlation;
  if (own === undefined) return share;
  if (Math.abs(own) < 2 * inTurn) return 0;
  return Math.abs(correlation - own) < inTurn ? 1 : Math.abs(correlation + own) < inTurn ? -1 : 0;
}

/** A run of places: rows of one common value, or rows with values between the bounds. */
interface Segment {
  readonly from: number;
  /** A common value; null for values between the bounds. */
  readonly value: string | null;
  /** Rank among the values between the bounds. */
  readonly rank: number;
}

function commonFirst({ common, rest }: Layout): readonly Segment[] {
  let from = 0;
  const made: Segment[] = common.map((one) => {
    const start = from;
    from += one.rows;
    return { from: start, value: one.value, rank: 0 };
  });
  return rest > 0 ? [...made, { from, value: null, rank: 0 }] : made;
}

function inOrder(layout: Layout, fact: FillFact, seed: number, context: PlanContext): readonly Segment[] {
  const { common, rest } = layout;
  const { placeOf } = context.engine.fill.between(
    requestFor(layout, fact, seed, 'n', (expression) => expression),
  );
  const spots = common
    .map((one) => ({ ...one, rank: rest > 0 ? Math.min(rest, placeOf(one.value)?.place ?? 0) : 0 }))
    .toSorted((a, b) => a.rank - b.rank || compare(a.value, b.value, fact));
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

function compare(a: string, b: string, { labels }: FillFact): number {
  if (labels.length > 0) return labels.indexOf(a) - labels.indexOf(b);
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Values between the bounds by their rank: as many different ones as there are. */
function othersByRank(
  layout: Layout,
  fact: FillFact,
  seed: number,
  { engine, lets }: PlanContext,
): PlaceMakes {
  const of = (index: string): readonly string[] =>
    engine.fill.between(requestFor(layout, fact, seed, index, lets.bind)).expressions;
  return of('n').map((_, way) => (rank) => of(lets.bind(rank))[way]!);
}

function requestFor(
  { common, bounds, rest, distinct }: Layout,
  fact: FillFact,
  seed: number,
  index: string,
  bind: (expression: string) => string,
): BetweenRequest {
  return {
    fact,
    bounds,
    count: Math.max(1, rest),
    values: Math.max(1, distinct),
    except: common.map((one) => one.value),
    index,
    distinct: false,
    seed,
    bind,
  };
}
