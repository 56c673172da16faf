/** Tables whose rows follow from others: what brings them into step after rows were made without triggers. */
import type { Design } from '../../design/model.ts';
import type { Refill } from '../../twin/model.ts';

/** Summaries, then what other patterns keep, in the order in which they are run. */
export function refillsOf({ derived, upkeep }: Pick<Design, 'derived' | 'upkeep'>): readonly Refill[] {
  return [
    ...derived.map(({ table, refill }): Refill => ({ table, sql: refill, kind: 'summary' })),
    ...upkeep.map(({ table, sql, kind }): Refill => ({ table, sql, kind })),
  ];
}
