import type { Name } from '../../../catalog/model.ts';
import type { FillFact, FillFacts, Session, TypeFamily } from '../../../engine/model.ts';

interface FactRow extends Record<string, unknown> {
  schema: string;
  table: string;
  name: string;
  type: string;
  base: string;
  kind: string;
  labels: string[];
  element: string | null;
  element_kind: string | null;
  element_labels: string[];
  attributes: string[];
  checks: string[];
  not_null: boolean;
}

/** Columns of the named tables with their types resolved through domains, arrays and enums. */
const columnFacts = `
WITH RECURSIVE wanted AS (
  SELECT c.oid, n.nspname, c.relname
  FROM unnest($1::text[], $2::text[]) AS w(schema, name)
  JOIN pg_namespace n ON n.nspname = w.schema
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name AND c.relkind IN ('r', 'p')
), resolved AS (
  SELECT a.attrelid, a.attnum, a.attname, a.atttypid AS declared, a.atttypmod AS declared_mod,
         a.atttypid AS typid, a.atttypmod AS typmod, 0 AS depth, ARRAY[]::text[] COLLATE "C" AS checks, false AS not_null
  FROM wanted w JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT r.attrelid, r.attnum, r.attname, r.declared, r.declared_mod, t.typbasetype, t.typtypmod, r.depth + 1,
         r.checks || ARRAY(SELECT pg_get_expr(k.conbin, 0) COLLATE "C" FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
         r.not_null OR t.typnotnull
  FROM resolved r JOIN pg_type t ON t.oid = r.typid AND t.typtype = 'd'
), last AS (
  SELECT DISTINCT ON (attrelid, attnum) * FROM resolved ORDER BY attrelid, attnum, depth DESC
)
SELECT w.nspname AS schema, w.relname AS table, l.attname AS name,
       format_type(l.declared, l.declared_mod) AS type, format_type(l.typid, l.typmod) AS base,
       t.typtype::text AS kind,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
       CASE WHEN t.typcategory = 'A' THEN format_type(el.oid, l.typmod) END AS element, el.typtype::text AS element_kind,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = el.oid ORDER BY e.enumsortorder) AS element_labels,
       ARRAY(SELECT format_type(x.atttypid, x.atttypmod) FROM pg_attribute x
             WHERE t.typtype = 'c' AND x.attrelid = t.typrelid AND x.attnum > 0 AND NOT x.attisdropped ORDER BY x.attnum) AS attributes,
       l.checks, l.not_null
FROM last l JOIN wanted w ON w.oid = l.attrelid
JOIN pg_type t ON t.oid = l.typid
LEFT JOIN pg_type el ON t.typcategory = 'A' AND el.oid = t.typelem
ORDER BY w.oid, l.attnum`;

/** Reads the facts that generating values needs; tables that do not exist are left out. */
export async function readFacts(session: Session, tables: readonly Name[]): Promise<readonly FillFacts[]> {
  const { rows } = await session.query<FactRow>(columnFacts, [
    tables.map((t) => t.schema),
    tables.map((t) => t.name),
  ]);
  return tables
    .map((table) => ({
      table,
      columns: rows.filter((row) => row.schema === table.schema && row.table === table.name).map(toFact),
    }))
    .filter((facts) => facts.columns.length > 0);
}

function toFact(row: FactRow): FillFact {
  return {
    name: row.name,
    type: row.type,
    base: row.base,
    family: row.element === null ? familyOf(row.base, row.kind) : 'array',
    labels: row.labels,
    ...(row.element === null
      ? {}
      : {
          element: {
            base: row.element,
            family: familyOf(row.element, row.element_kind ?? 'b'),
            labels: row.element_labels,
          },
        }),
    attributes: row.attributes,
    checks: row.checks,
    notNull: row.not_null,
  };
}

const families: Readonly<Record<string, TypeFamily>> = {
  smallint: 'integer',
  integer: 'integer',
  bigint: 'integer',
  oid: 'integer',
  numeric: 'number',
  real: 'number',
  'double precision': 'number',
  money: 'number',
  text: 'text',
  'character varying': 'text',
  character: 'text',
  bpchar: 'text',
  citext: 'text',
  name: 'text',
  '"char"': 'text',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  'time without time zone': 'time',
  'time with time zone': 'time',
  'timestamp without time zone': 'instant',
  'timestamp with time zone': 'instant',
  interval: 'interval',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  bytea: 'bytes',
  inet: 'network',
  cidr: 'network',
  macaddr: 'network',
  macaddr8: 'network',
};

/** Family of a formatted base type; `kind` is `pg_type.typtype`. */
function familyOf(base: string, kind: string): TypeFamily {
  if (kind === 'e') return 'enum';
  if (kind === 'r') return 'range';
  const plain = base
    .replaceAll(/\(.*?\)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return families[plain] ?? (plain.endsWith('.citext') ? 'text' : 'other');
}
