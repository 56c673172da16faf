/** Connections of the replication protocol, through the client library's own way to run custom queries. */
import pg from 'pg';
import { DbdError, fail } from '../../../base/error.ts';
import { connectError, statementError } from '../sql-error.ts';
import { parseUrl, withoutPassword } from '../url.ts';

/** What the client library hands to a query of our own; it calls the handlers in the order of the protocol. */
export interface Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  on(event: string, listener: (message: never) => void): void;
  removeListener(event: string, listener: (message: never) => void): void;
  readonly stream: { destroy(error?: Error): void };
}

/** A query of our own for the client library; answers that nobody waits for are passed over. */
export interface Exchange {
  submit(connection: Connection): void;
  handleCopyData(message: { readonly chunk: Buffer }): void;
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void;
  handleRowDescription(): void;
  handleCommandComplete(): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

export interface Replication {
  /** Rows of one of the protocol's short commands, by column. */
  ask(command: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
  run(exchange: Exchange): void;
  /** Cuts the connection; what runs on it ends with an error. */
  cut(): void;
  close(): Promise<void>;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

/** Opens a connection for physical replication; throws `connect.*`, and `backup.refused` when the server's rules let the role in for queries only. */
export async function replicate(url: string): Promise<Replication> {
  const address = parseUrl(url);
  const client = new pg.Client({
    connectionString: url,
    host: address.host,
    port: address.port,
    user: address.user,
    database: address.database,
    ...(address.password === undefined ? {} : { password: address.password }),
    application_name: 'dbd backup',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    replication: 'true',
  } as pg.ClientConfig);
  client.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw refusal(error, url, address.user);
  }
  const raw = client as unknown as { connection: Connection; query(exchange: Exchange): void };
  return {
    async ask(command) {
      try {
        return (await client.query<Record<string, string | null>>(command)).rows;
      } catch (error) {
        throw statementError(error, command, url);
      }
    },
    run: (exchange) => raw.query(exchange),
    cut: () => raw.connection.stream.destroy(),
    close: () => client.end().catch(() => undefined),
    ended,
  };
}

function refusal(error: unknown, url: string, role: string): DbdError {
  const said = error instanceof Error ? error.message : '';
  const named = JSON.stringify(role);
  if (/pg_hba\.conf.*replication|replication.*pg_hba\.conf/i.test(said))
    return new DbdError(
      'backup.refused',
      `${withoutPassword(url)} takes no replication connection from ${role}, and a physical backup needs one.`,
      { hint: `Add to pg_hba.conf: host replication ${named} samehost scram-sha-256`, cause: error },
    );
  if (/replication/i.test(said) && /permission|REPLICATION/.test(said))
    return new DbdError('backup.refused', `The role ${role} may not replicate.`, {
      hint: `Run as a superuser: ALTER ROLE ${named} REPLICATION;`,
      cause: error,
    });
  return connectError(error, url);
}

/** Refuses servers that speak the older form of the protocol; throws `backup.refused`. */
export function refuseOld(serverVersion: number): void {
  if (serverVersion < 150_000)
    fail(
      'backup.refused',
      `A server of version ${Math.floor(serverVersion / 10_000)} sends base backups in an older form.`,
      {
        hint: 'dbd takes physical backups of PostgreSQL 15 and later; use pg_basebackup or pgBackRest here.',
      },
    );
}
