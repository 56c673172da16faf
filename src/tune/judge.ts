import { formatCount, formatMs } from '../base/units.ts';
import type { Basis, ClaimVerdict } from '../report/model.ts';
import { extrapolate, fewestSizes, furthest } from './fit.ts';
import type { AccessResult, SizePoint } from './model.ts';
import { fewestSamples } from './samples.ts';

/** A twin that holds this share of the declared rows is at the declared volume; counts of generated rows differ a little from the plan. */
const wholeShare = 0.99;

/** When a query that does nothing takes this share of the target or of the figure, the machine was too busy to say that a target is missed. */
export const busyShare = 0.25;

/** When this share of the sets of values meets no row, the figures are those of calls that find nothing. */
const emptyShare = 0.9;

/** Samples too few for an upper end with 95 % confidence prove a target only when even the slowest call stays below this share of it. */
const openShare = 0.5;

export interface Judged {
  readonly claim: string;
  /** Milliseconds. */
  readonly target?: number;
  readonly points: readonly SizePoint[];
  readonly declaredRows: number;
  readonly assumed: boolean;
  /** What it reads without any claim about its size. */
  readonly undeclared: readonly string[];
  /** Name of the table that grows. */
  readonly table: string;
  readonly plan: readonly string[];
  readonly failed: number;
  readonly timedOut: number;
  readonly errors: readonly string[];
  /** Why it could not run. */
  readonly unable?: string;
}

/** Measured only at the declared volume, derived below it; proven only if the upper end of the interval meets the target. */
export function judge(seen: Judged): AccessResult {
  const last = seen.points.at(-1);
  const common = {
    claim: seen.claim,
    n: last?.n ?? 0,
    atRows: last?.rows ?? 0,
    declaredRows: seen.declaredRows,
    ...(seen.target === undefined ? {} : { target: seen.target }),
    ...(last && Number.isFinite(last.buffers) ? { buffers: last.buffers } : {}),
    plan: seen.plan,
    failed: seen.failed,
    timedOut: seen.timedOut,
    sizes: seen.points,
  };
  if (seen.unable !== undefined)
    return {
      ...common,
      verdict: 'not-proven',
      basis: 'assumed',
      because: `It could not run: ${seen.unable}`,
    };
  if (!last) return { ...common, verdict: 'not-proven', basis: 'assumed', because: 'It was not run.' };
  if (seen.failed > 0)
    return {
      ...common,
      verdict: 'missed',
      basis: 'measured',
      because: `${seen.failed} calls failed: ${seen.errors.join('; ')}`,
    };
  if (last.n === 0)
    return {
      ...common,
      verdict: 'missed',
      basis: 'measured',
      because: `None of ${seen.timedOut} calls ended in time.`,
    };
  const ratio = last.rows > 0 ? seen.declaredRows / last.rows : 1;
  const result = ratio * wholeShare <= 1 ? direct(seen, last) : carried(seen, last);
  const cut = seen.timedOut > 0 ? ` ${seen.timedOut} calls ran into the time limit.` : '';
  const verdict = seen.timedOut > 0 && result.verdict === 'proven' ? 'missed' : result.verdict;
  const doubt = verdict === 'proven' ? doubtOf(seen, last) : undefined;
  if (doubt !== undefined) {
    const because = `${result.because}, but ${doubt}`;
    return { ...common, ...result, verdict: 'not-proven', because, measuredP95: last.p95 };
  }
  if (verdict === 'missed' && seen.timedOut === 0 && isBusy(seen, last)) {
    const because = `${result.because}, but the machine was busy: a query that does nothing took ${formatMs(last.idleMs!)} at p95 in the same load`;
    return { ...common, ...result, verdict: 'not-proven', because, measuredP95: last.p95 };
  }
  return { ...common, ...result, verdict, because: `${result.because}${cut}`, measuredP95: last.p95 };
}

/** Why figures that meet the target prove nothing all the same. */
function doubtOf(seen: Judged, last: SizePoint): string | undefined {
  if (last.n < fewestSamples) return `${last.n} calls are fewer than the ${fewestSamples} a verdict rests on`;
  if (last.met && last.met.sets > 0 && last.met.empty >= last.met.sets * emptyShare)
    return `${last.met.empty} of ${last.met.sets} sets of values met no row of the twin: a call that finds nothing is fast`;
  if (last.met?.sets === 0) return 'whether it meets any row of the twin could not be looked at';
  if (last.open && seen.target !== undefined && last.high > seen.target * openShare)
    return `${last.n} calls are too few for the upper end of an interval`;
  if (seen.undeclared.length > 0)
    return `nothing in the task says how large ${seen.undeclared.join(', ')} get${seen.undeclared.length === 1 ? 's' : ''}`;
  return undefined;
}

