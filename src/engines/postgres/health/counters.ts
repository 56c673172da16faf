/** Counters of the database and of the whole server. */
import type { HealthCounters, Session } from '../../../engine/model.ts';
import { Asker } from '../live/ask.ts';

const databaseQuery = `
  SELECT extract(epoch FROM clock_timestamp())::float8 AS at, d.xact_commit::float8 AS commits, d.xact_rollback::float8 AS rollbacks,
         d.blks_hit::float8 AS hit, d.blks_read::float8 AS read, d.deadlocks::float8 AS deadlocks,
         d.temp_files::float8 AS "temporaryFiles", d.temp_bytes::float8 AS "temporaryBytes", d.checksum_failures::float8 AS "checksumFailures"
    FROM pg_stat_database d WHERE d.datname = current_database()`;

const checkpointsQuery = (version: number): string =>
  version >= 170_000
    ? 'SELECT num_timed::float8 AS timed, num_requested::float8 AS requested FROM pg_stat_checkpointer'
    : 'SELECT checkpoints_timed::float8 AS timed, checkpoints_req::float8 AS requested FROM pg_stat_bgwriter';

const logQuery = `
  SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0')::float8 AS logged`;

type DatabaseRow = {
  [K in keyof Omit<HealthCounters, 'timedCheckpoints' | 'requestedCheckpoints' | 'logged'>]: number | null;
};

/** One reading; what the role may not see is absent. */
export async function readCounters(asker: Asker): Promise<HealthCounters | undefined> {
  const everybody = 'everybody may read these';
  const [row] = (await asker.ask<DatabaseRow>('counters', everybody, databaseQuery)) ?? [];
  if (row === undefined) return undefined;
  const [points] =
    (await asker.ask<{ timed: number; requested: number }>(
      'checkpoints',
      everybody,
      checkpointsQuery(asker.session.serverVersion),
    )) ?? [];
  const [log] = (await asker.ask<{ logged: number | null }>('the log', everybody, logQuery)) ?? [];
  const { checksumFailures, ...counted } = row;
  return {
    ...(counted as HealthCounters),
    ...(checksumFailures == null ? {} : { checksumFailures }),
    ...(points ? { timedCheckpoints: points.timed, requestedCheckpoints: points.requested } : {}),
    ...(log?.logged == null ? {} : { logged: log.logged }),
  };
}

/** Nothing was counted, or it could not be seen. */
export const noCounters: HealthCounters = {
  at: 0,
  commits: 0,
  rollbacks: 0,
  hit: 0,
  read: 0,
  deadlocks: 0,
  temporaryFiles: 0,
  temporaryBytes: 0,
};

/** One reading on its own. */
export async function countersOf(session: Session): Promise<HealthCounters> {
  return (await readCounters(new Asker(session))) ?? noCounters;
}
