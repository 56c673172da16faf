import type { Name, Table } from '../../catalog/model.ts';

/** Writes rows as SQL that people read and every client of the product runs. */
export interface SeedSql {
  /** Inserts rows with all their values, keys that the server would give included. */
  insert(rows: SeedRows): string;
  /** Inserts rows, or brings those with the same key to the same values; rows that are equal already are not touched. */
  upsert(rows: SeedRows, key: readonly string[]): string;
  /** Sets some columns of rows that are there, found by the key columns. */
  update(rows: SeedRows, key: readonly string[]): string;
  /** Moves the sequences behind a table's numbers past the greatest one; none when it has none. */
  advance(table: Table): readonly string[];
  /** Stops the script in a database that says it is production, and where one of these tables holds more than so many rows. */
  guard(tables: readonly { readonly table: Name; readonly rows: number }[]): string;
  /** Lets the owner write rows of every tenant for the length of a transaction, and takes that back; empty for tables that do not force row security. */
  open(table: Table): { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Takes all rows out of a table that was filled by triggers meanwhile. */
  clear(table: Name): string;
  /** Checks deferrable constraints at the end of the transaction. */
  readonly defer: string;
  /** Whether an address leads to this machine: a socket, or the loopback interface. */
  isLocal(url: string): boolean;
  /** Whether a statement begins or ends a transaction. */
  isFrame(statement: { readonly kind: string }): boolean;
  /** Whether a migration tool keeps its own history in the table. */
  isHistory(table: Name): boolean;
}

/** Rows of one table as text; null is null. */
export interface SeedRows {
  readonly table: Table;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}
