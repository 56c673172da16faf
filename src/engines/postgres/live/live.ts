import type { Live, LiveFacts, LiveIdentity } from '../../../engine/model.ts';
import { activity } from './activity.ts';
import { Asker } from './ask.ts';
import { locks } from './locks.ts';
import { replication } from './replication.ts';
import { tableFacts } from './tables.ts';
import { conflicts, space, waitsForSnapshots } from './needs.ts';
import { versionWarnings } from './warnings.ts';

const identityQuery = `
  SELECT current_database() AS database, current_user AS role, current_setting('server_version') AS version,
         to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
         pg_is_in_recovery() AS standby,
         CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text AS lsn,
         (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8 AS "replayMs"`;

const systemQuery = 'SELECT system_identifier::text AS system FROM pg_control_system()';

/** What decides how a change goes. */
const settingNames = [
  'archive_mode',
  'autovacuum',
  'autovacuum_max_workers',
  'deadlock_timeout',
  'hot_standby_feedback',
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'maintenance_work_mem',
  'max_connections',
  'max_locks_per_transaction',
  'max_prepared_transactions',
  'max_slot_wal_keep_size',
  'max_standby_streaming_delay',
  'max_wal_size',
  'statement_timeout',
  'synchronous_commit',
  'synchronous_standby_names',
  'transaction_timeout',
  'wal_level',
] as const;

/** Reads the server's own views of what goes on. */
export const live: Live = {
  conflicts,
  waitsForSnapshots,
  space,
  look: async (session, { tables = [] } = {}): Promise<LiveFacts> => {
    const asker = new Asker(session);
    const [first] =
      (await asker.ask<LiveIdentity & { standby: boolean } & Record<string, unknown>>(
        'which server this is',
        'everybody may ask this',
        identityQuery,
      )) ?? [];
    const { standby, ...rest } = first ?? {
      standby: false,
      database: '',
      role: '',
      version: '',
      at: new Date().toISOString(),
    };
    const [control] =
      (await asker.ask<{ system: string }>(
        'the identity of the server',
        'GRANT EXECUTE ON FUNCTION pg_control_system()',
        systemQuery,
      )) ?? [];
    const rows =
      (await asker.ask<{ name: string; setting: string; unit: string | null }>(
        'settings',
        'everybody may read these',
        'SELECT name, setting, unit FROM pg_settings WHERE name = ANY ($1)',
        [settingNames],
      )) ?? [];
    const settings = Object.fromEntries(
      rows.map(({ name, setting, unit }) => [name, `${setting}${unit ?? ''}`]),
    );
    const role = rest.role;
    const { transactions, holders } = await activity(asker, role, standby);
    const tablesNow = await tableFacts(asker, tables, settings);
    const replicas = await replication(asker, role, standby, settings);
    const held = await locks(asker, tables, session.serverVersion);
    asker.note(
      'free space on the disks',
      'SQL does not show it: ask the machine (df on the data directory, the tablespaces and the log) or the provider',
    );
    return {
      serverVersion: session.serverVersion,
      standby,
      identity: {
        database: rest.database,
        role,
        version: rest.version,
        at: rest.at,
        ...(control ? { system: control.system } : {}),
        ...(rest.lsn == null ? {} : { lsn: rest.lsn }),
        ...(!standby || rest.replayMs == null ? {} : { replayMs: rest.replayMs }),
      },
      transactions,
      ...(holders[0] ? { oldestSnapshot: { age: holders[0].age, holder: holders[0].name } } : {}),
      holders,
      locks: held,
      ...replicas,
      ...tablesNow,
      settings,
      warnings: versionWarnings(session.serverVersion),
      unseen: asker.unseen,
    };
  },
};
