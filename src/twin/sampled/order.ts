import { seeded } from './apportion.ts';
import type { Lets } from './lets.ts';

/** A one-to-one map of the numbers from 0 up to `count` onto themselves, as SQL and back. */
export interface Order {
  /** Place of a number. */
  readonly at: (number: string) => string;
  /** Number of a place. */
  readonly back: (place: string) => string;
}

export interface OrderOptions {
  readonly count: number;
  readonly seed: number;
  readonly lets: Lets;
  /** A pseudo-random integer in [0, below) that depends on `n` and the seed only. */
  readonly spread: (n: string, seed: number, below: number) => string;
}

/** Strides that the residue classes may take; each needs its inverse. */
export const strides = 16;
const mostClasses = 4096;
/** Numbers of a group in which a fixed share keeps its place. */
const group = 100;

/** Numbers in their own order, or backwards. */
export function inOrder(count: number, backwards: boolean): Order {
  const turn = (x: string): string => (backwards ? `(${count - 1} - (${x}))` : x);
  return { at: turn, back: turn };
}

/** Numbers in an order without pattern: they are taken as residue classes of a prime length, and each class is turned and strided by its own hash. Numbers that follow each other get places that have nothing to do with each other. */
export function mixedUp(options: OrderOptions): Order {
  const { count, seed, lets, spread } = options;
  const next = seeded(seed);
  if (count < 2) return inOrder(Math.max(1, count), false);
  if (count < 64) return strided(count, next);
  const { classes, length } = grid(count);
  const body = classes * length;
  const rest = count - body;
  const golden = coprime(Math.floor(classes * 0.618_034), classes);
  const steps = Array.from({ length: strides }, () => stride(length, next));
  const backs = steps.map((step) => inverse(step, length));
  const first = Math.floor(next() * count);
  const second = Math.floor(next() * count);
  const tail = rest > 0 ? strided(rest, next) : undefined;
  const list = (values: readonly number[]): string => `('{${values.join(',')}}'::bigint[])`;
  const hash = (r: string): string => lets.bind(spread(r, seed, 2 ** 30));
  const turn = (h: string): string => `((${h} >> 4) % ${length})`;
  return {
    at(number) {
      const x = lets.bind(`((${number}) + ${first}) % ${count}`);
      const r = lets.bind(`${x} % ${classes}`);
      const h = hash(r);
      const q = `(${x} / ${classes})`;
      const y = `(${q} * ${list(steps)}[1 + (${h} & ${strides - 1})] + ${turn(h)}) % ${length}`;
      const z = `(${r} * ${golden}) % ${classes}`;
      const inBody = `(${y}) * ${classes} + ${z}`;
      const place = tail
        ? `CASE WHEN ${x} < ${body} THEN ${inBody} ELSE ${body} + ${tail.at(`(${x} - ${body})`)} END`
        : inBody;
      return lets.bind(`(${place} + ${second}) % ${count}`);
    },
    back(place) {
      const p = lets.bind(`((${place}) + ${count - second}) % ${count}`);
      const [z, y] = [`(${p} % ${classes})`, `${p} / ${classes}`];
      const r = lets.bind(`(${z} * ${inverse(golden, classes)}) % ${classes}`);
      const h = hash(r);
      const q = `((${y} + ${length} - ${turn(h)}) * ${list(backs)}[1 + (${h} & ${strides - 1})] % ${length})`;
      const inBody = `${q} * ${classes} + ${r}`;
      const number = tail
        ? `CASE WHEN ${p} < ${body} THEN ${inBody} ELSE ${body} + ${tail.back(`(${p} - ${body})`)} END`
        : inBody;
      return lets.bind(`(${number} + ${count - first}) % ${count}`);
    },
  };
}

