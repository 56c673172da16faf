/** Figures that limits are compared with. */
import type { Name } from '../../../catalog/model.ts';
import type { Pressure, Session } from '../../../engine/model.ts';
import { quote } from '../quote.ts';

const PRESSURE = `
  SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS wal,
    (SELECT count(*)::int FROM pg_catalog.pg_stat_replication) AS standbys,
    (SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))::float8 FROM pg_catalog.pg_stat_replication) AS lag_bytes,
    (SELECT max(extract(epoch FROM replay_lag))::float8 * 1000 FROM pg_catalog.pg_stat_replication) AS lag_ms,
    s.n_dead_tup::float8 AS dead, s.n_live_tup::float8 AS live,
    o.ms AS oldest_ms, o.pid AS oldest_pid, o.application AS oldest_application,
    pg_has_role('pg_read_all_stats', 'USAGE') AS sees
  FROM (SELECT 1) one
    LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = to_regclass($1)
    LEFT JOIN LATERAL (
      SELECT extract(epoch FROM clock_timestamp() - a.xact_start)::float8 * 1000 AS ms, a.pid, a.application_name AS application
      FROM pg_catalog.pg_stat_activity a
      WHERE a.backend_type = 'client backend' AND a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.pid <> $2
        AND a.xact_start IS NOT NULL
      ORDER BY a.xact_start LIMIT 1) o ON true`;

/** Looks once. Lag and transactions of other roles are hidden from roles without \`pg_read_all_stats\`, which is said. */
export async function pressure(session: Session, table?: Name, runner = 0): Promise<Pressure> {
  const { rows } = await session.query<{
    wal: number;
    standbys: number;
    lag_bytes: number | null;
    lag_ms: number | null;
    dead: number | null;
    live: number | null;
    oldest_ms: number | null;
    oldest_pid: number | null;
    oldest_application: string | null;
    sees: boolean;
  }>(PRESSURE, [table ? quote.full(table) : null, runner]);
  const row = rows[0]!;
  return {
    at: performance.now(),
    walBytes: row.wal,
    ...(row.lag_bytes === null ? {} : { lagBytes: row.lag_bytes }),
    ...(row.lag_ms === null ? {} : { lagMs: row.lag_ms }),
    ...(row.dead === null || row.live === null ? {} : { dead: row.dead, live: row.live }),
    ...(row.oldest_ms === null
      ? {}
      : {
          oldest: {
            ms: row.oldest_ms,
            pid: row.oldest_pid!,
            ...(row.oldest_application ? { application: row.oldest_application } : {}),
          },
        }),
    unseen: row.sees
      ? []
      : [
          {
            what: `how far standbys are behind${row.standbys > 0 ? ` (there are ${row.standbys})` : ''}, and transactions of other roles`,
            grant: 'GRANT pg_read_all_stats TO the role that migrates',
          },
        ],
  };
}
