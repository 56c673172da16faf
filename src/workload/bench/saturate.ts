/** Looks for the rate at which a server no longer keeps up. */
import type { Saturation, SaturationStep } from './model.ts';

/** A rate is kept up when so much of it is answered in the measured time, and nothing fails. */
const keptShare = 0.95;
/** A p95 of so many times the quietest step's, and of at least so many milliseconds, says that calls queue. */
const explodes = { times: 10, ms: 20 };
/** The search is done when the lost rate is at most so many times the kept one. */
const closeEnough = 1.15;
/** Each end of the interval is run again so often. */
const repeats = 2;
/** Our own process counts as a limit when it gives calls out so many milliseconds late. */
export const lateClientMs = 5;

/** What one step showed. */
export type Observed = Omit<SaturationStep, 'good' | 'because'>;

/** Runs the load at a factor of its rates. */
export type RunAt = (factor: number) => Promise<Observed>;

/** Doubles the rate until it is lost, halves the interval until it is narrow, and runs both ends again; `most` bounds the steps. */
export async function saturate(first: number, most: number, run: RunAt): Promise<Saturation> {
  const steps: SaturationStep[] = [];
  let quietest = Number.POSITIVE_INFINITY;
  const at = async (factor: number): Promise<boolean> => {
    const seen = await run(factor);
    if (seen.p95 > 0) quietest = Math.min(quietest, seen.p95);
    const because = whyLost(seen, quietest);
    steps.push({ ...seen, good: because === undefined, because: because ?? 'kept up' });
    return because === undefined;
  };
  let kept: number | undefined;
  let lost: number | undefined;
  let factor = first;
  while (steps.length < most && (kept === undefined || lost === undefined)) {
    if (await at(factor)) {
      kept = factor;
      factor *= 2;
    } else {
      lost = factor;
      factor /= 2;
    }
  }
  while (steps.length < most && kept !== undefined && lost !== undefined && lost / kept > closeEnough) {
    const middle = Math.sqrt(kept * lost);
    if (await at(middle)) kept = middle;
    else lost = middle;
  }
  const ends = [kept, lost];
  let contradictions = 0;
  let repetitions = 0;
  for (let turn = 0; turn < repeats; turn += 1)
    for (const end of ends) {
      if (end === undefined || steps.length >= most + repeats * 2) continue;
      repetitions += 1;
      if ((await at(end)) !== (end === kept)) contradictions += 1;
    }
  return { ...interval(steps), steps, contradictions, repetitions, clientLimited: lateNear(steps, kept) };
}

/** The interval that all runs together leave: below it every run was kept up, at its upper end and above every run was lost. */
function interval(steps: readonly SaturationStep[]): { readonly kept?: number; readonly lost?: number } {
  const rates = (list: readonly SaturationStep[]): readonly number[] => list.map(({ offered }) => offered);
  const firstLost = Math.min(...rates(steps.filter(({ good }) => !good)));
  const lastKept = Math.max(...rates(steps.filter(({ good }) => good)));
  const kept = Math.max(...rates(steps.filter(({ good, offered }) => good && offered < firstLost)));
  const lost = Math.min(...rates(steps.filter(({ good, offered }) => !good && offered > lastKept)));
  return {
    ...(Number.isFinite(kept) ? { kept } : {}),
    ...(Number.isFinite(lost) ? { lost } : {}),
  };
}

/** Why a step counts as lost; undefined when the server kept up. */
export function whyLost(seen: Observed, quietestP95: number): string | undefined {
  if (seen.achieved < seen.offered * keptShare)
    return `only ${Math.round((100 * seen.achieved) / seen.offered)} % were answered in time`;
  if (seen.failed > 0) return `${seen.failed} calls failed`;
  if (seen.p95 > explodes.ms && seen.p95 > quietestP95 * explodes.times)
    return `p95 is ${Math.round(seen.p95 / quietestP95)} times that of the quietest step`;
  return undefined;
}

function lateNear(steps: readonly SaturationStep[], kept: number | undefined): boolean {
  return steps.some(({ factor, lateMs }) => lateMs > lateClientMs && factor >= (kept ?? 0));
}
