export type Isolation = 'read committed' | 'repeatable read' | 'serializable';

/** A session that only asks. */
export interface Onlooker {
  query<R extends Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: readonly R[] }>;
}

/** What an engine knows about sessions that meet at the same rows. */
export interface Contention {
  /** Statement that begins a transaction at a level. */
  begin(isolation: Isolation): string;
  /** Of these sessions, by their server ids, those that wait for a lock, each with the sessions it waits for; a session that looks on asks. */
  waiting(onlooker: Onlooker, pids: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>>;
  /** What an error says about concurrency: the transaction may be run again, or nothing of the kind. */
  failure(error: unknown): 'serialization' | 'deadlock' | undefined;
  /** What a superuser runs so that the sessions of a database see a deadlock broken within milliseconds. */
  hurry(database: string): string;
  /** A point in time that {@link Contention.written} counts from. */
  mark(onlooker: Onlooker): Promise<string>;
  /** Rows of a table, and those of them that were written since the mark, as JSON texts. */
  written(
    onlooker: Onlooker,
    table: { readonly schema: string; readonly name: string },
    mark: string,
  ): Promise<{ readonly rows: number; readonly written: readonly string[] }>;
  /** The query so that it also locks the rows it returns; undefined where no single row stands behind a result. */
  lockingRead(query: string): string | undefined;
  /** The insert so that it leaves a row alone which is there already; undefined where it says something about that itself. */
  lenientInsert(sql: string): string | undefined;
}