/** A share of the numbers stays in order, the others are mixed up among themselves: the rank correlation is about that share. A negative share runs backwards. */
export function partlyInOrder(options: OrderOptions, share: number): Order {
  const { count, lets } = options;
  const kept = Math.round(Math.abs(share) * group);
  const backwards = share < 0;
  const turned = inOrder(count, backwards);
  if (kept >= group - 1) return turned;
  const groups = Math.floor(count / group);
  if (kept < 3 || groups < 2) return kept < group / 2 ? mixedUp(options) : turned;
  const moved = group - kept;
  const stays = Array.from({ length: group }, (_, d) => (d * 37) % group < kept);
  const places = stays.flatMap((stay, d) => (stay ? [] : [d]));
  const ranks = stays.map((stay, d) => (stay ? -1 : places.indexOf(d)));
  const inner = mixedUp({ ...options, count: groups * moved });
  const list = (values: readonly number[]): string => `('{${values.join(',')}}'::int[])`;
  const through =
    (move: (x: string) => string) =>
    (x: string): string => {
      const own = lets.bind(x);
      const rank = lets.bind(`${list(ranks)}[1 + (${own} % ${group})::int]`);
      const there = lets.bind(move(`((${own} / ${group}) * ${moved} + greatest(${rank}, 0))`));
      return lets.bind(
        `CASE WHEN ${own} >= ${groups * group} OR ${rank} < 0 THEN ${own} ELSE (${there} / ${moved}) * ${group} + ${list(places)}[1 + (${there} % ${moved})::int] END`,
      );
    };
  const there = through((x) => inner.at(x));
  const back = through((x) => inner.back(x));
  return { at: (x) => turned.at(there(x)), back: (x) => back(turned.back(x)) };
}

function strided(count: number, next: () => number): Order {
  const step = coprime(Math.floor(count * 0.618_034), count);
  const shift = Math.floor(next() * count);
  const undo = inverse(step, count);
  return {
    at: (x) => `(((${x}) * ${step} + ${shift}) % ${count})`,
    back: (x) => `((((${x}) + ${count - shift}) % ${count}) * ${undo} % ${count})`,
  };
}

/** So many classes of a prime length that nearly all numbers have a place; the rest is mixed up by itself. */
export function grid(count: number): { readonly classes: number; readonly length: number } {
  const middle = Math.min(mostClasses, Math.floor(Math.sqrt(count)));
  let best = { classes: 1, length: 2 };
  for (let classes = middle; classes >= Math.max(4, middle / 2); classes--) {
    const length = Math.floor(count / classes);
    if (isPrime(length) && classes * length > best.classes * best.length) best = { classes, length };
  }
  return best.classes > 1 ? best : { classes: middle, length: primeUpTo(Math.floor(count / middle)) };
}

/** A step within a prime length that is near no simple fraction of it, so that values do not rise or fall with their numbers. */
export function stride(length: number, next: () => number): number {
  for (let tries = 0; tries < 100; tries++) {
    const step = 1 + Math.floor(next() * (length - 1));
    const share = step / length;
    if ([1, 2, 3, 4, 5].every((n) => Math.abs(share * n - Math.round(share * n)) > 0.04 * n ** 0.5))
      return step;
  }
  return coprime(Math.floor(length * 0.381_966), length);
}

function primeUpTo(limit: number): number {
  for (let n = limit; n > 2; n--) if (isPrime(n)) return n;
  return 2;
}

/** The first number from one on that has no divisor in common with another. */
export function coprime(from: number, to: number): number {
  let step = Math.max(1, from);
  while (gcd(step, to) !== 1) step += 1;
  return step;
}

function isPrime(n: number): boolean {
  if (n < 4) return n > 1;
  if (n % 2 === 0) return false;
  for (let d = 3; d * d <= n; d += 2) if (n % d === 0) return false;
  return true;
}

/** What a number has to be multiplied with to give 1, modulo another. */
export function inverse(value: number, modulus: number): number {
  let [a, b, x, y] = [value % modulus, modulus, 1, 0];
  while (a > 1) {
    const q = Math.floor(a / b);
    [a, b] = [b, a % b];
    [x, y] = [y, x - q * y];
    if (b === 0) break;
  }
  return ((x % modulus) + modulus) % modulus;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
