/** Questions to rows: nouns. */
import type { ProbeKind } from '../../../../engine/probes/model.ts';

/** A question as the list writes it. */
export interface ListedProbe {
  readonly number: number;
  readonly kind: ProbeKind;
  readonly schema: string;
  readonly name: string;
  readonly what: string;
  readonly about: Readonly<Record<string, unknown>>;
  /** Rows of the table that is sampled. */
  readonly rows: number;
  readonly share: number;
  readonly refused: string | null;
  /** What is run before it, within the transaction. */
  readonly before: string;
  /** Gives one row of JSON, or none when the time of all questions is over. */
  readonly query: string;
}
