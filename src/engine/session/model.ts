/** One connection to a server, and what it takes and gives. */

/** One connection. */
export interface Session {
  /** The server's id of this session. */
  readonly pid: number;
  /** Server version as a number: 180004. */
  readonly serverVersion: number;
  /** Runs one statement through the extended protocol; the only way for SQL that we did not write. Throws `SqlError`. */
  query<R extends Record<string, unknown> = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<Rows<R>>;
  /** Runs our own text of several statements through the simple protocol. */
  run(sql: string): Promise<void>;
  /** Asks the server to cancel what this session is running. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

export interface Rows<R> {
  readonly rows: readonly R[];
  /** Rows returned or affected. */
  readonly count: number;
}

export interface ConnectOptions {
  readonly application?: string;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /** Every transaction is read-only. */
  readonly readOnly?: boolean;
  /** Server settings for the session. */
  readonly settings?: Readonly<Record<string, string>>;
}
