import type { LiveLock } from '../../../engine/model.ts';
import { lockNames } from '../lock-modes.ts';
import type { Asker } from './ask.ts';

/** `waitstart` came with 14. */
const locksQuery = (serverVersion: number): string => `
  SELECT n.nspname || '.' || c.relname AS relation, l.mode, l.granted, coalesce(l.pid, 0) AS pid,
         coalesce(a.application_name, CASE WHEN l.pid IS NULL THEN 'prepared transaction' ELSE '' END) AS application,
         coalesce(greatest(0, extract(epoch FROM clock_timestamp() -
           CASE WHEN l.granted THEN a.xact_start ELSE ${serverVersion >= 140_000 ? 'l.waitstart' : 'a.query_start'} END) * 1000), 0)::float8 AS ms,
         CASE WHEN l.granted OR l.pid IS NULL THEN '{}'::int[] ELSE pg_blocking_pids(l.pid) END AS behind
    FROM pg_locks l
    JOIN pg_class c ON c.oid = l.relation
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_class t ON t.oid = i.indrelid
    LEFT JOIN pg_stat_activity a ON a.pid = l.pid
   WHERE l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND l.pid IS DISTINCT FROM pg_backend_pid()
     AND (n.nspname || '.' || c.relname = ANY ($1) OR n.nspname || '.' || t.relname = ANY ($1))
   ORDER BY l.granted, ms DESC LIMIT 200`;

/** Locks on these tables and their indexes; waiting ones first. */
export async function locks(
  asker: Asker,
  tables: readonly string[],
  serverVersion: number,
): Promise<readonly LiveLock[]> {
  if (tables.length === 0) return [];
  const rows = await asker.ask<LiveLock & Record<string, unknown>>(
    'locks on the tables of the change',
    'ask a role that may read pg_locks',
    locksQuery(serverVersion),
    [tables],
  );
  return (rows ?? []).map((row) => ({ ...row, mode: lockNames[row.mode] ?? row.mode }));
}
