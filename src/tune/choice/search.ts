/** A good set without the solver: indexes come, go and are exchanged as long as the cost falls. */
import { allowed, costOf } from './cost.ts';
import type { Knowledge } from './knowledge.ts';
import type { Present } from './model.ts';
import { keeps, type Terms } from './program.ts';

/** Steps of a search; each makes the set cheaper. */
const mostSteps = 200;
/** Sets that one step looks at. */
const mostMoves = 4000;

/** The cheapest set that steps lead to from `start`, by plans that are known; keeps the terms if `start` does. */
export function search(terms: Terms, known: readonly Knowledge[], start: Present): Present {
  let best = start;
  let cost = costOf(terms, known, start);
  for (let step = 0; step < mostSteps; step += 1) {
    let next: { readonly present: Present; readonly cost: number } | undefined;
    for (const present of moves(terms, known, best)) {
      const other = costOf(terms, known, present);
      if (other < (next?.cost ?? cost) - 1e-9 * Math.abs(cost) && allowed(terms, known, present))
        next = { present, cost: other };
    }
    if (!next) return best;
    best = next.present;
    cost = next.cost;
  }
  return best;
}

/** Sets one step away: all that a known plan uses comes, in place of another item where the budgets ask for it; or one item changes. */
function moves(terms: Terms, known: readonly Knowledge[], present: Present): readonly Present[] {
  const found = new Map<string, Present>();
  const add = (set: Present): void => {
    if (found.size < mostMoves && keeps(terms, set))
      found.set([...set].toSorted((a, b) => a - b).join(','), set);
  };
  const without = (set: Present, at: number): Present => new Set([...set].filter((one) => one !== at));
  const plans = new Map<string, readonly number[]>();
  for (const one of known) for (const { uses } of one.configs()) plans.set(uses.join(','), uses);
  for (const { at } of terms.items)
    if (present.has(at)) add(without(present, at));
    else add(new Set([...present, at]));
  for (const uses of plans.values()) {
    const wider = new Set([...present, ...uses]);
    if (wider.size === present.size) continue;
    add(wider);
    for (const at of present) if (!uses.includes(at)) add(without(wider, at));
  }
  return [...found.values()];
}
