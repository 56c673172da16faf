import { connect as openSocket } from 'node:net';
import pg from 'pg';
import { fail } from '../../base/error.ts';
import type { ConnectOptions, Rows, Said, Session } from '../../engine/model.ts';
import { parsing } from './parsing.ts';
import { connectError, statementError } from './sql-error.ts';
import { parseUrl, type Address } from './url.ts';

/** Milliseconds to wait for a server's first answer. */
const connectTimeoutMs = 10_000;

/** Opens one session; throws `connect.refused`, `connect.denied` or `connect.url`, never with the password in a message. */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Session> {
  const address = parseUrl(url);
  const client = new pg.Client({
    connectionString: url,
    host: address.host,
    port: address.port,
    user: address.user,
    database: address.database,
    ...(address.password === undefined ? {} : { password: address.password }),
    application_name: options.application ?? 'dbd',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    types: { getTypeParser: parserOf },
  });
  // A connection that breaks while nobody waits for it must not end the process; the next statement reports it.
  client.on('error', () => undefined);
  const opening = openingQuery(options);
  let admitted = false;
  try {
    await client.connect();
    admitted = true;
    const { rows } = await client.query<{ pid: number; version: number }>(opening);
    const { pid, version } = rows[0]!;
    const session = new PostgresSession(client, url, address, pid, version);
    drivers.set(session, client);
    return session;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw admitted ? statementError(error, opening.text, url) : connectError(error, url);
  }
}

const drivers = new WeakMap<Session, pg.Client>();

/** The driver below a session of {@link connect}: for notices and for rows one by one, which the contract does not offer. Throws `internal.bug` for others. */
export function driverOf(session: Session): pg.Client {
  return drivers.get(session) ?? fail('internal.bug', 'This session has no driver of its own.');
}

/** Puts `public` before the path that was given to the database; a role's own path stays. */
const PUBLIC_FIRST = `
  SELECT pg_catalog.set_config('search_path', 'public, ' || pg_catalog.current_setting('search_path'), false)
  FROM pg_catalog.pg_database d JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid AND s.setrole = 0
  WHERE d.datname = pg_catalog.current_database() AND 'search_path=' || pg_catalog.current_setting('search_path') = ANY (s.setconfig)`;

/** Session settings and facts in one round trip; `set_config` works behind poolers that reject startup parameters. */
function openingQuery(options: ConnectOptions): { text: string; values: string[] } {
  const settings: Record<string, string> = {
    ...(options.statementTimeoutMs === undefined
      ? {}
      : { statement_timeout: String(Math.ceil(options.statementTimeoutMs)) }),
    ...(options.lockTimeoutMs === undefined
      ? {}
      : { lock_timeout: String(Math.ceil(options.lockTimeoutMs)) }),
    ...(options.readOnly ? { default_transaction_read_only: 'on' } : {}),
    ...options.settings,
  };
  const pairs = Object.entries(settings);
  const path = options.names === 'database' || 'search_path' in settings ? '' : `, (${PUBLIC_FIRST})`;
  const sets = pairs.map((_, i) => `, pg_catalog.set_config($${2 * i + 1}, $${2 * i + 2}, false)`).join('');
  return {
    text: `SELECT /* dbd */ pg_catalog.pg_backend_pid() AS pid, pg_catalog.current_setting('server_version_num')::int AS version${sets}${path}`,
    values: pairs.flat(),
  };
}

class PostgresSession implements Session {
  readonly pid: number;
  readonly serverVersion: number;
  readonly #client: pg.Client;
  readonly #url: string;
  readonly #address: Address;
  #closed: Promise<void> | undefined;

  constructor(client: pg.Client, url: string, address: Address, pid: number, serverVersion: number) {
    this.#client = client;
    this.#url = url;
    this.#address = address;
    this.pid = pid;
    this.serverVersion = serverVersion;
  }

  async query<R extends Record<string, unknown>>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Rows<R>> {
    try {
      const result = await this.#client.query<R>({
        text: sql,
        values: [...values],
        queryMode: 'extended',
      } as pg.QueryConfig);
      return { rows: result.rows, count: result.rowCount ?? result.rows.length };
    } catch (error) {
      throw statementError(error, sql, this.#url);
    }
  }

  async analyse(sql: string): Promise<readonly Said[]> {
    try {
      return await parsing(this.#client, sql);
    } catch (error) {
      throw statementError(error, sql, this.#url);
    }
  }

  async run(sql: string): Promise<void> {
    try {
      await this.#client.query(sql);
    } catch (error) {
      throw statementError(error, sql, this.#url);
    }
  }

  get announced(): number {
    return (this.#client as unknown as { processID: number | null }).processID ?? this.pid;
  }

  cancel(): Promise<void> {
    const { processID, secretKey } = this.#client as unknown as { processID: number; secretKey: number };
    // The cancel request of the protocol: length, the code 1234·5678, process and secret of the session.
    const request = Buffer.alloc(16);
    [16, 80_877_102, processID, secretKey].forEach((value, i) => request.writeInt32BE(value, i * 4));
    const { host, port } = this.#address;
    return new Promise((resolve) => {
      const socket = host.startsWith('/') ? openSocket(`${host}/.s.PGSQL.${port}`) : openSocket(port, host);
      socket.on('connect', () => socket.write(request));
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      socket.resume();
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#client.end().catch(() => undefined);
    return this.#closed;
  }
}

const text = (value: string): string => value;
const bigint = (value: string): number | string =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;
const array = (element: (value: string) => unknown) => {
  const split = pg.types.getTypeParser(1009 as Parameters<typeof pg.types.getTypeParser>[0]) as (
    value: string,
  ) => NestedText;
  const each = (items: NestedText): unknown[] =>
    items.map((item) => (item === null ? null : typeof item === 'string' ? element(item) : each(item)));
  return (value: string): unknown => each(split(value));
};
type NestedText = (string | null | NestedText)[];

/** Values by type oid: safe whole numbers and floats are numbers, JSON is parsed; dates, numeric, bytes and the rest stay text, so that results are the same everywhere. */
const parsers: ReadonlyMap<number, (value: string) => unknown> = new Map<number, (value: string) => unknown>([
  [16, (value) => value === 't'],
  [20, bigint],
  ...[21, 23, 26, 28, 700, 701].map((oid) => [oid, Number] as const),
  ...[114, 3802].map((oid) => [oid, (value: string) => JSON.parse(value) as unknown] as const),
  [1000, array((value) => value === 't')],
  [1016, array(bigint)],
  ...[1005, 1007, 1021, 1022, 1028].map((oid) => [oid, array(Number)] as const),
  ...[1002, 1003, 1009, 1014, 1015, 2951].map((oid) => [oid, array(text)] as const),
  ...[199, 3807].map((oid) => [oid, array((value) => JSON.parse(value) as unknown)] as const),
]);

/** Makes a value of the server's text for this type. */
export function parserOf(oid: number): (value: string) => unknown {
  return parsers.get(oid) ?? text;
}
