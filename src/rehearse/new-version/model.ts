/** What becomes of rows that the new version of the application writes, when the change is taken back. */
import type { SqlError } from '../../base/error.ts';

/** Values that the new version had written and that the way back did not keep. */
export interface LostValues {
  /** `schema.name`. */
  readonly table: string;
  /** `*` for all columns of a table that the way back drops. */
  readonly column: string;
  /** Undefined where only the sum over all rows tells that values changed. */
  readonly rows?: number;
}

export interface NewVersionTrip {
  /** `exact`: down and up again brings every written value back. `lossy`: those listed are gone. `impossible`: down, or up again, fails on them. */
  readonly verdict: 'exact' | 'lossy' | 'impossible' | 'not tried';
  /** Rows that were inserted, and changed; calls of the given queries of the new version. */
  readonly inserted: number;
  readonly updated: number;
  readonly called: number;
  readonly lost: readonly LostValues[];
  /** Writes that the new structure refused, or that nobody knows how to make, with the reason. */
  readonly refused: readonly string[];
  /** Where it became impossible, and what the server said. */
  readonly failed?: { readonly where: 'down' | 'up again'; readonly error: SqlError };
}
