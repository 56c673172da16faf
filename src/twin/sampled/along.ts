/** Children laid along the histogram of their foreign key: which parents have many and which have few. */
import { seeded, shuffled } from './apportion.ts';
import { placeHeavy, scaled, type Children, type ChildrenRequest, type Class } from './children.ts';

export interface AlongRequest extends ChildrenRequest {
  /** Numbers of parents between any two of which lie equally many children, beside those of the known parents. */
  readonly bounds: readonly number[];
}

/** Neighbouring parents, and the children they have together. */
interface Stretch {
  readonly parents: number;
  readonly children: number;
}

/** Rounds of making both sums right, after which they change no more than rounding does. */
const rounds = 40;
/** Weight of a stretch that nothing is known to lie in. */
const nearlyNone = 1e-6;

/**
 * Known parents have the largest families; in each stretch between two bounds the others have as many children as the histogram tells, and over all stretches there are as many families of each size as the
 * fan-out tells: iterative proportional fitting of both sums, begun with families as chance would make them (Poisson).
 */
export function layAlong(request: AlongRequest): Children {
  const { parents, children, known, seed } = request;
  const classes = scaled(request);
  const heavy: number[] = [];
  const light: Class[] = [];
  for (const one of classes) {
    const own = one.children === 0 ? 0 : Math.min(one.parents, Math.max(0, known.length - heavy.length));
    for (let i = 0; i < own; i++) heavy.push(one.children);
    if (one.parents > own) light.push({ children: one.children, parents: one.parents - own });
  }
  const stretches = stretchesOf(request, new Set(known.slice(0, heavy.length)), sumOf(light));
  const dealt = rounded(fitted(light, stretches), light);
  const next = seeded(seed + 3);
  let from = 0;
  const pieces = dealt.flatMap((counts) => {
    const size = counts.reduce((sum, one) => sum + one, 0);
    const piece = { from, size, step: stepOf(size), shift: Math.floor(next() * size) };
    from += size;
    return size > 0 ? [piece] : [];
  });
  const tail = dealt.flatMap((counts, i) =>
    shuffled(
      counts.flatMap((count, k) => (count > 0 ? [{ children: light[k]!.children, parents: count }] : [])),
      seed + i,
    ),
  );
  const laid = { parents, block: [0], blocks: 1, tail };
  return {
    ...laid,
    children,
    most: classes.reduce((most, one) => Math.max(most, one.children), 0),
    heavy: placeHeavy(heavy, request, laid),
    histogram: classes,
    pieces,
  };
}

function sumOf(classes: readonly Class[]): number {
  return classes.reduce((sum, one) => sum + one.children * one.parents, 0);
}

/** Parents between the bounds, without those that are known by name. */
function stretchesOf(
  { parents, bounds }: AlongRequest,
  known: ReadonlySet<number>,
  children: number,
): readonly Stretch[] {
  const taken = [...known].toSorted((a, b) => a - b);
  const before = (number: number): number => number - taken.findLastIndex((one) => one < number) - 1;
  const each = children / (bounds.length - 1);
  const edges = [0, ...bounds.slice(0, -1), Math.min(parents, bounds.at(-1)! + 1), parents];
  const found: Stretch[] = [];
  let left = 0;
  edges.slice(1).forEach((to, i) => {
    const outside = i === 0 || i === edges.length - 2;
    const own = Math.max(0, before(to) - before(edges[i]!));
    left += outside ? own * nearlyNone : each;
    if (own === 0) return;
    found.push({ parents: own, children: left });
    left = 0;
  });
  return found;
}

/** For each stretch how many of its parents have families of each size. */
function fitted(light: readonly Class[], stretches: readonly Stretch[]): readonly (readonly number[])[] {
  const table = stretches.map(({ parents, children }) => {
    const mean = Math.max(nearlyNone, children / parents);
    const logs = light.map(
      (one) => one.children * Math.log(mean) - mean - logFactorial(one.children) + Math.log(parents),
    );
    return logs.map((log) => Math.max(1e-30, Math.exp(log)));
  });
  for (let round = 0; round < rounds; round++) {
    table.forEach((row, i) => tilt(row, light, stretches[i]!));
    light.forEach((one, k) => {
      const sum = table.reduce((all, row) => all + row[k]!, 0);
      for (const row of table) row[k]! *= one.parents / sum;
    });
  }
  return table;
}

/** Brings a stretch nearer to its parents and children: larger families gain or lose exponentially. */
function tilt(row: number[], light: readonly Class[], { parents, children }: Stretch): void {
  const moment = (power: number): number =>
    row.reduce((sum, one, k) => sum + one * light[k]!.children ** power, 0);
  const all = Math.max(1e-30, moment(0));
  const mean = moment(1) / all;
  const spread = moment(2) / all - mean ** 2;
  const wanted = children / parents;
  const step = spread > 1e-9 ? Math.max(-0.5, Math.min(0.5, (wanted - mean) / spread)) : 0;
  const tilted = row.map((one, k) => one * Math.exp(step * (light[k]!.children - mean)));
  const sum = tilted.reduce((total, one) => total + one, 0);
  tilted.forEach((one, k) => (row[k] = Math.max(1e-30, (one * parents) / sum)));
}

function logFactorial(n: number): number {
  let sum = 0;
  if (n > 50) return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n);
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
}

/** Whole numbers whose sums over all stretches are exact; what is cut off in one stretch comes back in the next ones. */
function rounded(
  table: readonly (readonly number[])[],
  light: readonly Class[],
): readonly (readonly number[])[] {
  const result = table.map(() => light.map(() => 0));
  light.forEach((one, k) => {
    const total = table.reduce((sum, row) => sum + row[k]!, 0);
    // Each size begins elsewhere, so that not all of them are rounded up in the same stretch.
    const phase = (k * 0.618_034) % 1;
    let sum = 0;
    let given = 0;
    table.forEach((row, i) => {
      sum += (row[k]! / total) * one.parents;
      const upTo = i === table.length - 1 ? one.parents : Math.min(one.parents, Math.floor(sum + phase));
      result[i]![k] = upTo - given;
      given = upTo;
    });
  });
  return result;
}

/** A step that meets every number below `size` once, neighbours far apart. */
function stepOf(size: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  let step = Math.max(1, Math.floor(size * 0.618_034));
  while (gcd(step, size) !== 1) step += 1;
  return step;
}
