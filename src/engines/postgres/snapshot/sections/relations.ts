import type { Name } from '../../../../catalog/model.ts';
import type { IndexFigures, RelationFigures } from '../../../../engine/snapshot/model.ts';
import { OWN_SCHEMA, ordered, present } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';
import { indexPages } from './index-pages.ts';
import { iso } from './source.ts';

/** A file length would wait for whoever has the table to himself. */
const LENGTH = (oid: string): string =>
  `CASE WHEN ${oid} <> 0 AND NOT EXISTS (SELECT FROM held WHERE held.relation = ${oid}) THEN pg_catalog.pg_relation_size(${oid}) END`;

/** Pages, rows and file lengths of tables and indexes. */
export const RELATIONS: Section = {
  name: 'relations',
  stage: 'read sizes and statistics',
  why: 'Pages and rows as the last ANALYZE or VACUUM noted them, and the real length of the files, which the planner multiplies with. Files of tables that somebody has locked for himself right now are left out.',
  sql: ({ version }) => `
WITH held AS (
  SELECT l.relation FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
   WHERE d.datname = current_database() AND l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL)
SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
       CASE WHEN t.oid IS NOT NULL THEN json_build_object('schema', tn.nspname, 'name', t.relname) END AS "table",
       c.relpages AS pages, c.reltuples AS rows, c.relallvisible AS all_visible, ${version >= 180_000 ? 'c.relallfrozen' : 'NULL::int'} AS all_frozen,
       CASE WHEN c.relkind IN ('r', 'm', 'i') THEN ${LENGTH('c.oid')} END AS bytes,
       CASE WHEN c.relkind IN ('r', 'm') THEN ${LENGTH('c.reltoastrelid')} END AS toast_bytes,
       c.relkind IN ('r', 'm', 'i') AND EXISTS (SELECT FROM held WHERE held.relation = c.oid) AS held,
       am.amname::text AS method,
       ${iso('greatest(pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid))')} AS analyzed_at,
       ${iso('greatest(pg_catalog.pg_stat_get_last_vacuum_time(c.oid), pg_catalog.pg_stat_get_last_autovacuum_time(c.oid))')} AS vacuumed_at,
       CASE WHEN c.relkind IN ('r', 'm', 'p') THEN pg_catalog.pg_stat_get_mod_since_analyze(c.oid) END AS changed_since
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam AND c.relkind IN ('i', 'I')
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f', 'i', 'I') AND ${OWN_SCHEMA}
${ordered('n.nspname', 'c.relname')}`,
};

interface RelationRow {
  readonly schema: string;
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly table: Name | null;
  readonly pages: number;
  readonly rows: number;
  readonly all_visible: number;
  readonly all_frozen: number | null;
  readonly bytes: number | null;
  readonly toast_bytes: number | null;
  readonly held: boolean;
  readonly method: string | null;
  readonly analyzed_at: string | null;
  readonly vacuumed_at: string | null;
  readonly changed_since: number | null;
}

const KINDS = {
  r: 'table',
  p: 'partitioned',
  m: 'materialized',
  f: 'foreign',
  i: 'index',
  I: 'partitioned index',
} as const;

/** Figures of all tables, materialised views and indexes. */
export function toRelations(recording: Recording): readonly RelationFigures[] {
  const pages = indexPages(recording);
  return rowsOf<RelationRow>(recording, RELATIONS).map((row) =>
    present<RelationFigures>({
      schema: row.schema,
      name: row.name,
      kind: KINDS[row.kind],
      table: row.table,
      pages: row.pages,
      rows: row.rows,
      allVisible: row.all_visible,
      allFrozen: row.all_frozen,
      bytes: row.bytes,
      toastBytes: row.toast_bytes,
      index: row.method === null ? null : ({ method: row.method, ...pages(row) } satisfies IndexFigures),
      analyzedAt: row.analyzed_at,
      vacuumedAt: row.vacuumed_at,
      changedSince: row.changed_since,
    }),
  );
}

/** Tables and indexes whose length was not read because somebody had them to himself. */
export function heldRelations(recording: Recording): readonly Name[] {
  return rowsOf<RelationRow>(recording, RELATIONS).filter(({ held }) => held);
}

/** Tables with rows that neither ANALYZE nor VACUUM ever counted. */
export function neverAnalyzed(recording: Recording): readonly Name[] {
  return rowsOf<RelationRow>(recording, RELATIONS).filter(
    (row) =>
      (row.kind === 'r' || row.kind === 'm') && (row.bytes ?? 0) > 0 && (row.rows < 0 || row.pages === 0),
  );
}
