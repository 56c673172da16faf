import type { LiveFacts, LiveSlot, LiveStandby } from '../../../engine/model.ts';
import { monitorGrant, type Asker } from './ask.ts';

const standbysQuery = `
  SELECT coalesce(nullif(application_name, ''), pid::text) AS name, state,
         pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 AS bytes,
         (extract(epoch FROM replay_lag) * 1000)::float8 AS ms
    FROM pg_stat_replication ORDER BY 1`;

const slotsQuery = (position: string): string => `
  SELECT slot_name AS name, active, coalesce(pg_wal_lsn_diff(${position}, restart_lsn), 0)::float8 AS "retainedBytes", wal_status AS status
    FROM pg_replication_slots ORDER BY 3 DESC`;

const archiveQuery = `
  SELECT (extract(epoch FROM clock_timestamp() - last_failed_time) * 1000)::float8 AS failed,
         coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS failing
    FROM pg_stat_archiver`;

/** Segments that wait to be archived. */
const waitingQuery = `SELECT count(*)::int AS waiting FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'`;

type StandbyRow = { name: string; state: string | null; bytes: number | null; ms: number | null };

/** Standbys, slots and the archive. */
export async function replication(
  asker: Asker,
  role: string,
  standby: boolean,
  settings: Readonly<Record<string, string>>,
): Promise<Pick<LiveFacts, 'standbys' | 'slots' | 'archive'>> {
  const grant = monitorGrant(role);
  const rows = standby ? [] : ((await asker.ask<StandbyRow>('standbys', grant, standbysQuery)) ?? []);
  if (rows.some(({ state }) => state === null)) asker.note('the lag of the standbys', grant);
  const position = standby
    ? 'coalesce(pg_last_wal_replay_lsn(), pg_last_wal_receive_lsn())'
    : 'pg_current_wal_lsn()';
  const slots =
    (await asker.ask<LiveSlot & { status: string | null } & Record<string, unknown>>(
      'replication slots',
      grant,
      slotsQuery(position),
    )) ?? [];
  return {
    standbys: rows.flatMap(({ name, state, bytes, ms }): LiveStandby[] =>
      state === null || bytes === null
        ? []
        : [{ name, state, lagBytes: bytes, ...(ms === null ? {} : { lagMs: ms }) }],
    ),
    slots: slots.map(({ name, active, retainedBytes, status }) => ({
      name,
      active,
      retainedBytes,
      ...(status === null ? {} : { walStatus: status }),
    })),
    ...(standby || settings['archive_mode'] === 'off' ? {} : { archive: await archive(asker, grant) }),
  };
}

async function archive(asker: Asker, grant: string): Promise<NonNullable<LiveFacts['archive']>> {
  const [state] =
    (await asker.ask<{ failed: number | null; failing: boolean }>('the archive', grant, archiveQuery)) ?? [];
  const [queue] =
    (await asker.ask<{ waiting: number }>('segments that wait to be archived', grant, waitingQuery)) ?? [];
  return {
    failing: state?.failing ?? false,
    ...(state?.failed == null ? {} : { lastFailedMs: state.failed }),
    ...(queue ? { waiting: queue.waiting } : {}),
  };
}
