/** Looking where a relaxed solution hopes for much: the few plans that decide. */
import type { Knowledge } from './knowledge.ts';
import type { Leaf, Present, Stop } from './model.ts';
import { keeps, programOf, type Program, type Terms } from './program.ts';
import { solve } from './solver.ts';

/** Rounds of relaxed solutions. */
const mostRounds = 60;
/** Share of all that a relaxed solution hopes for that is looked at before the next one. */
const lookedAt = 0.5;
/** Multiple of the allowed gap that may be left to hope; solving for whole indexes comes then, whose floor is higher. */
const hopeShare = 1.5;
/** Share of the allowed gap that queries of little weight may make together without being looked at. */
const littleShare = 0.2;

interface Hope {
  readonly known: Knowledge;
  readonly leaf: Leaf;
  /** Milliseconds per day that it could save beyond what is known. */
  readonly worth: number;
}

/**
 * Solves without wholeness, which is quick, and prices the regions that the solution rests on though only their floors are known, those that matter most first, until little hope is left.
 * Returns the greatest floor that was found.
 */
export async function explore(
  terms: Terms,
  known: readonly Knowledge[],
  start: Present,
  stop: Stop,
): Promise<number> {
  let least = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < mostRounds && stop.over() === undefined; round += 1) {
    const program = programOf(terms, known, true);
    const solution = await solve(program, { seconds: stop.solverSeconds, gap: 0, relaxed: true });
    if (!('values' in solution)) return least;
    least = Math.max(least, solution.value);
    const present = rounded(terms, solution.values, start);
    const hopes = hopesOf(program, solution.values, present);
    const all = hopes.reduce((sum, { worth }) => sum + worth, 0);
    if (all <= hopeShare * stop.gap * Math.abs(solution.value)) return least;
    let seen = 0;
    for (const { known: one, leaf, worth } of hopes) {
      if (seen >= lookedAt * all || stop.over() !== undefined) break;
      seen += worth;
      if (one.leaves().includes(leaf)) await one.expand(leaf, present, false);
    }
  }
  return least;
}

/** Looks at queries with all candidates there, heaviest first, until the others together are a small share of what these cost at least. */
export async function heaviest(known: readonly Knowledge[], stop: Stop): Promise<void> {
  const open = known
    .flatMap((one) =>
      one
        .leaves()
        .filter(({ floor }) => floor === 0)
        .map((leaf) => ({ one, leaf, all: one.unit.weight * one.unit.before.cost })),
    )
    .toSorted((a, b) => b.all - a.all);
  let left = open.reduce((sum, { all }) => sum + all, 0);
  let least = known.reduce((sum, { unit }) => sum + unit.weight * unit.before.cost, 0) - left;
  for (const { one, leaf, all } of open) {
    if (left <= littleShare * stop.gap * least || stop.over() !== undefined) return;
    await one.expand(leaf, new Set(), false);
    left -= all;
    least +=
      one.unit.weight *
      Math.min(...one.leaves().map(({ floor }) => floor), ...one.configs().map(({ cost }) => cost));
  }
}

/** What a relaxed solution has at least half of, as far as the budgets go: the surest first. */
function rounded(terms: Terms, values: readonly number[], start: Present): Present {
  const present = new Set(start);
  const surest = terms.items
    .filter(({ at, kind }) => kind === 'create' && values[at]! >= 0.5)
    .toSorted((a, b) => values[b.at]! - values[a.at]! || a.at - b.at);
  for (const { at } of surest) {
    present.add(at);
    if (!keeps(terms, present)) present.delete(at);
  }
  return present;
}

function hopesOf(program: Program, values: readonly number[], present: Present): readonly Hope[] {
  return program.leaves
    .map(({ column, known, leaf }): Hope => {
      const { cost } = known.bounds(present);
      const today = Math.min(cost, known.unit.before.cost);
      return { known, leaf, worth: known.unit.weight * values[column]! * Math.max(0, today - leaf.floor) };
    })
    .filter(({ worth }) => worth > 0)
    .toSorted((a, b) => b.worth - a.worth);
}
