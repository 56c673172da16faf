import type { Snapshot } from '../../engine/model.ts';
import type { Carrier } from './carried.ts';
import { carriedColumns } from './carried.ts';
import { placeKey } from './links.ts';
import { privateColumns } from './private.ts';

/** A column whose values are in the file. */
export interface InsideColumn {
  readonly schema: string;
  /** Table, view, index or statistics object. */
  readonly relation: string;
  readonly column: string;
  readonly carriers: readonly Carrier[];
  /** Different values. */
  readonly values: number;
  readonly state: 'masked' | 'real';
  /** Class of the data, when it is personal, secret or of another declared class. */
  readonly class?: string;
  /** Why it counts as private, or why it was masked. */
  readonly why?: string;
  /** Common values that fewer than five rows have. */
  readonly rare: number;
}

/** Every column whose values are inside, those of people and secrets that are real first, then masked ones, then the rest. */
export function insideColumns(snapshot: Snapshot): readonly InsideColumn[] {
  const reasons = privateColumns(snapshot);
  const masked = new Map(snapshot.masked.map((one) => [placeKey(one), one.why]));
  const rank = (one: InsideColumn): number => (one.state === 'masked' ? 1 : one.class === undefined ? 2 : 0);
  return carriedColumns(snapshot)
    .map((one): InsideColumn => {
      const reason = reasons.get(one.key);
      const why = masked.get(placeKey(one)) ?? reason?.why;
      return {
        schema: one.schema,
        relation: one.relation,
        column: one.column,
        carriers: one.carriers,
        values: one.values.size,
        state: masked.has(placeKey(one)) ? 'masked' : 'real',
        ...(reason ? { class: reason.class } : {}),
        ...(why === undefined ? {} : { why }),
        rare: one.rare,
      };
    })
    .toSorted((a, b) => rank(a) - rank(b));
}
