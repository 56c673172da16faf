import { formatCount, formatMs } from '../base/units.ts';
import type { Basis, ClaimVerdict } from '../report/model.ts';
import { fewestSizes, furthest } from './fit.ts';
import { growthOf } from './growth.ts';
import type { AccessResult, Growth, SizePoint } from './model.ts';
import { fewestSamples } from './samples.ts';

/** A twin that holds this share of the declared rows is at the declared volume; counts of generated rows differ a little from the plan. */
const wholeShare = 0.99;

/** When a query that does nothing takes this share of the target or of the figure, the machine was too busy to say that a target is missed. */
export const busyShare = 0.25;

/** When this share of the sets of values meets no row, the figures are those of calls that find nothing. */
const emptyShare = 0.9;

/** Samples too few for an upper end with 95 % confidence prove a target only when even the slowest call stays below this share of it. */
const openShare = 0.5;

/** Work that grows with a smaller power of the rows is called the same at every size: trees get higher by such a power. */
const level = 0.1;

/** Connections that a pattern may keep busy at the declared volume before its calls wait for each other: at half of one, waiting doubles the time. */
const crowded = 0.5;

/** An end beyond a day, milliseconds, says only that nothing is known of it. */
const longestMs = 86_400_000;

export interface Judged {
  readonly claim: string;
  /** Milliseconds. */
  readonly target?: number;
  readonly points: readonly SizePoint[];
  readonly declaredRows: number;
  readonly assumed: boolean;
  /** What it reads without any claim about its size. */
  readonly undeclared: readonly string[];
  /** Calls per second in the load. */
  readonly perSecond?: number;
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
  if (verdict !== 'proven' && seen.timedOut === 0 && isBusy(seen, last)) {
    const idle = last.commitMs === undefined ? 'a query that does nothing' : 'a commit that writes nothing';
    const because = `${result.because}, but the machine was busy: ${idle} took ${formatMs(last.idleMs!)} at p95 in the same load`;
    return { ...common, ...result, verdict: 'not-proven', because, measuredP95: last.p95 };
  }
  const because = `${result.because}${cut}${commitText(last)}`;
  return { ...common, ...result, verdict, because, measuredP95: last.p95 };
}

/** A write waits for the disk; that share is of the machine that measured. */
function commitText({ commitMs, service }: SizePoint): string {
  if (commitMs === undefined || service === undefined) return '';
  return `; the commit takes ${formatMs(commitMs)} of ${formatMs(service.value)} alone, mostly this machine's disk`;
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

type Outcome = Pick<AccessResult, 'verdict' | 'because' | 'basis' | 'p95' | 'low' | 'growth'> & {
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
  const growth = growthOf(
    seen.points.map(({ rows, buffers, ...rest }) => ({ ...rest, size: rows, buffers })),
    seen.declaredRows,
  );
  const [p95, low, high] = [
    stretch(last, last.p95, growth.ratio),
    stretch(last, last.low, growth.low),
    stretch(last, last.high, growth.high),
  ];
  const measured = `p95 ${formatMs(last.p95)} (${interval(last.low, last.high)}, ${last.n} calls) at ${rowsText(last.rows, seen)}`;
  const basis: Basis = seen.assumed ? 'assumed' : 'derived';
  const outcome = { basis, p95, low, growth, ...(Number.isFinite(high) ? { high } : {}) };
  if (seen.target !== undefined && last.low > seen.target) {
    return {
      ...outcome,
      verdict: 'missed',
      because: `${measured}, over the target of ${formatMs(seen.target)} already there`,
    };
  }
  if (!growth.sound) {
    const why =
      growth.factor > furthest
        ? `the declared volume is ${growth.factor.toFixed(0)} times the measured one, more than ${furthest}`
        : `fewer than ${fewestSizes} sizes were measured that really grow`;
    return {
      ...outcome,
      verdict: 'not-proven',
      because: `${measured}; ${why}, so ${interval(low, high)} is a guess`,
    };
  }
  const there = `${formatMs(p95)} (${interval(low, high)}) at ${rowsText(seen.declaredRows, seen)}: ${growthText(growth)}`;
  const assumed = seen.assumed && seen.undeclared.length === 0 ? ', a volume that the task only assumes' : '';
  const result = {
    ...outcome,
    ...verdictOf(seen.target, low, high, `${measured}; derived ${there}${assumed}`),
  };
  const busy = ((seen.perSecond ?? 0) * (last.service?.value ?? last.p95) * growth.ratio) / 1000;
  return result.verdict === 'proven' && seen.target !== undefined && busy > crowded
    ? {
        ...result,
        verdict: 'not-proven',
        because: `${result.because}, but at its peak rate it would keep ${busy.toFixed(1)} connections busy there: calls would wait for each other longer than was measured`,
      }
    : result;
}

/** Carries a time: what a query that does nothing waits for in the same load is the machine's, and does not grow with the table. */
function stretch(last: SizePoint, ms: number, ratio: number): number {
  const machine = Math.min(
    last.loaded ? (last.idleMs ?? 0) : 0,
    Math.max(0, ms - (last.service?.value ?? ms)),
  );
  return (ms - machine) * ratio + machine;
}

function growthText(growth: Growth): string {
  const { measure, from, to, exponent, excess, residual, otherPath } = growth;
  const what = { pages: 'pages touched', rows: 'rows handled', time: 'time' }[measure];
  const amount = (value: number): string => (measure === 'time' ? formatMs(value) : formatCount(value));
  const work =
    exponent < level
      ? `${what} per call stay the same (${amount(from)})`
      : `${what} per call grow with rows^${exponent.toFixed(2)} (${amount(from)} → ${amount(to)})`;
  const time =
    excess > 0
      ? `, and time grows faster than they do, by rows^${excess.toFixed(2)}`
      : residual === undefined
        ? ''
        : `, time follows within ${Math.round(residual * 100)} %`;
  const changed =
    otherPath === undefined ? '' : `; the plan changed between the sizes, it was ${otherPath} on fewer rows`;
  return `${work}${time}${changed}`;
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
  return `${formatMs(low)} to ${high < longestMs ? formatMs(high) : 'unknown'}`;
}

function rowsText(rows: number, seen: Judged): string {
  return `${formatCount(rows)} rows${seen.table ? ` of ${seen.table}` : ''}`;
}
