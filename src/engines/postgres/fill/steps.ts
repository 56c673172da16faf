import type { Between, BetweenRequest } from '../../../engine/model.ts';

const greatest: Readonly<Record<string, bigint>> = {
  smallint: 32_767n,
  integer: 2_147_483_647n,
  bigint: 9_223_372_036_854_775_807n,
};

interface Step {
  readonly from: bigint;
  readonly value: bigint;
}

/** Different whole numbers along a histogram, one for each place: lines between bounds that rise by at least one; undefined where the type has no room. */
export function integerSteps(request: BetweenRequest): Between | undefined {
  const { fact, bounds, index, bind } = request;
  const count = BigInt(request.count);
  const steps = stepsOf(bounds, count, greatest[fact.base] ?? greatest['bigint']!);
  if (!steps) return undefined;
  const placeOf = (text: string): { place: number; exact: boolean } | undefined => {
    if (!/^-?\d+$/.test(text)) return undefined;
    const value = BigInt(text);
    let i = steps.findLastIndex((step) => step.value <= value);
    if (i < 0) i = 0;
    const low = steps[i]!;
    const high = steps[i + 1];
    const place =
      value <= low.value || !high
        ? low.from
        : low.from + ((value - low.value) * (high.from - low.from)) / (high.value - low.value);
    for (const candidate of [place, place + 1n])
      if (candidate < count && valueAt(steps, candidate) === value)
        return { place: Number(candidate), exact: true };
    return { place: Number(place), exact: false };
  };
  return { expressions: [expressionOf(steps, index, bind)], placeOf };
}

function stepsOf(bounds: readonly string[], count: bigint, most: bigint): readonly Step[] | undefined {
  if (!bounds.every((bound) => /^-?\d+$/.test(bound))) return undefined;
  const last = BigInt(bounds.length - 1);
  const steps: Step[] = [];
  bounds.forEach((bound, i) => {
    const from = last === 0n ? 0n : (BigInt(i) * (count - 1n) + last / 2n) / last;
    const before = steps.at(-1);
    if (before && from === before.from) return;
    // Where statistics are older or coarser than the rows, later values make room.
    const least = before ? before.value + (from - before.from) : BigInt(bound);
    steps.push({ from, value: BigInt(bound) > least ? BigInt(bound) : least });
  });
  const end = steps.at(-1)!;
  if (end.from < count - 1n) steps.push({ from: count - 1n, value: end.value + (count - 1n - end.from) });
  const merged = steps.filter((step, i) => {
    const before = steps[i - 1];
    const after = steps[i + 1];
    return !(
      before &&
      after &&
      (step.value - before.value) * (after.from - step.from) ===
        (after.value - step.value) * (step.from - before.from)
    );
  });
  return merged.at(-1)!.value > most ? undefined : merged;
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
  const list = (values: readonly bigint[]): string => `('{${values.join(',')}}'::bigint[])`;
  const i = bind(`width_bucket(${x}, ${list(steps.map((step) => step.from))})`);
  const at = (values: readonly bigint[]): string => `${list(values)}[${i}]`;
  const rises = steps.map((_, k) => rise(k));
  const runs = steps.map((_, k) => run(k));
  const largest = rises.reduce((most, one, k) => (one * runs[k]! > most ? one * runs[k]! : most), 0n);
  return `${at(steps.map((step) => step.value))} + ${product(`(${x} - ${at(steps.map((step) => step.from))})`, at(rises), at(runs), largest)}`;
}

/** `place * rise / run`, in whole numbers while they fit into 64 bits. */
function product(place: string, rise: string, run: string, largest: bigint): string {
  return largest < greatest['bigint']!
    ? `((${place}) * ${rise} / ${run})`
    : `div((${place})::numeric * ${rise}, ${run})::bigint`;
}
