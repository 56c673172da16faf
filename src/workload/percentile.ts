/** Percentiles with an interval that assumes nothing about the distribution. */

import type { Percentile } from './model.ts';

export type { Percentile } from './model.ts';

/**
 * The percentile `p` (0…1) by nearest rank, with the order-statistic interval: ranks l and u with
 * P(Binomial(n, p) < l) ≤ α/2 and P(Binomial(n, p) ≥ u) ≤ α/2. Undefined without samples.
 */
export function percentile(values: readonly number[], p: number, confidence = 0.95): Percentile | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const at = (rank: number): number => sorted[rank - 1]!;
  const tail = (1 - confidence) / 2;

  let below = 0;
  let low = 0;
  let high = n + 1;
  for (let k = 0; k <= n; k++) {
    // Here `below` is P(Binomial < k): rank k is a safe lower end while it is small, a safe upper end once it is large.
    if (k > 0 && below <= tail) low = k;
    if (k > 0 && below >= 1 - tail) {
      high = k;
      break;
    }
    below += binomial(n, k, p);
  }
  return {
    value: at(Math.min(n, Math.max(1, Math.ceil(n * p)))),
    low: low === 0 ? 0 : at(low),
    high: high > n ? Number.POSITIVE_INFINITY : at(high),
    n,
  };
}

/** P(Binomial(n, p) = k), through logarithms so that large n do not underflow early. */
function binomial(n: number, k: number, p: number): number {
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  return Math.exp(
    logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p),
  );
}

const logFactorials = [0];

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i));
  return logFactorials[n]!;
}
