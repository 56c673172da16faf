/** What a statement is known to take and do: looked up in a table whose every row was measured. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Statement } from '../grammar/model.ts';

export interface Facts {
  /** Facts of one parsed statement, as far as its text and the structure tell. */
  of(statement: Statement, context: FactsContext): StatementFacts;
}

export interface FactsContext {
  /** The structure before the statement; without it, facts that depend on it are the worst that can be. */
  readonly catalog?: Catalog;
  readonly serverVersion: number;
  /** Tables made earlier by the same change, as `schema.name`: nobody uses them yet. */
  readonly fresh?: ReadonlySet<string>;
  /** Texts of the statements before this one, in order. */
  readonly earlier?: readonly string[];
}

export interface StatementFacts {
  /** Strongest lock per relation, those of other tables included (foreign keys, partitions, views). */
  readonly locks: readonly { readonly relation: Name; readonly mode: string }[];
  /** Tables and indexes that are written anew. */
  readonly rewrites: readonly Name[];
  /** Full reads while the locks are held. */
  readonly scans: readonly { readonly relation: Name; readonly why: string }[];
  /** Who waits while it runs: the worst of its locks. */
  readonly blocks: 'nobody' | 'schema changes' | 'writes' | 'reads and writes';
  /** How long it holds them: for a moment, or for as long as a scan or rewrite of the table takes. */
  readonly lasts: 'moment' | 'size of the table' | 'unknown';
  /** Rows of the table of measured statements that say so; empty when nothing is known of such a statement. */
  readonly known: readonly string[];
  /** The server runs it outside transactions only. */
  readonly outside: boolean;
}
