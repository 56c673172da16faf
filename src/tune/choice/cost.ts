/** What a set of items costs by the plans that are known. */
import type { Knowledge } from './knowledge.ts';
import type { Present } from './model.ts';
import { keeps, ownCost, type Terms } from './program.ts';

/** Cost of a set by the cheapest plans that are known, with what the items cost themselves. */
export function costOf(terms: Terms, known: readonly Knowledge[], present: Present): number {
  return known.reduce(
    (sum, one) => sum + one.unit.weight * one.bounds(present).cost,
    ownCost(terms, present),
  );
}

/** Whether a set keeps to the budgets and makes no query slower than it may be. */
export function allowed(terms: Terms, known: readonly Knowledge[], present: Present): boolean {
  return (
    keeps(terms, present) &&
    known.every((one) => one.bounds(present).cost <= one.unit.before.cost * terms.slower * (1 + 1e-9))
  );
}

/** A floor without a solver: every query at its best, and no index costs anything. */
export function floorOf(terms: Terms, known: readonly Knowledge[]): number {
  const queries = known.reduce((sum, one) => {
    const costs = [...one.leaves().map(({ floor }) => floor), ...one.configs().map(({ cost }) => cost)];
    return sum + one.unit.weight * Math.min(...costs);
  }, 0);
  const freed = terms.items
    .filter(({ kind }) => kind === 'drop')
    .reduce((sum, { write, bytes }) => sum + write.msPerDay + bytes * terms.byteMs, 0);
  return queries - freed;
}
