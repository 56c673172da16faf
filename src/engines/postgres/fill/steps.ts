/** Values that stand for whole numbers, laid along a histogram. */
import type { Between, BetweenRequest } from '../../../engine/model.ts';
import { numberingOf, type Numbering } from './numbered.ts';

interface Step {
  readonly from: bigint;
  readonly value: bigint;
}

const inSixtyFourBits = 9_223_372_036_854_775_807n;

/** Values of a column that stand for whole numbers, none of them a common one; undefined for other columns and where the type has no room. */
export function numberedBetween(request: BetweenRequest): Between | undefined {
  const { fact, bounds, except, bind } = request;
  const numbering = numberingOf(fact, [...bounds, ...except]);
  if (!numbering) return undefined;
  const excluded = [...new Set(except.map((value) => numbering.toNumber(value)!))].toSorted((a, b) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
  // Common values are taken out of the line of numbers, and counted in again at the end.
  const shift = (number: bigint): bigint => number - BigInt(excluded.filter((one) => one < number).length);
  const line = bounds
    .map((bound) => shift(numbering.toNumber(bound)!))
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const reach = numbering.unsorted ? ends(line) : line;
  const found =
    (request.distinct || request.values >= request.count ? along(reach, request, numbering) : undefined) ??
    (request.distinct ? undefined : grid(reach, request));
  if (!found) return undefined;
  const back = (number: string): string => {
    if (excluded.length === 0) return number;
    const x = bind(number);
    const edges = excluded.map((one, i) => one - BigInt(i));
    return bind(`${x} + width_bucket(${x}, ${list(edges)})`);
  };
  return {
    expressions: [numbering.toValue(back(found.expression))],
    ...(numbering.unsorted ? { correlation: correlationOf(reach) } : {}),
    placeOf: (value) => {
      const number = numbering.toNumber(value);
      return number === undefined ? undefined : found.placeOf(shift(number), excluded.includes(number));
    },
  };
}

/** Where numbers and values sort differently, bounds tell no more than where the numbers begin and end. */
function ends(line: readonly bigint[]): readonly bigint[] {
  return [line[0]!, line.at(-1)!];
}

interface Found {
  readonly expression: string;
  readonly placeOf: (
    number: bigint,
    excluded: boolean,
  ) => { readonly place: number; readonly exact: boolean };
}

const list = (values: readonly bigint[]): string => `('{${values.join(',')}}'::bigint[])`;

/** Equally many rows between any two bounds, and as many different numbers as there is room for. */
function grid(line: readonly bigint[], { count, values, index, bind }: BetweenRequest): Found {
  const buckets = Math.max(1, line.length - 1);
  const room = Array.from({ length: buckets }, (_, i) => {
    const end = i + 1 < buckets ? line[i + 1]! : (line.at(-1) ?? line[0]!) + 1n;
    return end > line[i]! ? end - line[i]! : 1n;
  });
  // There are at least as many numbers as different values.
  const lacking = BigInt(values) - room.reduce((sum, one) => sum + one, 0n);
  if (lacking > 0n) room[buckets - 1]! += lacking;
  const each = dealt(room, values);
  const x = bind(index);
  const b = buckets === 1 ? '0' : bind(`least(${buckets - 1}, ${x} * ${buckets} / ${count})`);
  const at = (numbers: readonly bigint[]): string =>
    buckets === 1 ? `${numbers[0]!}::bigint` : `${list(numbers)}[1 + ${b}]`;
  const j = bind(`(${x} * ${buckets} - ${b} * ${count}::bigint) * ${at(each)} / ${count}`);
  const wide = room.some((one, i) => one * each[i]! >= inSixtyFourBits);
  const moved = wide
    ? `div(${j}::numeric * ${at(room)}, ${at(each)})::bigint`
    : room.every((one, i) => one === each[i]!)
      ? j
      : `${j} * ${at(room)} / ${at(each)}`;
  return {
    expression: `${at(line)} + ${moved}`,
    placeOf: (number) => {
      const i = Math.min(
        buckets - 1,
        Math.max(
          0,
          line.findLastIndex((one) => one <= number),
        ),
      );
      const part = Math.min(1, Math.max(0, Number(number - line[i]!) / Number(room[i]!)));
      return {
        place: Math.max(0, Math.min(count - 1, Math.floor(((i + part) * count) / buckets))),
        exact: false,
      };
    },
  };
}

/** Different values per bucket: equally many, as far as each bucket has room. */
function dealt(room: readonly bigint[], values: number): readonly bigint[] {
  const order = room.map((one, i) => ({ one: Number(one), i })).toSorted((a, b) => a.one - b.one);
  const each = room.map(() => 1n);
  let left = values;
  order.forEach(({ one, i }, position) => {
    const share = Math.max(1, Math.min(one, Math.round(left / (order.length - position))));
    each[i] = BigInt(share);
    left -= share;
  });
  return each;
}

/** Different numbers, one for each place: lines between the bounds that rise by at least one. */
function along(line: readonly bigint[], request: BetweenRequest, numbering: Numbering): Found | undefined {
  const count = BigInt(request.count);
  const steps = stepsOf(line, count);
  // Points in time have room between the units that they are counted in.
  const pushed = steps.at(-1)!.value > line.at(-1)!;
  if (pushed && (request.fact.family === 'instant' || !request.distinct)) return undefined;
  if (steps.at(-1)!.value + BigInt(request.except.length) > numbering.greatest) return undefined;
  return {
    expression: expressionOf(steps, request.index, request.bind),
    placeOf: (number, excluded) => placeAlong(steps, count, number, excluded),
  };
}

function placeAlong(
  steps: readonly Step[],
  count: bigint,
  number: bigint,
  excluded: boolean,
): { readonly place: number; readonly exact: boolean } {
  const i = Math.max(
    0,
    steps.findLastIndex((step) => step.value <= number),
  );
  const low = steps[i]!;
  const high = steps[i + 1];
  const place =
    number <= low.value || !high
      ? low.from
      : low.from + ((number - low.value) * (high.from - low.from)) / (high.value - low.value);
  for (const one of [place, place + 1n])
    if (!excluded && one < count && valueAt(steps, one) === number)
      return { place: Number(one), exact: true };
  return { place: Number(place), exact: false };
}

function stepsOf(line: readonly bigint[], count: bigint): readonly Step[] {
  const last = BigInt(line.length - 1);
  const steps: Step[] = [];
  line.forEach((value, i) => {
    const from = last === 0n ? 0n : (BigInt(i) * (count - 1n) + last / 2n) / last;
    const before = steps.at(-1);
    if (before && from === before.from) return;
    // Where statistics are older or coarser than the rows, later values make room.
    const least = before ? before.value + (from - before.from) : value;
    steps.push({ from, value: value > least ? value : least });
  });
  const end = steps.at(-1)!;
  if (end.from < count - 1n) steps.push({ from: count - 1n, value: end.value + (count - 1n - end.from) });
  return steps.filter((step, i) => {
    const before = steps[i - 1];
    const after = steps[i + 1];
    return !(
      before &&
      after &&
      (step.value - before.value) * (after.from - step.from) ===
        (after.value - step.value) * (step.from - before.from)
    );
  });
}

function valueAt(steps: readonly Step[], place: bigint): bigint {
  const i = steps.findLastIndex((step) => step.from <= place);
  const low = steps[i]!;
  const high = steps[i + 1];
  return high
    ? low.value + ((place - low.from) * (high.value - low.value)) / (high.from - low.from)
    : low.value;
}

function expressionOf(steps: readonly Step[], index: string, bind: (expression: string) => string): string {
  const [first, second] = steps;
  if (!second) return `${first!.value}`;
  const rise = (i: number): bigint => (steps[i + 1] ? steps[i + 1]!.value - steps[i]!.value : 0n);
  const run = (i: number): bigint => (steps[i + 1] ? steps[i + 1]!.from - steps[i]!.from : 1n);
  if (steps.length === 2) {
    if (rise(0) === run(0)) return `${first!.value} + (${index})`;
    return `${first!.value} + ${product(index, `${rise(0)}`, `${run(0)}`, rise(0) * run(0))}`;
  }
  const x = bind(index);
  const i = bind(`width_bucket(${x}, ${list(steps.map((step) => step.from))})`);
  const at = (values: readonly bigint[]): string => `${list(values)}[${i}]`;
  const rises = steps.map((_, k) => rise(k));
  const runs = steps.map((_, k) => run(k));
  const largest = rises.reduce((top, one, k) => (one * runs[k]! > top ? one * runs[k]! : top), 0n);
  return `${at(steps.map((step) => step.value))} + ${product(`(${x} - ${at(steps.map((step) => step.from))})`, at(rises), at(runs), largest)}`;
}

/** `place * rise / run`, in whole numbers while they fit into 64 bits. */
function product(place: string, rise: string, run: string, largest: bigint): string {
  return largest < inSixtyFourBits
    ? `((${place}) * ${rise} / ${run})`
    : `div((${place})::numeric * ${rise}, ${run})::bigint`;
}

/** Numbers of which the correlation is looked at. */
const looked = 2000;

/** Rank correlation of values with their numbers, where the one does not follow from the other. */
function correlationOf([low, high]: readonly bigint[]): number {
  const span = Number(high! - low!);
  const count = Math.min(looked, span + 1);
  if (count < 3) return 1;
  const texts = Array.from({ length: count }, (_, i) => ({
    i,
    text: String(low! + BigInt(Math.round((i * span) / (count - 1)))),
  }));
  const ranks = texts
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map((one) => one.i);
  const middle = (count - 1) / 2;
  let sum = 0;
  let square = 0;
  ranks.forEach((number, rank) => {
    sum += (number - middle) * (rank - middle);
    square += (rank - middle) ** 2;
  });
  return sum / square;
}
