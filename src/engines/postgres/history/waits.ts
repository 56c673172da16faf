/** Who waits for whom. */
import type { Blocker, Session, Waits } from '../../../engine/model.ts';

const WAITS = `
  WITH RECURSIVE blocked AS (
      SELECT l.pid, pg_blocking_pids(l.pid) AS by FROM (SELECT DISTINCT pid FROM pg_catalog.pg_locks WHERE NOT granted) l),
    behind AS (
      SELECT pid FROM blocked WHERE $1::int = ANY (by)
      UNION
      SELECT b.pid FROM blocked b JOIN behind f ON f.pid = ANY (b.by))
  SELECT (SELECT count(*)::int FROM behind WHERE pid <> $1) AS waiting,
    (SELECT coalesce(json_agg(DISTINCT p), '[]') FROM blocked b, unnest(b.by) p WHERE b.pid = $1 AND p <> 0) AS blockers`;

const BLOCKERS = `
  SELECT l.pid, a.usename AS role, a.application_name AS application, a.state, host(a.client_addr) AS host,
    to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
    coalesce(json_agg(DISTINCT n.nspname || '.' || c.relname || ' ' || l.mode) FILTER (WHERE c.oid IS NOT NULL), '[]') AS holds
  FROM pg_catalog.pg_locks l
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
    LEFT JOIN (pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_')
      ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm', 'v', 'f') AND l.locktype = 'relation'
  WHERE l.granted AND l.pid = ANY ($1::int[])
  GROUP BY 1, 2, 3, 4, 5, 6`;

/** Looks once, from another session. */
export async function waits(session: Session, pid: number): Promise<Waits> {
  const { rows } = await session.query<{ waiting: number; blockers: readonly number[] }>(WAITS, [pid]);
  const { waiting, blockers } = rows[0]!;
  if (blockers.length === 0) return { waiting, blockers: [] };
  const found = await session.query<Blocker & Record<string, unknown>>(BLOCKERS, [`{${blockers.join(',')}}`]);
  return {
    waiting,
    blockers: found.rows.map(
      (row) =>
        Object.fromEntries(
          Object.entries(row).filter(([, value]) => value !== null && value !== ''),
        ) as unknown as Blocker,
    ),
  };
}
