/** The session of experiments: now the superuser who makes and removes things, now a role without power that foreign statements are priced as. */
import type { Session } from '../../../engine/session/model.ts';
import { quote } from '../quote.ts';

/** Milliseconds that a statement may take to be planned or made. */
const statementMs = 30_000;

/** Settings of the session that experiments change, and what they need. */
const own: Readonly<Record<string, string>> = {
  statement_timeout: String(statementMs),
  lock_timeout: '5000',
  idle_in_transaction_session_timeout: '0',
};

/** A session whose role and rights change with what is done. */
export interface Room {
  readonly session: Session;
  /** Role that foreign statements are planned as: it may read and write all tables, sees all rows, and owns nothing. */
  readonly role: string;
  /** From here on the session is the superuser's, and may write. */
  asOwner(): Promise<void>;
  /** From here on the session is the powerless role's, and only reads. */
  asNobody(): Promise<void>;
  /** Runs something in one transaction as the superuser; what it throws undoes all of it. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** The same, and whatever happens is undone. */
  trial<T>(work: () => Promise<T>): Promise<T>;
  /** Gives the session back as it was, without the role. */
  leave(): Promise<void>;
}

/** Enters a room; the session is a superuser's. */
export async function enterRoom(session: Session): Promise<Room> {
  const role = `dbd_what_if_${session.pid}`;
  const { rows } = await session.query<{ settings: Readonly<Record<string, string>> }>(
    `SELECT json_object_agg(name, current_setting(name)) AS settings FROM unnest($1::text[]) AS name`,
    [[...Object.keys(own), 'default_transaction_read_only']],
  );
  const before = rows[0]!.settings;
  await set(session, { ...own, default_transaction_read_only: 'off' });
  await session.query(`DROP ROLE IF EXISTS ${quote.identifier(role)}`);
  await session.query(
    `CREATE ROLE ${quote.identifier(role)} NOLOGIN BYPASSRLS IN ROLE pg_read_all_data, pg_write_all_data`,
  );
  let nobody = false;
  const asOwner = async (): Promise<void> => {
    if (!nobody) return;
    nobody = false;
    await set(session, { role: 'none', default_transaction_read_only: 'off' });
  };
  const within = async <T>(work: () => Promise<T>, end: 'COMMIT' | 'ROLLBACK'): Promise<T> => {
    await session.query('BEGIN READ WRITE');
    try {
      if (nobody) await set(session, { role: 'none' }, true);
      const result = await work();
      await session.query(end);
      return result;
    } catch (error) {
      await session.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  };
  return {
    session,
    role,
    asOwner,
    async asNobody() {
      if (nobody) return;
      await set(session, { role, default_transaction_read_only: 'on' });
      nobody = true;
    },
    transaction: (work) => within(work, 'COMMIT'),
    trial: (work) => within(work, 'ROLLBACK'),
    async leave() {
      await asOwner();
      await session.query(`DROP ROLE IF EXISTS ${quote.identifier(role)}`);
      await set(session, before);
    },
  };
}

/** Sets settings for the session, or for its open transaction. */
export async function set(
  session: Session,
  settings: Readonly<Record<string, string>>,
  local = false,
): Promise<void> {
  const pairs = Object.entries(settings);
  if (pairs.length === 0) return;
  await session.query(
    `SELECT ${pairs.map((_, i) => `pg_catalog.set_config($${2 * i + 1}, $${2 * i + 2}, ${local})`).join(', ')}`,
    pairs.flat(),
  );
}
