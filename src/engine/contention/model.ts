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
}
