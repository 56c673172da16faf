/** The lock that keeps two runners apart; it belongs to the session and ends with it. */
import { hash } from '../../../base/hash.ts';
import type { Holder, Session } from '../../../engine/model.ts';
import { tableOf, tablesFound } from './tables.ts';

/** Two numbers for the lock of one history; the lock is per database anyway. */
function keysOf(schema: string): readonly [number, number] {
  const digest = Buffer.from(hash(`dbd runner ${schema}`), 'hex');
  return [digest.readInt32BE(0), digest.readInt32BE(4)];
}

/** Takes the lock, or not, without waiting. */
export async function hold(session: Session, schema: string): Promise<boolean> {
  const { rows } = await session.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS got', [
    ...keysOf(schema),
  ]);
  return rows[0]!.got;
}

/** Gives it back. */
export async function release(session: Session, schema: string): Promise<void> {
  await session.query('SELECT pg_advisory_unlock($1, $2)', [...keysOf(schema)]);
}

const HOLDER = `
  SELECT l.pid, a.usename AS role, a.application_name AS application, host(a.client_addr) AS host,
    to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
  FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = $1::bigint AND l.objid::bigint = $2::bigint AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  LIMIT 1`;

/** Who has it, as far as the server shows it and that runner has noted it. */
export async function holder(session: Session, schema: string): Promise<Holder | undefined> {
  const { rows } = await session.query<Holder & Record<string, unknown>>(
    HOLDER,
    keysOf(schema).map((key) => key >>> 0),
  );
  const [found] = rows;
  if (!found) return undefined;
  const noted =
    (await tablesFound(session, schema).catch(() => 0)) === 3
      ? (
          await session.query<{ host: string; since: string }>(
            `SELECT host, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
             FROM ${tableOf(schema, 'history')} WHERE pid = $1 AND kind = 'run' ORDER BY id DESC LIMIT 1`,
            [found.pid],
          )
        ).rows[0]
      : undefined;
  return Object.fromEntries(
    Object.entries({ ...found, ...noted }).filter(([, value]) => value !== null && value !== ''),
  ) as unknown as Holder;
}
