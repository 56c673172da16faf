/** PostgreSQL's physical backups. */
import { fail } from '../../../base/error.ts';
import type { Backups } from '../../../engine/backup/model.ts';
import type { Session } from '../../../engine/model.ts';
import { connect } from '../connect.ts';
import { quote } from '../quote.ts';
import { integrity } from './integrity.ts';
import { receive } from './receive.ts';
import { before, checkLog, prepareRecovery, recovered, recoverySettings, whyNot } from './recover.ts';
import { refuseOld } from './replication.ts';
import { proveYours, runbook } from './runbook.ts';
import { take } from './take.ts';
import { unpack, verify } from './walk.ts';

const sourceQuery = `
  SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
         (SELECT system_identifier::text FROM pg_control_system()) AS system,
         (SELECT rolname::text FROM pg_roles WHERE oid = 10) AS superuser,
         current_database()::text AS database, current_user::text AS role,
         (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user) AS replicates,
         (SELECT string_agg(spcname::text, ', ') FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')) AS spaces,
         current_setting('wal_level') AS level, pg_is_in_recovery() AS standby`;

interface SourceRow {
  readonly [column: string]: unknown;
  readonly version: string;
  readonly system: string;
  readonly superuser: string;
  readonly database: string;
  readonly role: string;
  readonly replicates: boolean;
  readonly spaces: string | null;
  readonly level: string;
  readonly standby: boolean;
}

/** Base backups and log over the replication protocol; nothing but a connection is needed. */
export const backups: Backups = {
  take,
  verify,
  unpack,
  receive,
  before,
  checkLog,
  prepareRecovery,
  recoverySettings,
  recovered,
  whyNot,
  integrity,
  runbook,
  proveYours,
  usual: { superuser: 'postgres', database: 'postgres' },
  accessRules: 'local all all trust\n',

  source: (url) =>
    within(url, async (session) => {
      refuseOld(session.serverVersion);
      const { rows } = await session.query<SourceRow>(sourceQuery);
      const { version, system, superuser, database, role, replicates, spaces, level } = rows[0]!;
      if (!replicates)
        fail('backup.refused', `The role ${role} may not replicate, and a physical backup needs that.`, {
          hint: `Run as a superuser: ALTER ROLE ${quote.identifier(role)} REPLICATION;`,
        });
      if (level === 'minimal')
        fail('backup.refused', 'The server writes too little log for a backup: wal_level is minimal.', {
          hint: "Set wal_level = 'replica' and restart the server.",
        });
      if (spaces !== null)
        fail('backup.refused', `The cluster has tablespaces (${spaces}), which dbd does not back up.`, {
          hint: 'Use pgBackRest or pg_basebackup for this cluster.',
        });
      return { version, system, superuser, database, bytes: await sizeOf(session) };
    }),

  databases: (url) =>
    within(url, async (session) => {
      const { rows } = await session.query<{ name: string }>(
        'SELECT datname::text AS name FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1',
      );
      return rows.map(({ name }) => name);
    }),

  position: (url) =>
    within(url, async (session) => {
      const { rows } = await session.query<{ lsn: string; at: string }>(
        `SELECT pg_current_wal_flush_lsn()::text AS lsn,
                to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' AS at`,
      );
      return rows[0]!;
    }),

  inDatabase(url, database) {
    const address = new URL(url);
    address.pathname = `/${encodeURIComponent(database)}`;
    address.searchParams.delete('dbname');
    return address.href;
  },
};

/** Bytes of all databases that the role may ask about. */
async function sizeOf(session: Session): Promise<number> {
  const { rows } = await session.query<{ bytes: number }>(
    `SELECT coalesce(sum(pg_database_size(oid)) FILTER (WHERE has_database_privilege(oid, 'CONNECT')
            OR pg_has_role('pg_read_all_stats', 'USAGE')), 0)::int8 AS bytes FROM pg_database`,
  );
  return Number(rows[0]!.bytes);
}

async function within<T>(url: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connect(url, {
    application: 'dbd backup',
    statementTimeoutMs: 30_000,
    readOnly: true,
  });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
