/** An order in which numbers that follow each other lie far apart, so that no pair of two parents comes twice. */
import { seeded } from './apportion.ts';
import { coprime, grid, inverse, stride, strides, type Order, type OrderOptions } from './order.ts';

export interface ApartOptions extends OrderOptions {
  /** Longest run of numbers that belong together; runs begin at 0. */
  readonly run: number;
  /** Most neighbouring places that belong together. */
  readonly block: number;
}

/**
 * A one-to-one map in which no run of `run` numbers meets a block of `block` places twice; undefined where this cannot be promised. Numbers are taken as residue classes, and the classes are laid side by side
 * by the golden ratio: two numbers of a run are in classes at least `gap` apart, so at least `(gap - 1) * length + 1` places. What is over makes the first classes one longer.
 */
export function farApart(options: ApartOptions): Order | undefined {
  const { count, seed, lets, spread, run, block } = options;
  const found = count < 16 ? undefined : grid(count);
  if (!found) return undefined;
  const { classes, length } = found;
  const rest = count - classes * length;
  const { step: golden, gap } = widest(classes, run);
  if (rest > classes || (gap - 1) * length + 1 < block) return undefined;
  const next = seeded(seed);
  const steps = Array.from({ length: strides }, () => stride(length, next));
  const backs = steps.map((step) => inverse(step, length));
  const turned = Math.floor(next() * count);
  const undo = inverse(golden, classes);
  let from = 0;
  const starts = Array.from({ length: classes }, (_, z) => {
    const start = from;
    from += (z * undo) % classes < rest ? length + 1 : length;
    return start;
  });
  const list = (values: readonly number[]): string => `('{${values.join(',')}}'::bigint[])`;
  const hash = (r: string): string => lets.bind(spread(r, seed, 2 ** 30));
  const turn = (h: string): string => `((${h} >> 4) % ${length})`;
  return {
    at(number) {
      const x = lets.bind(number);
      const r = lets.bind(`${x} % ${classes}`);
      const q = lets.bind(`${x} / ${classes}`);
      const h = hash(r);
      const y = `CASE WHEN ${q} = ${length} THEN ${length} ELSE (${q} * ${list(steps)}[1 + (${h} & ${strides - 1})] + ${turn(h)}) % ${length} END`;
      const z = `(${r} * ${golden}) % ${classes}`;
      return lets.bind(`(${list(starts)}[1 + ${z}] + ${y} + ${turned}) % ${count}`);
    },
    back(place) {
      const p = lets.bind(`((${place}) + ${count - turned}) % ${count}`);
      const z = lets.bind(`width_bucket(${p}, ${list(starts)}) - 1`);
      const y = lets.bind(`${p} - ${list(starts)}[1 + ${z}]`);
      const r = lets.bind(`(${z} * ${undo}::bigint) % ${classes}`);
      const h = hash(r);
      const q = `CASE WHEN ${y} = ${length} THEN ${length} ELSE (${y} + ${length} - ${turn(h)}) * ${list(backs)}[1 + (${h} & ${strides - 1})] % ${length} END`;
      return lets.bind(`${q} * ${classes} + ${r}`);
    },
  };
}

/** Steps beside the golden ratio's that are looked at. */
const mostSteps = 64;

/** The step between the classes of neighbouring numbers that keeps a run's classes farthest apart. */
function widest(classes: number, run: number): { readonly step: number; readonly gap: number } {
  let best = { step: 1, gap: 0 };
  let step = Math.floor(classes * 0.55);
  for (let i = 0; i < mostSteps && step < classes; i++) {
    step = coprime(step, classes);
    const gap = leastGap(classes, step, run);
    if (gap > best.gap) best = { step, gap };
    step += Math.max(1, Math.floor(classes / (4 * mostSteps)));
  }
  return best;
}

/** Least distance of two classes that hold numbers of one run, round the circle. */
function leastGap(classes: number, golden: number, run: number): number {
  let least = classes;
  for (let d = 1; d < run && least > 0; d++) {
    const z = (d * golden) % classes;
    least = Math.min(least, z, classes - z);
  }
  return least;
}
