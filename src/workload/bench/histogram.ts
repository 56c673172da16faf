/** Latencies counted in buckets that grow with the value, so that any length of a run takes the same memory. */
import type { Bucket } from './model.ts';

/** Buckets per doubling: a bucket is at most 1/32 as wide as its value (the scheme of HdrHistogram). */
const perDoubling = 32;
/** Microseconds that one unit stands for. */
const unitMs = 0.001;

/** Counts values in milliseconds. */
export class Histogram {
  readonly #counts = new Map<number, number>();

  add(ms: number): void {
    const index = indexOf(Math.max(0, Math.round(ms / unitMs)));
    this.#counts.set(index, (this.#counts.get(index) ?? 0) + 1);
  }

  /** Buckets that hold something, in order. */
  buckets(): readonly Bucket[] {
    return [...this.#counts]
      .toSorted(([a], [b]) => a - b)
      .map(([index, count]) => ({ from: startOf(index) * unitMs, to: startOf(index + 1) * unitMs, count }));
  }
}

/** Values below twice the buckets per doubling have a bucket of their own; above, each doubling has as many buckets. */
function indexOf(value: number): number {
  if (value < 2 * perDoubling) return value;
  const doubling = Math.floor(Math.log2(value / perDoubling));
  return doubling * perDoubling + Math.floor(value / 2 ** doubling);
}

function startOf(index: number): number {
  if (index < 2 * perDoubling) return index;
  const doubling = Math.floor(index / perDoubling) - 1;
  return (index - doubling * perDoubling) * 2 ** doubling;
}
