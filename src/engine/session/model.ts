/** One connection to a server, and what it takes and gives. */

/** One connection. */
export interface Session {
  /** The server's id of this session. */
  readonly pid: number;
  /** The id that was given when the connection began: another one than {@link Session.pid} where something stands between. */
  readonly announced: number;
  /** Server version as a number: 180004. */
  readonly serverVersion: number;
  /** Runs one statement through the extended protocol; the only way for SQL that we did not write. Throws `SqlError`. */
  query<R extends Record<string, unknown> = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<Rows<R>>;
  /**
   * Sends one statement to be parsed, analysed and rewritten, and nothing else: it is neither planned nor run. Answers what the server
   * said meanwhile. Throws `SqlError`.
   */
  analyse(sql: string): Promise<readonly Said[]>;
  /** Runs our own text of several statements through the simple protocol. */
  run(sql: string): Promise<void>;
  /** Asks the server to cancel what this session is running. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** A message of the server that is no error. */
export interface Said {
  readonly message: string;
  readonly detail: string;
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
  /**
   * Where names without a schema are looked up. `quote.name` leaves out `public`, so that one comes first unless the text is the
   * application's own: `database` keeps the path that was given to the database.
   */
  readonly names?: 'public' | 'database';
  /** Server settings for the session. */
  readonly settings?: Readonly<Record<string, string>>;
}
