/** Made-up numbers in the order of the original ones; points in time, dates and addresses are numbers too. */
import type { Random } from './text-map.ts';

export interface NumberMapOptions {
  readonly random: Random;
  /** Least and greatest substitute. */
  readonly least: bigint;
  readonly greatest: bigint;
  /** Steps in which values of the kind stand, coarsest first; the last is 1. */
  readonly grains: readonly bigint[];
  /** Substitutes lie anywhere within the limits, not near the originals. */
  readonly anywhere?: boolean;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/**
 * A growing map of all whole numbers: between two knots it is a straight line, so that a constant lies as far between its neighbours as it did. Distances between
 * knots are stretched and shrunk at random, and no knot becomes a value that was there.
 */
export function numberMap(knots: Iterable<bigint>, options: NumberMapOptions): (value: bigint) => bigint {
  const { random, least, greatest, grains } = options;
  const values = [...new Set(knots)].toSorted((a, b) => (a < b ? -1 : 1));
  if (values.length === 0) return (value) => value;
  const grain = grains.find((one) => values.every((value) => value % one === 0n)) ?? 1n;
  const points = values.map((value) => value / grain);
  const [low, high] = [ceil(least, grain), greatest / grain];
  const made = spread(points, low, high, random, options.anywhere ?? false);
  const map = (value: bigint): bigint => {
    const at = upper(points, value);
    if (at < points.length && points[at] === value) return made[at]!;
    if (at === 0) return clamp(made[0]! - (points[0]! - value), low, made[0]!);
    if (at === points.length) return clamp(made.at(-1)! + (value - points.at(-1)!), made.at(-1)!, high);
    const [from, to] = [points[at - 1]!, points[at]!];
    const [a, b] = [made[at - 1]!, made[at]!];
    return a + ((b - a) * (value - from)) / (to - from);
  };
  return (value) => {
    const rest = ((value % grain) + grain) % grain;
    return map((value - rest) / grain) * grain + rest;
  };
}

/** Substitutes of points in order, all different and within the limits. */
function spread(
  points: readonly bigint[],
  low: bigint,
  high: bigint,
  random: Random,
  anywhere: boolean,
): readonly bigint[] {
  const span = points.at(-1)! - points[0]!;
  // At most so much of the room is taken, whatever the distances become.
  const factor = span * 2n > high - low ? Number(high - low) / Number(span) / 2 : 1;
  const room = BigInt(points.length) * 4n < high - low;
  // Away from where they were by up to a tenth of their width, or some steps at least.
  const width = span / 10n + 7n;
  const shift = (1n + scaled(width, random())) * (random() < 0.5 ? -1n : 1n);
  const first = points[0]! + shift;
  // What was not negative stays so: checks often ask for it.
  const near = first < 0n && points[0]! >= 0n ? points[0]! + abs(shift) : first;
  const start = anywhere ? low + scaled((high - low) / 4n, random()) : near;
  const made: bigint[] = [];
  for (const [at, point] of points.entries()) {
    const gap = at === 0 ? 0n : point - points[at - 1]!;
    const wanted = at === 0 ? start : made[at - 1]! + scaled(gap, factor * (0.6 + 0.8 * random()));
    made.push(at > 0 && wanted <= made[at - 1]! ? made[at - 1]! + 1n : wanted);
  }
  fit(made, low, high);
  if (room) avoid(made, new Set(points), low, high);
  return made;
}

/** Moves, and where that is not enough presses, all into the limits. */
function fit(made: bigint[], low: bigint, high: bigint): void {
  const over = made.at(-1)! - high;
  if (over > 0n) for (const [at, value] of made.entries()) made[at] = value - over;
  const under = low - made[0]!;
  if (under > 0n) for (const [at, value] of made.entries()) made[at] = value + under;
  let most = high;
  for (let at = made.length - 1; at >= 0 && made[at]! > most; at--, most--) made[at] = most;
}

/** No substitute is one of the originals where there is room beside it. */
function avoid(made: bigint[], taken: ReadonlySet<bigint>, low: bigint, high: bigint): void {
  for (let at = 0; at < made.length; at++) {
    const [from, to] = [
      at === 0 ? low - 1n : made[at - 1]!,
      at + 1 < made.length ? made[at + 1]! : high + 1n,
    ];
    for (let step = 1n; taken.has(made[at]!) && step < 1000n; step++) {
      const up = made[at]! + step;
      const down = made[at]! - step;
      if (up >= to && down <= from) break;
      if (up < to && !taken.has(up)) made[at] = up;
      else if (down > from && !taken.has(down)) made[at] = down;
    }
  }
}

function scaled(value: bigint, factor: number): bigint {
  return (value * BigInt(Math.round(factor * 1e12))) / 1_000_000_000_000n;
}

function ceil(value: bigint, grain: bigint): bigint {
  return value >= 0n ? (value + grain - 1n) / grain : value / grain;
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}

/** Index of the first point that is not below the value. */
function upper(points: readonly bigint[], value: bigint): number {
  let [from, to] = [0, points.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (points[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
