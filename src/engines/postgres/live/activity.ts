/** Who has a transaction open, and who holds back cleaning up. */
import type { LiveFacts, LiveTransaction, SnapshotHolder } from '../../../engine/model.ts';
import { monitorGrant, type Asker } from './ask.ts';

/** Transactions that are told at most. */
const most = 100;

/** Since when a session of others is hidden, PostgreSQL shows its pid, name, application and the age of its snapshot all the same. */
const transactionsQuery = `
  SELECT a.pid, coalesce(a.usename, '') AS role, coalesce(a.application_name, '') AS application, coalesce(a.datname, '') AS database,
         coalesce(a.state, '') AS state, coalesce(a.backend_type, '') AS kind, coalesce(a.query, '') AS query,
         greatest(0, extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::float8 AS ms,
         a.backend_xmin IS NOT NULL AS snapshot,
         a.usesysid IS NOT NULL AND NOT pg_has_role(a.usesysid, 'USAGE') AND NOT pg_has_role('pg_read_all_stats', 'USAGE') AS hidden
    FROM pg_stat_activity a
   WHERE a.pid <> pg_backend_pid() AND coalesce(a.backend_type, '') <> 'walsender'
     AND (a.xact_start IS NOT NULL OR (a.usesysid IS NOT NULL AND NOT pg_has_role(a.usesysid, 'USAGE') AND NOT pg_has_role('pg_read_all_stats', 'USAGE')))
   ORDER BY a.xact_start NULLS LAST, a.pid`;

const preparedQuery = `
  SELECT gid, coalesce(owner, '') AS role, coalesce(database, '') AS database,
         greatest(0, extract(epoch FROM clock_timestamp() - prepared) * 1000)::float8 AS ms
    FROM pg_prepared_xacts ORDER BY prepared`;

const holdersQuery = (standby: boolean): string => `
  SELECT 'session' AS kind, 'session ' || pid || coalesce(' of ' || usename, '') || coalesce(' (' || nullif(application_name, '') || ')', '') AS name,
         age(backend_xmin)::float8 AS age
    FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() AND backend_type <> 'walsender'
  UNION ALL
  SELECT 'slot', 'slot ' || slot_name, greatest(age(xmin), age(catalog_xmin))::float8
    FROM pg_replication_slots WHERE xmin IS NOT NULL OR catalog_xmin IS NOT NULL
  ${
    standby
      ? ''
      : `UNION ALL
  SELECT 'prepared transaction', 'prepared transaction ' || gid, age(transaction)::float8 FROM pg_prepared_xacts
  UNION ALL
  SELECT 'standby', 'standby ' || coalesce(nullif(application_name, ''), pid::text), age(backend_xmin)::float8
    FROM pg_stat_replication WHERE backend_xmin IS NOT NULL`
  }
   ORDER BY 3 DESC LIMIT 20`;

interface Row extends Record<string, unknown> {
  readonly pid: number;
  readonly role: string;
  readonly application: string;
  readonly database: string;
  readonly state: string;
  readonly kind: string;
  readonly query: string;
  readonly ms: number | null;
  readonly snapshot: boolean;
  readonly hidden: boolean;
}

type Prepared = { gid: string; role: string; database: string; ms: number };

/** Open transactions, prepared ones included, and the holders of snapshots. */
export async function activity(
  asker: Asker,
  role: string,
  standby: boolean,
): Promise<Pick<LiveFacts, 'transactions' | 'holders'>> {
  const grant = monitorGrant(role);
  const rows = (await asker.ask<Row>('open transactions', grant, transactionsQuery)) ?? [];
  const hidden = rows.filter((one) => one.hidden).length;
  if (hidden > 0)
    asker.note(
      `how long the transactions of ${hidden} session${hidden === 1 ? '' : 's'} of other roles are open`,
      grant,
    );
  if (standby)
    asker.note(
      'transactions and locks of the primary',
      'this is a standby, which shows its own sessions only: look at the primary before the change runs',
    );
  const prepared = standby
    ? []
    : ((await asker.ask<Prepared>('prepared transactions', grant, preparedQuery)) ?? []);
  const holders =
    (await asker.ask<SnapshotHolder & Record<string, unknown>>(
      'old snapshots',
      grant,
      holdersQuery(standby),
    )) ?? [];
  const sessions = rows
    .filter(({ ms }) => ms !== null)
    .map((row): LiveTransaction => ({
      pid: row.pid,
      role: row.role,
      application: row.application,
      state: row.state,
      database: row.database,
      kind: row.kind,
      ms: row.ms!,
      snapshot: row.snapshot,
      ...(row.query === '' ? {} : { query: row.query.slice(0, 300) }),
    }));
  const left = prepared.map(({ gid, role: owner, database, ms }): LiveTransaction => ({
    pid: 0,
    role: owner,
    application: gid,
    state: 'prepared',
    database,
    kind: 'prepared transaction',
    ms,
    snapshot: false,
  }));
  return {
    transactions: [...sessions, ...left].toSorted((a, b) => b.ms - a.ms).slice(0, most),
    holders,
  };
}
