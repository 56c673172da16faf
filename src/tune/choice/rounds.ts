/** Solving and looking closer by turns, until the solution's floor and its cost meet. */
import { allowed, costOf, floorOf } from './cost.ts';
import { explore, heaviest } from './explore.ts';
import type { Knowledge } from './knowledge.ts';
import type { Found, Present, Stop } from './model.ts';
import { programOf, type Terms } from './program.ts';
import { search } from './search.ts';
import { solve } from './solver.ts';

/** Rounds of whole solutions. */
const mostRounds = 30;
/** Share of the allowed gap that the solver may leave. */
const solverShare = 0.4;
/** Share of the allowed gap that may be left unknown of one set. */
const unknownShare = 0.5;

/** The best set within the terms by what can be learned; `start` is one that keeps them. */
export async function rounds(
  terms: Terms,
  known: readonly Knowledge[],
  start: Present,
  stop: Stop,
): Promise<Found> {
  let best: { present: Present; cost: number } = { present: start, cost: costOf(terms, known, start) };
  let least = Number.NEGATIVE_INFINITY;
  let by: Found['by'] = 'solver';
  let ended: string | undefined;
  const take = (present: Present): void => {
    const cost = costOf(terms, known, present);
    if (cost < best.cost && allowed(terms, known, present)) best = { present, cost };
  };
  const near = (): boolean => best.cost - least <= stop.gap * Math.abs(least) + 1e-9;
  await heaviest(known, stop);
  if (terms.items.length > 0 && stop.solverSeconds > 0) least = await explore(terms, known, start, stop);
  for (let round = 0; round < mostRounds; round += 1) {
    // The best of what can surely be had; then, unless that is near the floor, what could be best.
    const sure = await nextSet(terms, known, best.present, stop, false);
    if (sure.present) take(sure.present);
    by = sure.by;
    if (near()) break;
    ended = stop.over() ?? sure.because;
    if (ended !== undefined) break;
    const hoped = await nextSet(terms, known, best.present, stop, true);
    least = Math.max(least, hoped.bound);
    if (!hoped.present) break;
    const asked = await settleAll(terms, known, hoped.present, stop, best.cost);
    take(hoped.present);
    if (near() || !asked) break;
  }
  if (!Number.isFinite(least)) least = floorOf(terms, known);
  return {
    ...best,
    least: Math.min(least, best.cost),
    by,
    ...(ended === undefined || near() ? {} : { ended }),
  };
}

interface Next {
  readonly present?: Present;
  readonly bound: number;
  readonly by: Found['by'];
  readonly because?: string;
}

async function nextSet(
  terms: Terms,
  known: readonly Knowledge[],
  best: Present,
  stop: Stop,
  floors: boolean,
): Promise<Next> {
  if (terms.items.length === 0) return { bound: Number.NEGATIVE_INFINITY, by: 'solver' };
  const solution =
    stop.solverSeconds > 0
      ? await solve(programOf(terms, known, floors), {
          seconds: stop.solverSeconds,
          gap: stop.gap * solverShare,
          start: best,
        })
      : { because: 'the solver was left out' };
  if ('values' in solution)
    return {
      present: new Set(terms.items.filter(({ at }) => solution.values[at]! > 0.5).map(({ at }) => at)),
      bound: solution.bound,
      by: 'solver',
    };
  return {
    present: search(terms, known, best),
    bound: solution.bound ?? floorOf(terms, known),
    by: 'search',
    because: solution.because,
  };
}

/** Looks at the queries whose cost under a set is least known; tells whether anything was asked. */
async function settleAll(
  terms: Terms,
  known: readonly Knowledge[],
  present: Present,
  stop: Stop,
  cost: number,
): Promise<boolean> {
  const allowance = unknownShare * stop.gap * Math.abs(cost);
  let asked = false;
  for (;;) {
    const open = known
      .map((one) => ({
        one,
        unknown: unknownOf(one, present),
        slow: one.bounds(present).cost > one.unit.before.cost * terms.slower,
      }))
      .filter(({ unknown }) => unknown > 0);
    const left = open.reduce((sum, { unknown }) => sum + unknown, 0);
    const next = open
      .filter(({ slow }) => slow || left > allowance)
      .toSorted((a, b) => Number(b.slow) - Number(a.slow) || b.unknown - a.unknown)[0];
    if (!next || stop.over() !== undefined) return asked;
    if (!(await next.one.look(present))) return asked;
    asked = true;
  }
}

function unknownOf(one: Knowledge, present: Present): number {
  const { cost, floor } = one.bounds(present);
  return one.unit.weight * (cost - floor);
}
