import type { DatabaseLocale, SnapshotSource } from '../../../../engine/snapshot/model.ts';
import { present } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

/** ISO text of a time, in UTC. */
export const iso = (time: string): string =>
  `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Which server, database and role this is, and how texts are compared in it. */
export const SOURCE: Section = {
  name: 'source',
  stage: 'look at the server',
  why: 'Which server, database and role this is, and by which rules texts are compared: an index serves LIKE under one locale and not under another.',
  sql: ({ version }) => `
SELECT ${iso('now()')} AS taken_at, (regexp_match(current_setting('server_version'), '^\\S+'))[1] AS version,
       current_setting('server_version_num')::int AS version_number, version() AS banner,
       current_database()::text AS database, pg_catalog.pg_is_in_recovery() AS standby, current_setting('block_size')::int AS block_size,
       current_user::text AS role, current_setting('is_superuser') = 'on' AS superuser,
       (WITH RECURSIVE member(roleid) AS (
          SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.member WHERE r.rolname = current_user
          UNION SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN member ON m.member = member.roleid)
        SELECT coalesce(json_agg(r.rolname ORDER BY r.rolname COLLATE "C"), '[]'::json)
          FROM member JOIN pg_catalog.pg_roles r ON r.oid = member.roleid) AS member_of,
       pg_catalog.pg_encoding_to_char(d.encoding)::text AS encoding, d.datcollate::text AS collate, d.datctype::text AS ctype,
       ${version >= 150_000 ? 'd.datlocprovider::text' : `'c'`} AS provider,
       ${version >= 170_000 ? 'd.datlocale' : version >= 150_000 ? 'd.daticulocale::text' : 'NULL::text'} AS locale,
       ${version >= 160_000 ? 'd.daticurules' : 'NULL::text'} AS rules,
       ${version >= 150_000 ? 'd.datcollversion' : 'NULL::text'} AS locale_version,
       (SELECT s.service FROM (VALUES (1, 'alloydbsuperuser', 'Google AlloyDB'), (2, 'cloudsqlsuperuser', 'Google Cloud SQL'),
          (3, 'azure_pg_admin', 'Azure Database'), (4, 'supabase_admin', 'Supabase'), (5, 'neon_superuser', 'Neon'),
          (6, 'rds_superuser', 'Amazon RDS'), (7, 'doadmin', 'DigitalOcean')) s(rank, role, service)
          JOIN pg_catalog.pg_roles r ON r.rolname = s.role ORDER BY s.rank LIMIT 1) AS service
FROM pg_catalog.pg_database d WHERE d.datname = current_database()`,
};

interface SourceRow {
  readonly taken_at: string;
  readonly version: string;
  readonly version_number: number;
  readonly banner: string;
  readonly database: string;
  readonly standby: boolean;
  readonly block_size: number;
  readonly role: string;
  readonly superuser: boolean;
  readonly member_of: readonly string[];
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  readonly provider: keyof typeof PROVIDERS;
  readonly locale: string | null;
  readonly rules: string | null;
  readonly locale_version: string | null;
  readonly service: string | null;
}

const PROVIDERS = { c: 'libc', i: 'icu', b: 'builtin' } as const;

/** The source, its locale, and the moment that the figures are of. */
export function toSource(recording: Recording): {
  readonly takenAt: string;
  readonly source: SnapshotSource;
  readonly locale: DatabaseLocale;
} {
  const row = rowsOf<SourceRow>(recording, SOURCE)[0]!;
  return {
    takenAt: row.taken_at,
    source: present<SnapshotSource>({
      engine: 'postgres',
      version: row.version,
      versionNumber: row.version_number,
      banner: row.banner,
      database: row.database,
      how: recording.how,
      role: { name: row.role, superuser: row.superuser, memberOf: row.member_of },
      standby: row.standby,
      encoding: row.encoding,
      blockSize: row.block_size,
      service: row.service,
    }),
    locale: present<DatabaseLocale>({
      provider: PROVIDERS[row.provider],
      collate: row.collate,
      ctype: row.ctype,
      locale: row.locale,
      rules: row.rules,
      version: row.locale_version,
    }),
  };
}
