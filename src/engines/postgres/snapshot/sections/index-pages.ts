import type { Name } from '../../../../catalog/model.ts';
import type { IndexFigures } from '../../../../engine/snapshot/model.ts';
import { OWN_SCHEMA } from '../../inspect/scope.ts';
import type { Recording, Row, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

const stage = 'read sizes and statistics';

const indexes = `
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_am am ON am.oid = c.relam
JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid`;

const those = (method: string): string => `
WHERE c.relkind = 'i' AND c.relpersistence <> 't' AND am.amname = '${method}' AND x.indisvalid AND ${OWN_SCHEMA}
  AND NOT (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery())
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.relation = c.oid AND l.mode = 'AccessExclusiveLock')`;

const path = `quote_ident(n.nspname) || '.' || quote_ident(c.relname)`;

/** Levels of b-trees, which the planner prices each descent with. */
export const BTREES: Section = {
  name: 'b-tree-levels',
  stage,
  when: 'pages_usable',
  optional: true,
  why: 'Levels of each b-tree, from its first page: the planner prices a descent by them. Needs pageinspect and a superuser; they are worked out from sizes otherwise.',
  sql: () => `
SELECT n.nspname::text AS schema, c.relname::text AS name, m.fastlevel AS level
${indexes}
CROSS JOIN LATERAL :"pages_schema".bt_metap(${path}) m${those('btree')}`,
};

/** Counts in the first page of GIN indexes. */
export const GINS: Section = {
  name: 'gin-pages',
  stage,
  when: 'pages_usable',
  optional: true,
  why: 'Pages and entries that each GIN index counts in its first page, which the planner reads.',
  sql: () => `
SELECT n.nspname::text AS schema, c.relname::text AS name, m.n_pending_pages AS "pendingPages", m.n_pending_tuples AS "pendingRows",
       m.n_total_pages AS "totalPages", m.n_entry_pages AS "entryPages", m.n_data_pages AS "dataPages", m.n_entries AS entries, m.version
${indexes}
CROSS JOIN LATERAL :"pages_schema".gin_metapage_info(:"pages_schema".get_raw_page(${path}, 0)) m${those('gin')}`,
};

/** Pages per range and of the map of BRIN indexes. */
export const BRINS: Section = {
  name: 'brin-pages',
  stage,
  when: 'pages_usable',
  optional: true,
  why: 'Pages per range and pages of the map of each BRIN index, from its first page, which the planner reads.',
  sql: () => `
SELECT n.nspname::text AS schema, c.relname::text AS name, m.pagesperrange AS "pagesPerRange", m.lastrevmappage AS "lastMapPage"
${indexes}
CROSS JOIN LATERAL :"pages_schema".brin_metapage_info(:"pages_schema".get_raw_page(${path}, 0)) m${those('brin')}`,
};

interface Measured extends Row, Name {
  readonly level?: number;
}

/** What the first pages of indexes say, by index. */
export function indexPages(recording: Recording): (index: Name) => Partial<IndexFigures> {
  const measured = new Map<string, Measured>(
    [BTREES, GINS, BRINS].flatMap((section) =>
      rowsOf<Measured>(recording, section).map((row) => [`${row.schema}\0${row.name}`, row] as const),
    ),
  );
  return (index) => {
    const found = measured.get(`${index.schema}\0${index.name}`);
    if (!found) return {};
    if (found.level !== undefined) return { level: found.level, levelBasis: 'measured' };
    const { schema: _, name: __, ...meta } = found;
    return { meta: meta as Readonly<Record<string, number>> };
  };
}
