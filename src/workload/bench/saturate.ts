/** Looks for the rate at which a server no longer keeps up. */
import type { Saturation, SaturationStep } from './model.ts';

/** A rate is kept up when so much of it is answered in the measured time, and nothing fails. */
const keptShare = 0.95;
/** Calls that are under way at the end are no queue. */
const underWay = 3;
/** A p95 of so many times the quietest step's, and of at least so many milliseconds, says that calls queue. */
const explodes = { times: 10, ms: 20 };
/** The search is done when the lost rate is at most so many times the kept one. */
const closeEnough = 1.15;
/** Our own process counts as a limit when it gives calls out so many milliseconds late. */
export const lateClientMs = 5;

/** What one run of a rate showed. */
export type Observed = Omit<SaturationStep, 'good' | 'because'>;

/** Runs the load at a factor of its rates. */
export type RunAt = (factor: number) => Promise<Observed>;

/**
 * Doubles the rate until it is lost, halves the interval until it is narrow, and runs both ends again. A loss counts when it happens twice, since a
 * neighbour on the machine can cost one run. `most` bounds the runs of the search; those of the ends come on top.
 */
export async function saturate(first: number, most: number, run: RunAt): Promise<Saturation> {
  const tried = new Tried();
  const keptUp = async (factor: number): Promise<boolean> => {
    tried.add(await run(factor));
    if (!tried.kept(factor)) tried.add(await run(factor));
    // Two runs that disagree are decided by a third.
    if (tried.doubtful(factor)) tried.add(await run(factor));
    return tried.kept(factor);
  };
  let kept: number | undefined;
  let lost: number | undefined;
  let factor = first;
  while (tried.steps.length < most && (kept === undefined || lost === undefined)) {
    const good = await keptUp(factor);
    if (good) kept = factor;
    else lost = factor;
    factor = good ? factor * 2 : factor / 2;
  }
  while (tried.steps.length < most && kept !== undefined && lost !== undefined && lost / kept > closeEnough) {
    const middle: number = Math.sqrt(kept * lost);
    if (await keptUp(middle)) kept = middle;
    else lost = middle;
  }
  for (const end of [kept, lost]) if (end !== undefined) tried.add(await run(end));
  return tried.result();
}

/** Why a run counts as lost; undefined when the server kept up. */
export function whyLost(seen: Observed, quietestP95: number): string | undefined {
  if (seen.achieved < seen.offered * keptShare && seen.unanswered > underWay)
    return `only ${Math.round((100 * seen.achieved) / seen.offered)} % were answered in time`;
  if (seen.failed > 0) return `${seen.failed} calls failed`;
  if (seen.p95 > explodes.ms && seen.p95 > quietestP95 * explodes.times)
    return `p95 is ${Math.round(seen.p95 / quietestP95)} times that of the quietest step`;
  return undefined;
}

/** All runs; what a rate is, the majority of its runs says. */
class Tried {
  readonly steps: SaturationStep[] = [];
  #quietest = Number.POSITIVE_INFINITY;

  add(seen: Observed): void {
    if (seen.p95 > 0) this.#quietest = Math.min(this.#quietest, seen.p95);
    const because = whyLost(seen, this.#quietest);
    this.steps.push({ ...seen, good: because === undefined, because: because ?? 'kept up' });
  }

  kept(factor: number): boolean {
    const runs = this.#runs(factor);
    return runs.filter(({ good }) => good).length * 2 > runs.length;
  }

  doubtful(factor: number): boolean {
    const runs = this.#runs(factor);
    return runs.some(({ good }) => good !== runs[0]!.good);
  }

  result(): Saturation {
    const factors = [...new Set(this.steps.map(({ factor }) => factor))];
    const keptOnes = factors.filter((factor) => this.kept(factor));
    const lostOnes = factors.filter((factor) => !this.kept(factor));
    const sure = (list: readonly number[]): readonly number[] => list.filter((one) => !this.doubtful(one));
    const kept = Math.max(...keptOnes.filter((factor) => factor < Math.min(...lostOnes)));
    const lost = Math.min(...lostOnes.filter((factor) => factor > kept || keptOnes.length === 0));
    const everLost = this.steps.flatMap(({ factor, good }) => (good ? [] : [factor]));
    const everKept = this.steps.flatMap(({ factor, good }) => (good ? [factor] : []));
    const ends = {
      kept,
      lost,
      surelyKept: Math.max(...sure(keptOnes).filter((factor) => factor < Math.min(...everLost))),
      surelyLost: Math.min(...sure(lostOnes).filter((factor) => factor > Math.max(...everKept))),
    };
    return {
      ...Object.fromEntries(
        Object.entries(ends).flatMap(([name, factor]) =>
          Number.isFinite(factor) ? [[name, this.#offered(factor)]] : [],
        ),
      ),
      steps: this.steps,
      contradictions: this.steps.filter(({ factor, good }) => good !== this.kept(factor)).length,
      repetitions: this.steps.length - factors.length,
      clientLimited: this.steps.some(
        ({ factor, lateMs }) => lateMs > lateClientMs && (!Number.isFinite(kept) || factor >= kept),
      ),
    };
  }

  #runs(factor: number): readonly SaturationStep[] {
    return this.steps.filter((step) => step.factor === factor);
  }

  #offered(factor: number): number {
    const runs = this.#runs(factor);
    return runs.reduce((sum, { offered }) => sum + offered, 0) / runs.length;
  }
}
