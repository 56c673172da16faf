import type { HealthSetting } from '../../../engine/model.ts';
import type { Asker } from '../live/ask.ts';

/** What rules look at; of others that wait for a restart the name alone is read, since a value may hold a secret. */
const names = [
  'archive_mode',
  'autovacuum',
  'autovacuum_analyze_scale_factor',
  'autovacuum_analyze_threshold',
  'autovacuum_freeze_max_age',
  'autovacuum_vacuum_scale_factor',
  'autovacuum_vacuum_threshold',
  'data_checksums',
  'default_toast_compression',
  'fsync',
  'full_page_writes',
  'idle_in_transaction_session_timeout',
  'maintenance_work_mem',
  'max_connections',
  'max_wal_size',
  'shared_buffers',
  'synchronous_standby_names',
  'track_activities',
  'track_counts',
  'wal_compression',
  'work_mem',
  'zero_damaged_pages',
  'ignore_checksum_failure',
] as const;

const settingsQuery = `
  SELECT name, setting, unit, vartype AS type, CASE WHEN name = ANY ($1) OR name LIKE 'enable\\_%' THEN current_setting(name) ELSE '' END AS value, source AS "from", pending_restart AS waiting
    FROM pg_settings WHERE name = ANY ($1) OR (name LIKE 'enable\\_%' AND vartype = 'bool') OR pending_restart ORDER BY name`;

const units: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  '8kB': 8192,
  MB: 1024 ** 2,
  ms: 1,
  s: 1000,
  min: 60_000,
};

interface Row extends Record<string, unknown> {
  readonly name: string;
  readonly setting: string;
  readonly unit: string | null;
  readonly type: string;
  readonly value: string;
  readonly from: string;
  readonly waiting: boolean;
}

/** Settings for rules, and as bare words for others that read the server. */
export async function settingsOf(asker: Asker): Promise<{
  readonly settings: readonly HealthSetting[];
  readonly plain: Readonly<Record<string, string>>;
}> {
  const rows = (await asker.ask<Row>('settings', 'everybody may read these', settingsQuery, [names])) ?? [];
  return {
    settings: rows.map(({ name, setting, unit, type, value, from, waiting }): HealthSetting => ({
      name,
      value,
      ...(type === 'integer' || type === 'real'
        ? { number: Number(setting) * (units[unit ?? ''] ?? 1) }
        : {}),
      from,
      waiting,
    })),
    plain: Object.fromEntries(rows.map(({ name, setting }) => [name, setting])),
  };
}