function isBusy(seen: Judged, last: SizePoint): boolean {
  return last.idleMs !== undefined && last.idleMs > busyShare * Math.max(seen.target ?? 0, last.p95);
}

type Outcome = Pick<AccessResult, 'verdict' | 'because' | 'basis' | 'p95' | 'low'> & {
  readonly high?: number;
};

function direct(seen: Judged, last: SizePoint): Outcome {
  const basis: Basis = seen.assumed ? 'assumed' : 'measured';
  const figures = `p95 ${formatMs(last.p95)} (${interval(last.low, last.high)}, ${last.n} calls) at ${rowsText(last.rows, seen)}${seen.undeclared.length > 0 ? ', a volume that nobody declared' : seen.assumed ? ', a volume that the task only assumes' : ', the declared volume'}`;
  return {
    ...verdictOf(seen.target, last.low, last.high, figures),
    basis,
    p95: last.p95,
    low: last.low,
    high: last.high,
  };
}

function carried(seen: Judged, last: SizePoint): Outcome {
  const points = seen.points.map((point) => ({
    size: point.rows,
    value: point.p95,
    low: point.low,
    high: point.high,
  }));
  const far = extrapolate(points, seen.declaredRows);
  const measured = `p95 ${formatMs(last.p95)} (${interval(last.low, last.high)}, ${last.n} calls) at ${rowsText(last.rows, seen)}`;
  const basis: Basis = seen.assumed ? 'assumed' : 'derived';
  const outcome = {
    basis,
    p95: far.value,
    low: far.low,
    ...(Number.isFinite(far.high) ? { high: far.high } : {}),
  };
  if (seen.target !== undefined && last.low > seen.target) {
    return {
      ...outcome,
      verdict: 'missed',
      because: `${measured}, over the target of ${formatMs(seen.target)} already there`,
    };
  }
  const curve =
    far.fit.kind === 'flat'
      ? 'independent of size'
      : far.fit.kind === 'power'
        ? `growing with rows^${far.fit.b.toFixed(2)}`
        : 'growing linearly';
  const there = `${formatMs(far.value)} (${interval(far.low, far.high)}) at ${rowsText(seen.declaredRows, seen)}, ${curve} through ${seen.points.length} sizes, residual ${Math.round(far.fit.residual * 100)} %`;
  if (!far.sound) {
    const why =
      far.factor > furthest
        ? `the declared volume is ${far.factor.toFixed(0)} times the measured one, more than ${furthest}`
        : `fewer than ${fewestSizes} sizes were measured that really grow`;
    return {
      ...outcome,
      verdict: 'not-proven',
      because: `${measured}; ${why}, so ${formatMs(far.low)} to ${formatMs(far.high)} is a guess`,
    };
  }
  return {
    ...outcome,
    ...verdictOf(
      seen.target,
      far.low,
      far.high,
      `${measured}; derived ${there}${seen.assumed && seen.undeclared.length === 0 ? ', a volume that the task only assumes' : ''}`,
    ),
  };
}

function verdictOf(
  target: number | undefined,
  low: number,
  high: number,
  figures: string,
): { readonly verdict: ClaimVerdict; readonly because: string } {
  if (target === undefined)
    return { verdict: 'proven', because: `It runs; no target is declared; ${figures}` };
  const goal = `target ${formatMs(target)}`;
  if (high <= target) return { verdict: 'proven', because: `${figures}; ${goal} met` };
  if (low > target) return { verdict: 'missed', because: `${figures}; ${goal} missed` };
  return { verdict: 'not-proven', because: `${figures}; the interval reaches beyond the ${goal}` };
}

function interval(low: number, high: number): string {
  return `${formatMs(low)} to ${Number.isFinite(high) ? formatMs(high) : 'unknown'}`;
}

function rowsText(rows: number, seen: Judged): string {
  return `${formatCount(rows)} rows${seen.table ? ` of ${seen.table}` : ''}`;
}
