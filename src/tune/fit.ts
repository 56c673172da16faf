/** Beyond this multiple of the measured size a figure is a guess: plans, caches and memory change. */
export const furthest = 10;
/** Fewer sizes cannot show whether a curve bends. */
export const fewestSizes = 3;
/** Sizes must span at least this factor: a curve through nearly equal sizes tells nothing about larger ones. */
export const leastSpan = 2;

export interface Point {
  readonly size: number;
  readonly value: number;
}

/** A curve through measured points. */
export interface Fit {
  readonly kind: 'linear' | 'power';
  /** `value = a + b·size` (linear), `a·size^b` (power). */
  readonly a: number;
  readonly b: number;
  /** Root mean square of the relative errors at the points. */
  readonly residual: number;
}

/** Power law by least squares of the logarithms; all values must be positive. */
export function fitPower(points: readonly Point[]): Fit {
  const { a, b } = line(points.map((p) => ({ size: Math.log(p.size), value: Math.log(p.value) })));
  const fit = { kind: 'power' as const, a: Math.exp(a), b, residual: 0 };
  return { ...fit, residual: residual(fit, points) };
}

/** Straight line by least squares of the relative errors, so that small sizes count as much as large ones. */
export function fitLinear(points: readonly Point[]): Fit {
  const { a, b } = line(points, (p) => 1 / Math.max(p.value, Number.MIN_VALUE) ** 2);
  const fit = { kind: 'linear' as const, a, b, residual: 0 };
  return { ...fit, residual: residual(fit, points) };
}

/** Value of a curve at a size. */
export function at(fit: Fit, size: number): number {
  if (fit.kind === 'power') return fit.a * size ** fit.b;
  return fit.a + fit.b * size;
}

function residual(fit: Fit, points: readonly Point[]): number {
  const errors = points.map((p) => (at(fit, p.size) - p.value) / p.value);
  return Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / points.length);
}

function line(
  points: readonly Point[],
  weight: (point: Point) => number = () => 1,
): { readonly a: number; readonly b: number } {
  let [sw, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
  for (const point of points) {
    const w = weight(point);
    sw += w;
    sx += w * point.size;
    sy += w * point.value;
    sxx += w * point.size ** 2;
    sxy += w * point.size * point.value;
  }
  const spread = sw * sxx - sx * sx;
  const b = spread === 0 ? 0 : (sw * sxy - sx * sy) / spread;
  return { a: (sy - b * sx) / sw, b };
}
