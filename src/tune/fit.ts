/** Beyond this multiple of the measured size a figure is a guess: plans, caches and memory change. */
export const furthest = 10;
/** Fewer sizes cannot show whether a curve bends. */
export const fewestSizes = 3;
/** Timings that differ by less than this share between sizes do not depend on size. */
const flatShare = 0.25;
/** Sizes must span at least this factor: a curve through nearly equal sizes tells nothing about larger ones. */
const leastSpan = 2;

export interface Point {
  readonly size: number;
  readonly value: number;
}

/** A curve through measured points. */
export interface Fit {
  readonly kind: 'flat' | 'linear' | 'power';
  /** `value = a + b·size` (linear), `a·size^b` (power), `a` (flat). */
  readonly a: number;
  readonly b: number;
  /** Root mean square of the relative errors at the points. */
  readonly residual: number;
}

export interface Extrapolation {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly fit: Fit;
  /** Declared size ÷ largest measured size. */
  readonly factor: number;
  /** False beyond {@link furthest} times the measured size or with too few or hardly different sizes: a range, no proof. */
  readonly sound: boolean;
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
  return fit.kind === 'linear' ? fit.a + fit.b * size : fit.a;
}

/**
 * Carries a figure from measured sizes to the declared one. The centre is the curve with the smaller residual; the interval spans both curves through
 * the ends of the measured intervals, widened by the residual. A curve that falls is taken as flat at its highest point: more rows never count as a gain.
 */
export function extrapolate(
  points: readonly (Point & { readonly low: number; readonly high: number })[],
  size: number,
): Extrapolation {
  const positive = points.map((p) => ({
    ...p,
    value: floor(p.value),
    low: floor(p.low),
    high: floor(p.high),
  }));
  const largest = Math.max(...positive.map((p) => p.size));
  const fit = best(positive);
  const pick = (end: 'low' | 'high'): readonly number[] => {
    const ends = positive.map((p) => ({ size: p.size, value: Number.isFinite(p[end]) ? p[end] : p.value }));
    return [
      best(ends),
      ...(fit.kind === 'flat' ? [] : [rising(fitLinear(ends), ends), rising(fitPower(ends), ends)]),
    ].map((curve) => at(curve, size));
  };
  const value = at(fit, size);
  const unbounded = positive.some((p) => !Number.isFinite(p.high));
  return {
    value,
    low: Math.max(0, Math.min(value, ...pick('low')) * (1 - Math.min(1, fit.residual))),
    high: unbounded ? Number.POSITIVE_INFINITY : Math.max(value, ...pick('high')) * (1 + fit.residual),
    fit,
    factor: size / largest,
    sound:
      size / largest <= furthest &&
      new Set(points.map((p) => p.size)).size >= fewestSizes &&
      largest >= leastSpan * Math.min(...positive.map((p) => p.size)),
  };
}

function best(points: readonly Point[]): Fit {
  const values = points.map((p) => p.value);
  const highest = Math.max(...values);
  const flat: Fit = {
    kind: 'flat',
    a: highest,
    b: 0,
    residual: residual({ kind: 'flat', a: highest, b: 0, residual: 0 }, points),
  };
  if (points.length < 2 || highest - Math.min(...values) <= flatShare * highest) return flat;
  const [linear, power] = [fitLinear(points), fitPower(points)];
  const chosen = linear.residual <= power.residual && linear.a >= 0 ? linear : power;
  return chosen.b <= 0 ? flat : chosen;
}

function rising(fit: Fit, points: readonly Point[]): Fit {
  return fit.b > 0
    ? fit
    : { kind: 'flat', a: Math.max(...points.map((p) => p.value)), b: 0, residual: fit.residual };
}

/** Clocks resolve about a microsecond; a smaller figure has no logarithm worth using. */
function floor(value: number): number {
  return Math.max(value, 0.001);
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
