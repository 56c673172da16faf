/** What more or fewer bytes would buy, from what is known already. */
import type { Choice } from '../advice/model.ts';
import { allowed, costOf } from './cost.ts';
import type { Present, Stop } from './model.ts';
import type { Prepared } from './prepare.ts';
import { programOf, spent, type Terms } from './program.ts';
import { search } from './search.ts';
import { solve } from './solver.ts';

/** Shares of the data's bytes that new indexes may take. */
const ladder = [0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1];

/** Best sets by known plans for a ladder of bytes, the chosen one and none among them; each costs less than all that are smaller. */
export async function frontierOf(
  terms: Terms,
  { items, known, today }: Prepared,
  chosen: Present,
  options: { readonly dataBytes: number; readonly stop: Stop },
): Promise<Choice['frontier']> {
  const sets: Present[] = [today, chosen];
  const { bytes: _, ...rest } = terms;
  const budgets = [...ladder.map((share) => share * options.dataBytes), Number.POSITIVE_INFINITY];
  for (const bytes of budgets) {
    if (options.stop.over() !== undefined) break;
    const own: Terms = Number.isFinite(bytes) ? { ...rest, bytes } : rest;
    const solution =
      options.stop.solverSeconds > 0
        ? await solve(programOf(own, known, false), {
            seconds: options.stop.solverSeconds,
            gap: options.stop.gap,
          })
        : { because: '' };
    const present =
      'values' in solution
        ? new Set(items.filter(({ at }) => solution.values[at]! > 0.5).map(({ at }) => at))
        : search(own, known, today);
    if (allowed(own, known, present)) sets.push(present);
  }
  const points = sets
    .map((present) => {
      const { bytes, writes } = spent(items, present);
      const indexes = items
        .filter(({ at, kind }) => kind === 'create' && present.has(at))
        .map(({ id }) => id);
      return { bytes, writes, cost: costOf(terms, known, present), indexes };
    })
    .toSorted((a, b) => a.bytes - b.bytes || a.cost - b.cost);
  const kept: (typeof points)[number][] = [];
  for (const point of points)
    if (kept.length === 0 || point.cost < kept.at(-1)!.cost * (1 - 1e-6)) kept.push(point);
  return kept;
}
