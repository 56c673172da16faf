// The connection. All values arrive as text and are read by values.ts.
// Written by dbd from the catalog and the task; a later run overwrites it.

import pg from 'pg';

/** A pool, or the one session of a unit of work. */
export type Db = pg.Pool | pg.PoolClient;

/** A statement as the server prepares it, with the kinds of its result columns. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly columns: { readonly [name: string]: string };
}

export interface Connection {
  readonly db: Db;
  close(): Promise<void>;
}

export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows returned or affected. */
  readonly count: number;
}

/** Opens a pool; the address comes from the caller, never from this file. */
export function connect(url: string, options: pg.PoolConfig = {}): Connection {
  const db = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000, ...options });
  db.on('error', () => undefined);
  return { db, close: () => db.end() };
}

const asText = { getTypeParser: () => (value: string) => value };

/** Runs a statement; without a name it is not kept prepared. */
export async function run(db: Db, statement: Pick<Statement, 'text'> & { readonly name?: string }, values: readonly (string | null)[]): Promise<Answer> {
  const { text, name } = statement;
  const answer = await db.query({ text, values: [...values], types: asText, ...(name === undefined ? {} : { name }) });
  return { rows: answer.rows as Readonly<Record<string, unknown>>[], count: answer.rowCount ?? 0 };
}
