/** Streaming standbys: a slot on the primary, settings of the standby, and what both sides tell. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Standbys } from '../../engine/standby/model.ts';

const progressQuery = `
  SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text AS written,
         (SELECT pg_wal_lsn_diff(replay_lsn, '0/0')::text FROM pg_stat_replication
           WHERE application_name = $1 AND state = 'streaming' LIMIT 1) AS replayed,
         (SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::text FROM pg_replication_slots
           WHERE slot_name = $1) AS retained`;

/** What the counters are called in `pg_stat_database_conflicts`, and what they count. */
const counters: Readonly<Record<string, string>> = {
  confl_lock: 'lock',
  confl_snapshot: 'old snapshot',
  confl_bufferpin: 'buffer pin',
  confl_deadlock: 'deadlock',
  confl_tablespace: 'tablespace',
};

/** `serialization_failure` and `deadlock_detected`: what a standby cancels readers with. */
const cancelledStates: ReadonlySet<string> = new Set(['40001', '40P01']);

/** Followers of a PostgreSQL server. */
export const standbys: Standbys = {
  async reserve(leader, name) {
    await leader.query('SELECT pg_create_physical_replication_slot($1, true)', [name]);
  },

  async release(leader, name) {
    await leader.query(
      'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND NOT active',
      [name],
    );
  },

  prepare: (data) => writeFileSync(join(data, 'standby.signal'), '', { mode: 0o600 }),

  settings: ({ leaderUrl, name, delayMs }) => {
    const url = new URL(leaderUrl);
    url.searchParams.set('application_name', name);
    return {
      primary_conninfo: url.href,
      primary_slot_name: name,
      hot_standby: 'on',
      hot_standby_feedback: 'off',
      max_standby_streaming_delay: `${Math.round(delayMs)}ms`,
      wal_receiver_status_interval: '1s',
      recovery_target_timeline: 'latest',
    };
  },

  async progress(leader, name) {
    const { rows } = await leader.query<{
      written: string;
      replayed: string | null;
      retained: string | null;
    }>(progressQuery, [name]);
    const { written, replayed, retained } = rows[0]!;
    return {
      written: Number(written),
      ...(replayed === null ? {} : { replayed: Number(replayed) }),
      retained: Math.max(0, Number(retained ?? 0)),
    };
  },

  async conflicts(follower) {
    const { rows } = await follower.query<Record<string, string>>(
      `SELECT ${Object.keys(counters)
        .map((name) => `${name}::text`)
        .join(', ')} FROM pg_stat_database_conflicts WHERE datname = current_database()`,
    );
    return Object.fromEntries(
      Object.entries(counters).map(([name, cause]) => [cause, Number(rows[0]?.[name] ?? 0)]),
    );
  },

  cancelled: (state) => cancelledStates.has(state),
};
