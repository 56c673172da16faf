/** How often indexes were used on one node. */
import { fail } from '../../../base/error.ts';
import type { IndexUses, Session } from '../../../engine/model.ts';
import { OWN_SCHEMA } from '../inspect/scope.ts';
import { Asker } from '../live/ask.ts';
import { iso } from '../snapshot/sections/source.ts';

/** Counters without a reset of their own begin with the server's: the ones of the background writer tell when these were lost. */
export const sinceQuery = `
  SELECT ${iso('greatest(coalesce(d.stats_reset, w.stats_reset), w.stats_reset)')} AS since, ${iso('clock_timestamp()')} AS at,
         ${iso('pg_postmaster_start_time()')} AS started, pg_is_in_recovery() AS standby
    FROM pg_stat_database d, pg_stat_bgwriter w WHERE d.datname = current_database()`;

const usesQuery = (version: number): string => `
  SELECT n.nspname::text AS schema, s.indexrelname::text AS name, s.idx_scan::float8 AS scans,
         ${version >= 160_000 ? iso('s.last_idx_scan') : 'NULL::text'} AS last
    FROM pg_stat_all_indexes s JOIN pg_namespace n ON n.nspname = s.schemaname WHERE ${OWN_SCHEMA}`;

/** Reads them; refused questions are errors here, since half an answer would let an index look unused. */
export async function uses(session: Session): Promise<IndexUses> {
  const asker = new Asker(session);
  const [node] =
    (await asker.ask<{ since: string | null; standby: boolean }>('counters', '', sinceQuery)) ?? [];
  const rows = await asker.ask<{ schema: string; name: string; scans: number; last: string | null }>(
    'use of indexes',
    '',
    usesQuery(session.serverVersion),
  );
  if (node === undefined || rows === undefined)
    return fail('sql.failed', `The use of indexes cannot be read: ${asker.unseen[0]?.grant ?? 'no answer'}.`);
  const [control] =
    (await asker.ask<{ system: string }>(
      'the identity of the server',
      '',
      'SELECT system_identifier::text AS system FROM pg_control_system()',
    )) ?? [];
  return {
    standby: node.standby,
    ...(control ? { system: control.system } : {}),
    ...(node.since === null ? {} : { since: node.since }),
    indexes: rows.map(({ schema, name, scans, last }) => ({
      schema,
      name,
      scans,
      ...(last === null ? {} : { lastScan: last }),
    })),
  };
}
