/** How much more time a query takes on more rows, told by the work it does: work is the same from run to run, time is not. */
import type { Growth } from './model.ts';
import { at, fewestSizes, fitLinear, fitPower, furthest, leastSpan, type Point } from './fit.ts';

/** Time may grow faster than the work by this exponent before it is said: caches and sorting alone explain as much. */
export const toldExcess = 0.15;

/** What calls did at one size. */
export interface WorkPoint {
  readonly size: number;
  /** Pages touched per call. */
  readonly buffers?: number;
  /** Rows that the plan's nodes handled per call. */
  readonly processed?: number;
  /** Rows per call that scans of tables let through: the same whatever the plan. */
  readonly passed?: number;
  /** Share of the service time that the server spends on executing; the rest (the way there and back, parsing, planning, a commit) does not grow. All of it when left out. */
  readonly share?: number;
  /** How tables are reached; other paths grow in other ways. */
  readonly path?: string;
  /** Median of calls one after the other, with its interval, milliseconds. */
  readonly service?: { readonly value: number; readonly low: number; readonly high: number };
}

interface Curve {
  readonly measure: Growth['measure'];
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly from: number;
  /** Work at a size, by the better curve. */
  readonly work: (size: number) => number;
}

/**
 * Fits pages and rows per call over the sizes, each with a line and a power law, and takes the measure that grows most; time only widens the result.
 * Sizes whose path differs from the largest one's are left out; where that leaves one size alone, growth is at least linear.
 */
export function growthOf(points: readonly WorkPoint[], size: number): Growth {
  const last = points.at(-1)!;
  const same = points.filter((point) => point.path === last.path);
  const other = points.findLast((point) => point.path !== last.path);
  const used = same.length >= 2 ? same : points;
  const factor = size / last.size;
  const curves = [
    curveOf('pages', used, size, (point) => point.buffers),
    curveOf('rows', used, size, (point) => point.processed),
    curveOf('rows', points, size, (point) => point.passed),
  ].filter((curve) => curve !== undefined);
  const timed = curves.length > 0 ? undefined : curveOf('time', used, size, (point) => point.service?.value);
  const known = timed ? [timed] : curves;
  const lead = known.toSorted((a, b) => b.ratio - a.ratio)[0];
  const atLeast = lead === undefined || timed !== undefined || same.length < 2 ? Math.max(1, factor) : 1;
  const share = last.share === undefined || timed ? 1 : Math.min(1, Math.max(0, last.share));
  const inTime = (work: number): number => 1 + share * (work - 1);
  const { median, sure, residual } = lead && !timed ? excessOf(used, lead, share) : noExcess;
  const ratio = lead?.ratio ?? factor;
  return {
    factor,
    ratio: Math.max(1, inTime(ratio) * factor ** sure),
    low: Math.max(
      1,
      inTime(Math.min(...known.map((curve) => curve.low), ratio)) * factor ** Math.min(0, median),
    ),
    high:
      inTime(Math.max(atLeast, ...known.map((curve) => curve.high))) * factor ** Math.max(0, median, sure),
    measure: lead?.measure ?? 'time',
    from: lead?.from ?? Number.NaN,
    to: (lead?.from ?? Number.NaN) * ratio,
    exponent: factor > 1 ? Math.log(Math.max(1, ratio)) / Math.log(factor) : 0,
    excess: sure,
    ...(residual === undefined ? {} : { residual }),
    ...(other?.path === undefined ? {} : { otherPath: other.path }),
    sound:
      lead !== undefined &&
      factor <= furthest &&
      new Set(points.map((point) => point.size)).size >= fewestSizes &&
      last.size >= leastSpan * Math.min(...points.map((point) => point.size)),
  };
}

function curveOf(
  measure: Growth['measure'],
  points: readonly WorkPoint[],
  size: number,
  of: (point: WorkPoint) => number | undefined,
): Curve | undefined {
  const values = points.map((point): Point => ({ size: point.size, value: of(point) ?? Number.NaN }));
  if (values.length < 2 || !values.every(({ value }) => Number.isFinite(value))) return undefined;
  // One unit stands for the work of a call that finds nothing; it also gives every figure a logarithm.
  const raised = values.map((point) => ({
    ...point,
    value: measure === 'time' ? point.value : point.value + 1,
  }));
  const last = raised.at(-1)!;
  const fits = [fitLinear(raised), fitPower(raised)].toSorted((a, b) => a.residual - b.residual);
  const ratios = fits.map((fit) => (fit.b <= 0 ? 1 : Math.max(1, at(fit, size) / at(fit, last.size))));
  return {
    measure,
    ratio: ratios[0]!,
    low: Math.min(...ratios),
    high: Math.max(...ratios),
    from: values.at(-1)!.value,
    work: (n) => Math.max(at(fits[0]!, n), Number.MIN_VALUE),
  };
}

const noExcess = { median: 0, sure: 0, residual: undefined };

/** Power by which time grows faster than the work between the smallest size and the largest: by the medians, and by the nearest ends of their intervals. */
function excessOf(
  points: readonly WorkPoint[],
  curve: Curve,
  share: number,
): { readonly median: number; readonly sure: number; readonly residual: number | undefined } {
  const timed = points.flatMap(({ size, service }) =>
    service && service.value > 0 && service.high > 0 ? [{ size, ...service }] : [],
  );
  const [first, last] = [timed[0], timed.at(-1)];
  if (!first || !last || first.size >= last.size) return noExcess;
  const span = Math.log(last.size / first.size);
  const work = (size: number): number => {
    const grown = Math.max(1, curve.work(last.size) / curve.work(size));
    return 1 / (1 - share + share / grown);
  };
  const power = (times: number): number =>
    Math.log(Math.max(times, Number.MIN_VALUE) / work(first.size)) / span;
  const sure = power(last.low / first.high);
  return {
    median: power(last.value / first.value),
    sure: sure > toldExcess ? sure : 0,
    residual: Math.max(...timed.map((one) => Math.abs((one.value * work(one.size)) / last.value - 1))),
  };
}
