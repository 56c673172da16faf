/** Figures of a measurement, handed to the page of performance. */
import { appendFileSync } from 'node:fs';

/** Notes one line of docs/performance.md; printed when no page is being written. */
export function figure(what: string, goal: string, value: string): void {
  const file = process.env.DBD_BENCH_OUT;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify([what, goal, value])}\n`);
  process.stdout.write(`${what}: ${value}${goal === '' ? '' : ` (${goal})`}\n`);
}

/** The value below which this share of the numbers lies; NaN of none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
