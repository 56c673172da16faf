/** The transaction that foreign statements are read in: it writes nothing, ends by itself, looks names up where it should, and is always rolled back. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ReadCaps, Session } from '../../../engine/model.ts';
import { connect, driverOf } from '../connect.ts';

/** Milliseconds beyond the statement's own that everything together may take. */
export const beside = 5_000;
/** Milliseconds that a server gets to end what was cancelled. */
const ending = 1_000;
const lockMs = 1_000;

/** A connection for one call; nothing is set for the session, since a pooler would hand it on. */
export function open(url: string): Promise<Session> {
  return connect(url, { application: 'dbd query', names: 'database' });
}

/** Where names are looked up: the server's own first, then what the role's path leads to, temporary objects last. */
const PATH = `
SELECT pg_catalog.concat('pg_catalog', pg_catalog.string_agg(
  pg_catalog.concat(', ', pg_catalog.quote_ident(s.name)), '' ORDER BY s.at USING OPERATOR(pg_catalog.<)), ', pg_temp') AS path
FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS s (name, at)
WHERE s.name OPERATOR(pg_catalog.<>) 'pg_catalog'`;

/** Texts are read as the grammar reads them, and values written so that they say the same everywhere. */
const settings: Readonly<Record<string, string>> = {
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  row_security: 'on',
  client_min_messages: 'error',
  debug_print_parse: 'off',
  debug_print_rewritten: 'off',
  debug_print_plan: 'off',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
};

function limits({ serverVersion }: Session, { timeMs }: ReadCaps): Readonly<Record<string, string>> {
  return {
    statement_timeout: String(Math.ceil(timeMs)),
    lock_timeout: String(Math.ceil(Math.min(lockMs, timeMs))),
    idle_in_transaction_session_timeout: String(Math.ceil(timeMs + beside)),
    ...(serverVersion >= 170_000 ? { transaction_timeout: String(Math.ceil(2 * timeMs + beside)) } : {}),
  };
}

/** Settings of this transaction alone. */
async function set(session: Session, values: Readonly<Record<string, string>>): Promise<void> {
  const all = Object.entries(values);
  const list = all.map((_, at) => `pg_catalog.set_config($${2 * at + 1}, $${2 * at + 2}, true)`);
  await session.query(`SELECT ${list.join(', ')}`, all.flat());
}

/** Cancels what runs, and gives the connection up when that does not help. */
export async function endNow(session: Session): Promise<void> {
  await session.cancel();
  await pause(ending, undefined, { ref: false });
  destroy(session);
}

function destroy(session: Session): void {
  (
    driverOf(session) as unknown as { connection: { stream: { destroy(): void } } }
  ).connection.stream.destroy();
}

/** Leaves nothing: no advisory lock, no listening, no temporary object; a server that does not answer loses the connection. */
export async function leave(session: Session): Promise<void> {
  const timer = globalThis.setTimeout(() => destroy(session), ending);
  await session.query('DISCARD ALL').catch(() => undefined);
  await session.close();
  clearTimeout(timer);
}

/** Runs `work` in a transaction that is rolled back; `secure` sets again what somebody in between has set otherwise. */
export async function inTransaction<T>(
  session: Session,
  caps: ReadCaps,
  work: (secure: () => Promise<void>) => Promise<T>,
): Promise<T> {
  await session.query('BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY');
  try {
    // After a first statement a transaction cannot be made one that writes.
    const path = (await session.query<{ path: string }>(PATH)).rows[0]!.path;
    const secure = (): Promise<void> =>
      set(session, { ...settings, ...limits(session, caps), search_path: path });
    await secure();
    return await work(secure);
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
  }
}
