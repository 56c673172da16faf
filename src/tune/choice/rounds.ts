/** Solving and looking closer by turns, until the solution's floor and its cost meet. */
import type { Knowledge } from './knowledge.ts';
import type { Present } from './model.ts';
import { allowed, costOf, floorOf } from './cost.ts';
import { programOf, type Terms } from './program.ts';
import { search } from './search.ts';
import { solve } from './solver.ts';

/** A set of items with its cost by known plans, and the floor for all sets. */
export interface Found {
  readonly present: Present;
  readonly cost: number;
  readonly least: number;
  readonly by: 'solver' | 'search';
  /** Why looking ended before the gap was closed. */
  readonly ended?: string;
}

/** When rounds end. */
export interface Stop {
  readonly gap: number;
  readonly solverSeconds: number;
  /** A reason to end now, or undefined. */
  over(): string | undefined;
}

/** Share of the allowed gap that may be left unknown within one round. */
const unknownShare = 0.3;
/** Share of the allowed gap that the solver may leave. */
const solverShare = 0.4;

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
  const seen = new Set<string>();
  for (;;) {
    ended = stop.over();
    if (ended !== undefined) break;
    const next = await nextSet(terms, known, best.present, stop);
    by = next.by;
    least = Math.max(least, next.bound);
    if (next.because !== undefined) ended = next.because;
    if (!next.present) break;
    const asked = await settleAll(terms, known, next.present, stop, best.cost);
    const cost = costOf(terms, known, next.present);
    if (cost < best.cost && allowed(terms, known, next.present)) best = { present: next.present, cost };
    if (best.cost - least <= stop.gap * Math.abs(best.cost) + 1e-9) break;
    const key = [...next.present].toSorted((a, b) => a - b).join(',');
    // The same answer twice, with nothing more to learn about it: what is left is the solver's own gap.
    if (seen.has(key) && !asked) break;
    seen.add(key);
  }
  if (!Number.isFinite(least)) least = floorOf(terms, known);
  return { ...best, least: Math.min(least, best.cost), by, ...(ended === undefined ? {} : { ended }) };
}

interface Next {
  readonly present?: Present;
  readonly bound: number;
  readonly by: Found['by'];
  readonly because?: string;
}

async function nextSet(terms: Terms, known: readonly Knowledge[], best: Present, stop: Stop): Promise<Next> {
  if (terms.items.length === 0) return { bound: Number.NEGATIVE_INFINITY, by: 'solver' };
  const solution =
    stop.solverSeconds > 0
      ? await solve(programOf(terms, known, true), {
          seconds: stop.solverSeconds,
          gap: stop.gap * solverShare,
        })
      : { because: 'the solver was left out' };
  if ('values' in solution)
    return {
      present: new Set(terms.items.filter(({ at }) => solution.values[at]! > 0.5).map(({ at }) => at)),
      bound: solution.bound,
      by: 'solver',
    };
  const bound = solution.bound ?? floorOf(terms, known);
  const found = search(terms, known, best);
  return { present: found, bound, by: 'search', because: solution.because };
}

/** Looks at the queries whose cost under a set is least known; tells whether anything was asked. */
async function settleAll(
  terms: Terms,
  known: readonly Knowledge[],
  present: Present,
  stop: Stop,
  cost: number,
): Promise<boolean> {
  const open = known
    .map((one) => ({ one, unknown: unknownOf(one, present) }))
    .filter(({ unknown }) => unknown > 0)
    .toSorted((a, b) => b.unknown - a.unknown);
  let left = open.reduce((sum, { unknown }) => sum + unknown, 0);
  const allowance = unknownShare * stop.gap * Math.abs(cost);
  let asked = false;
  for (const { one, unknown } of open) {
    const tooSlow = one.bounds(present).cost > one.unit.before.cost * terms.slower;
    if ((left <= allowance && !tooSlow) || stop.over() !== undefined) continue;
    asked = true;
    const { weight } = one.unit;
    await one.settle(
      present,
      (high, low) =>
        high <= one.unit.before.cost * terms.slower && weight * (high - low) <= allowance / known.length,
    );
    left -= unknown - unknownOf(one, present);
  }
  return asked;
}

function unknownOf(one: Knowledge, present: Present): number {
  const { cost, floor } = one.bounds(present);
  return one.unit.weight * (cost - floor);
}
