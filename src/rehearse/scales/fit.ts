/** Straight lines through figures of several sizes. */
import type { Extrapolated, Fit } from './model.ts';

/** Sizes below which no line is drawn. */
export const fewestSizes = 4;
/** Times the largest measured size beyond which a figure is a range and no proof. */
export const farthest = 10;

const shapes = ['n', 'n log n'] as const;

/** The line that leaves the smaller residual; undefined for fewer than four sizes, or where there is nothing to fit. */
export function bestFit(rows: readonly number[], figures: readonly number[]): Fit | undefined {
  return fits(rows, figures).toSorted((a, b) => a.residual - b.residual)[0];
}

/** Both lines, fitted by least squares of relative errors, with neither a negative base nor a negative slope. */
export function fits(rows: readonly number[], figures: readonly number[]): readonly Fit[] {
  const known = rows.flatMap((x, i) => (figures[i]! > 0 ? [{ x, y: figures[i]! }] : []));
  if (new Set(known.map(({ x }) => x)).size < fewestSizes) return [];
  return shapes.map((shape) => line(shape, known));
}

function line(shape: Fit['shape'], points: readonly { readonly x: number; readonly y: number }[]): Fit {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const { x, y } of points) {
    const g = grown(shape, x);
    const weight = 1 / (y * y);
    w += weight;
    wx += weight * g;
    wy += weight * y;
    wxx += weight * g * g;
    wxy += weight * g * y;
  }
  const spread = w * wxx - wx * wx;
  let slope = spread > 0 ? (w * wxy - wx * wy) / spread : 0;
  let base = (wy - slope * wx) / w;
  if (slope < 0) [slope, base] = [0, wy / w];
  else if (base < 0) [base, slope] = [0, wxx > 0 ? wxy / wxx : 0];
  const fit = { shape, base, slope };
  return {
    ...fit,
    residual: points.reduce((most, { x, y }) => Math.max(most, Math.abs(at(fit, x) / y - 1)), 0),
  };
}

/** The figure at a number of rows. */
export function at({ shape, base, slope }: Pick<Fit, 'shape' | 'base' | 'slope'>, rows: number): number {
  return base + slope * grown(shape, rows);
}

function grown(shape: Fit['shape'], rows: number): number {
  return shape === 'n' ? rows : rows * Math.log2(Math.max(2, rows));
}

/**
 * Carries a figure to another number of rows: the better line gives the value, both lines with their residuals the interval, since neither is
 * known to be the true one.
 */
export function extrapolate(
  rows: readonly number[],
  figures: readonly number[],
  there: number,
): Extrapolated | undefined {
  const all = fits(rows, figures);
  const best = bestFit(rows, figures);
  if (!best) return undefined;
  return {
    rows: there,
    value: at(best, there),
    low: Math.min(...all.map((fit) => at(fit, there) * Math.max(0, 1 - fit.residual))),
    high: Math.max(...all.map((fit) => at(fit, there) * (1 + fit.residual))),
    proven: there <= farthest * Math.max(...rows),
  };
}
