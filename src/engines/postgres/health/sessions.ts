import type { HealthSession, ServerHealth } from '../../../engine/model.ts';
import type { Asker } from '../live/ask.ts';

const seconds = (time: string): string =>
  `greatest(0, extract(epoch FROM clock_timestamp() - ${time}))::float8`;

/** Autovacuum and others of the server's own are left out: they end by themselves. */
const sessionsQuery = `
  SELECT a.pid, coalesce(a.usename, '')::text AS role, coalesce(a.application_name, '') AS application, coalesce(a.datname, '')::text AS database,
         coalesce(a.state, '') AS state, coalesce(a.backend_type, '') AS kind, coalesce(a.datname = current_database(), false) AS here,
         ${seconds('a.xact_start')} AS transaction, CASE WHEN a.state = 'active' THEN ${seconds('a.query_start')} END AS statement,
         CASE WHEN a.state LIKE 'idle%' THEN ${seconds('a.state_change')} END AS idle,
         CASE WHEN a.wait_event_type = 'Lock' THEN pg_blocking_pids(a.pid) ELSE '{}' END AS behind,
         a.client_addr IS NOT NULL AND NOT (a.client_addr <<= '127.0.0.0/8' OR a.client_addr = '::1' OR a.client_addr = inet_server_addr()) AS remote,
         s.ssl AS encrypted,
         NOT pg_has_role(a.usesysid, 'USAGE') AND NOT pg_has_role('pg_read_all_stats', 'USAGE') AS hidden
    FROM pg_stat_activity a LEFT JOIN pg_stat_ssl s ON s.pid = a.pid
   WHERE a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'`;

const connectionsQuery = `
  SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' OR backend_type IS NULL)::int AS used,
         (SELECT sum(CASE WHEN name = 'max_connections' THEN setting::int ELSE -setting::int END) FROM pg_settings
           WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections'))::int AS "limit"`;

/** A session of somebody else whose state the role may not see has a kind all the same from 14 on; before, and for hidden ones, it is null. */
const hiddenQuery = `
  SELECT count(*)::int AS hidden FROM pg_stat_activity a
   WHERE a.usesysid IS NOT NULL AND NOT pg_has_role(a.usesysid, 'USAGE') AND NOT pg_has_role('pg_read_all_stats', 'USAGE')`;

interface Row extends Record<string, unknown> {
  readonly pid: number;
  readonly role: string;
  readonly application: string;
  readonly database: string;
  readonly state: string;
  readonly kind: string;
  readonly here: boolean;
  readonly transaction: number | null;
  readonly statement: number | null;
  readonly idle: number | null;
  readonly behind: readonly number[];
  readonly remote: boolean;
  readonly encrypted: boolean | null;
  readonly hidden: boolean;
}

/** Sessions of applications, and how many there may be. */
export async function sessionsOf(
  asker: Asker,
  grant: string,
): Promise<Pick<ServerHealth, 'sessions' | 'connections'>> {
  const rows = (await asker.ask<Row>('sessions', grant, sessionsQuery)) ?? [];
  const [hidden] = (await asker.ask<{ hidden: number }>('sessions', grant, hiddenQuery)) ?? [];
  if (hidden && hidden.hidden > 0) asker.note(`what ${hidden.hidden} sessions of other roles do`, grant);
  const [limits] =
    (await asker.ask<{ used: number; limit: number }>('connections', grant, connectionsQuery)) ?? [];
  return {
    sessions: rows
      .filter((row) => !row.hidden)
      .map((row): HealthSession => ({
        pid: row.pid,
        role: row.role,
        application: row.application,
        database: row.database,
        state: row.state,
        kind: row.kind,
        here: row.here,
        ...(row.transaction === null ? {} : { transaction: row.transaction }),
        ...(row.statement === null ? {} : { statement: row.statement }),
        ...(row.idle === null ? {} : { idle: row.idle }),
        behind: row.behind,
        remote: row.remote,
        ...(row.encrypted === null ? {} : { encrypted: row.encrypted }),
      })),
    connections: limits ?? { used: 0, limit: 0 },
  };
}
