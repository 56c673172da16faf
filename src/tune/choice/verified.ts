/** A set that was priced as it would be, query by query, and not only derived. */
import { allowed, costOf } from './cost.ts';
import type { Found, Present, Priced, Stop } from './model.ts';
import type { Prepared } from './prepare.ts';
import type { Terms } from './program.ts';
import { rounds } from './rounds.ts';

/** Turns of solving and checking; two are usual. */
const mostTurns = 8;
/** A price that differs from what was derived by less is the same. */
const tolerance = 0.001;

export interface Verified extends Found {
  /** Greatest share by which a real price of the answers that were checked lay outside of what was derived. */
  readonly deviation: number;
  /** Plan of each unit with exactly this set, in the order of what is known. */
  readonly plans: readonly Priced[];
}

/** Solves, prices the answer as it would be, and solves again with what that taught, until both agree. */
export async function verified(terms: Terms, prepared: Prepared, stop: Stop): Promise<Verified> {
  const { known } = prepared;
  let [least, deviation] = [Number.NEGATIVE_INFINITY, 0];
  let best: Present = prepared.today;
  let found: Found | undefined;
  for (let turn = 0; turn < mostTurns; turn += 1) {
    found = await rounds(terms, known, best, stop);
    least = Math.max(least, found.least);
    const worst = await check(prepared, found.present);
    deviation = Math.max(deviation, worst);
    const good = allowed(terms, known, found.present);
    if (good && costOf(terms, known, found.present) <= costOf(terms, known, best)) best = found.present;
    if ((worst <= tolerance && good) || stop.over() !== undefined) break;
  }
  await check(prepared, best);
  const cost = costOf(terms, known, best);
  return {
    ...found!,
    present: best,
    cost,
    least: Math.min(least, cost),
    deviation,
    plans: known.map((one) => planAt(one.bounds(best).config, one.unit.before)),
  };
}

function planAt(config: { readonly cost: number; readonly uses: readonly number[] }, before: Priced): Priced {
  return { cost: config.cost, uses: config.uses, tables: before.tables };
}

/** Prices each unit with exactly this set where that was not done; the greatest share by which one lies outside of what was derived. */
async function check({ known, exactly }: Prepared, present: Present): Promise<number> {
  let worst = 0;
  for (const one of known) {
    if (one.isSure(present)) continue;
    const { priced } = await exactly(one.unit, one, present);
    worst = Math.max(worst, one.correct(present, priced));
  }
  return worst;
}
