import { keys } from './keys.ts';

/** Everything that dependencies may name: class, oid and column of the object, and what its key is made of. Objects of extensions stand for these. */
export const ADDRESSES = `
WITH member AS (
  SELECT d.classid, d.objid, e.extname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
  WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
), relation AS (
  SELECT c.oid, c.relkind, n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
), identity AS (
  SELECT d.objid, d.refobjid, a.attname FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i' AND d.refobjsubid > 0
)
SELECT m.classid::int AS class, m.objid::int AS oid, 0 AS column, 'extension' AS word, '' AS schema, m.extname::text AS name, '' AS part FROM member m
UNION ALL SELECT 'pg_catalog.pg_extension'::regclass::int, oid::int, 0, 'extension', '', extname, '' FROM pg_catalog.pg_extension
UNION ALL SELECT 'pg_catalog.pg_namespace'::regclass::int, oid::int, 0, 'schema', '', nspname, '' FROM pg_catalog.pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION ALL SELECT 'pg_catalog.pg_class'::regclass::int, oid::int, 0,
    CASE relkind WHEN 'c' THEN 'type' WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END, nspname, relname, ''
  FROM relation r WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'c') OR (relkind = 'S' AND NOT EXISTS (SELECT FROM identity i WHERE i.objid = r.oid))
UNION ALL SELECT 'pg_catalog.pg_class'::regclass::int, i.objid::int, 0, 'column', r.nspname, r.relname, i.attname FROM identity i JOIN relation r ON r.oid = i.refobjid
UNION ALL SELECT 'pg_catalog.pg_class'::regclass::int, r.oid::int, a.attnum, 'column', r.nspname, r.relname, a.attname
  FROM relation r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid WHERE r.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'pg_catalog.pg_class'::regclass::int, x.oid::int, 0, CASE WHEN o.oid IS NULL THEN 'index' ELSE 'constraint' END, CASE WHEN o.oid IS NULL THEN x.nspname ELSE t.nspname END,
    CASE WHEN o.oid IS NULL THEN x.relname ELSE t.relname END, coalesce(o.conname, '')
  FROM relation x JOIN pg_catalog.pg_index i ON i.indexrelid = x.oid JOIN relation t ON t.oid = i.indrelid
  LEFT JOIN pg_catalog.pg_constraint o ON o.conindid = x.oid AND o.conrelid = i.indrelid AND o.contype IN ('p', 'u', 'x')
UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass::int, o.oid::int, 0, 'constraint', r.nspname, r.relname, coalesce(p.conname, o.conname)
  FROM pg_catalog.pg_constraint o JOIN relation r ON r.oid = o.conrelid
  LEFT JOIN pg_catalog.pg_constraint p ON p.oid = o.conparentid AND p.conrelid = o.conrelid WHERE o.contype <> 't'
UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass::int, o.oid::int, 0, 'type', n.nspname, t.typname, ''
  FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_type t ON t.oid = o.contypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass::int, d.oid::int, 0, CASE WHEN a.attgenerated = '' THEN 'default' ELSE 'column' END, r.nspname, r.relname, a.attname
  FROM pg_catalog.pg_attrdef d JOIN relation r ON r.oid = d.adrelid JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
UNION ALL SELECT 'pg_catalog.pg_type'::regclass::int, t.oid::int, 0, CASE r.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'c' THEN 'type' ELSE 'table' END, r.nspname, r.relname, ''
  FROM pg_catalog.pg_type t JOIN relation r ON r.oid = t.typrelid
UNION ALL SELECT 'pg_catalog.pg_type'::regclass::int, a.oid::int, 0, CASE r.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'c' THEN 'type' ELSE 'table' END, r.nspname, r.relname, ''
  FROM pg_catalog.pg_type t JOIN relation r ON r.oid = t.typrelid JOIN pg_catalog.pg_type a ON a.oid = t.typarray
UNION ALL SELECT 'pg_catalog.pg_type'::regclass::int, every.oid::int, 0, 'type', n.nspname, t.typname, ''
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_range g ON g.rngtypid = t.oid LEFT JOIN pg_catalog.pg_type u ON u.oid = nullif(to_jsonb(g) ->> 'rngmultitypid', '0')::oid
  CROSS JOIN LATERAL (VALUES (t.oid), (t.typarray), (u.oid), (u.typarray)) every(oid)
  WHERE t.typtype IN ('e', 'd', 'r', 'b') AND t.oid >= 16384 AND t.typrelid = 0 AND every.oid <> 0
    AND (t.typelem = 0 OR t.typcategory <> 'A') AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid)
UNION ALL SELECT 'pg_catalog.pg_proc'::regclass::int, p.oid::int, 0, 'function', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE p.oid >= 16384 AND n.nspname !~ '^pg_' AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid)
UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass::int, w.oid::int, 0, CASE WHEN w.rulename = '_RETURN' THEN 'view' ELSE 'rule' END, r.nspname, r.relname,
    CASE WHEN w.rulename = '_RETURN' THEN '' ELSE w.rulename END FROM pg_catalog.pg_rewrite w JOIN relation r ON r.oid = w.ev_class
UNION ALL SELECT 'pg_catalog.pg_trigger'::regclass::int, g.oid::int, 0, 'trigger', r.nspname, r.relname, g.tgname
  FROM pg_catalog.pg_trigger g JOIN relation r ON r.oid = g.tgrelid WHERE NOT g.tgisinternal
UNION ALL SELECT 'pg_catalog.pg_policy'::regclass::int, y.oid::int, 0, 'policy', r.nspname, r.relname, y.polname FROM pg_catalog.pg_policy y JOIN relation r ON r.oid = y.polrelid
UNION ALL SELECT 'pg_catalog.pg_collation'::regclass::int, o.oid::int, 0, 'collation', n.nspname, o.collname, '' FROM pg_catalog.pg_collation o JOIN pg_catalog.pg_namespace n ON n.oid = o.collnamespace WHERE o.oid >= 16384 AND n.nspname <> 'pg_catalog'
UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass::int, o.oid::int, 0, 'statistics', n.nspname, o.stxname, '' FROM pg_catalog.pg_statistic_ext o JOIN pg_catalog.pg_namespace n ON n.oid = o.stxnamespace
UNION ALL SELECT 'pg_catalog.pg_conversion'::regclass::int, o.oid::int, 0, 'conversion', n.nspname, o.conname, '' FROM pg_catalog.pg_conversion o JOIN pg_catalog.pg_namespace n ON n.oid = o.connamespace WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_ts_config'::regclass::int, o.oid::int, 0, 'text search configuration', n.nspname, o.cfgname, '' FROM pg_catalog.pg_ts_config o JOIN pg_catalog.pg_namespace n ON n.oid = o.cfgnamespace WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_ts_dict'::regclass::int, o.oid::int, 0, 'text search dictionary', n.nspname, o.dictname, '' FROM pg_catalog.pg_ts_dict o JOIN pg_catalog.pg_namespace n ON n.oid = o.dictnamespace WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_ts_parser'::regclass::int, o.oid::int, 0, 'text search parser', n.nspname, o.prsname, '' FROM pg_catalog.pg_ts_parser o JOIN pg_catalog.pg_namespace n ON n.oid = o.prsnamespace WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_ts_template'::regclass::int, o.oid::int, 0, 'text search template', n.nspname, o.tmplname, '' FROM pg_catalog.pg_ts_template o JOIN pg_catalog.pg_namespace n ON n.oid = o.tmplnamespace WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_operator'::regclass::int, o.oid::int, 0, 'operator', n.nspname, o.oprname,
    '(' || coalesce(pg_catalog.format_type(nullif(o.oprleft, 0), NULL), 'NONE') || ',' || coalesce(pg_catalog.format_type(nullif(o.oprright, 0), NULL), 'NONE') || ')'
  FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_opclass'::regclass::int, o.oid::int, 0, 'operator class', n.nspname, o.opcname, ' ' || m.amname
  FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_opfamily'::regclass::int, o.oid::int, 0, 'operator family', n.nspname, o.opfname, ' ' || m.amname
  FROM pg_catalog.pg_opfamily o JOIN pg_catalog.pg_namespace n ON n.oid = o.opfnamespace JOIN pg_catalog.pg_am m ON m.oid = o.opfmethod WHERE o.oid >= 16384
UNION ALL SELECT e.class, e.oid::int, 0, CASE WHEN k.oid IS NULL THEN 'operator family' ELSE 'operator class' END, n.nspname, coalesce(k.opcname, o.opfname), ' ' || m.amname
  FROM (SELECT 'pg_catalog.pg_amop'::regclass::int AS class, oid, amopfamily AS family FROM pg_catalog.pg_amop
        UNION ALL SELECT 'pg_catalog.pg_amproc'::regclass::int, oid, amprocfamily FROM pg_catalog.pg_amproc) e
  JOIN pg_catalog.pg_opfamily o ON o.oid = e.family JOIN pg_catalog.pg_am m ON m.oid = o.opfmethod
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = e.class::oid AND d.objid = e.oid AND d.refclassid = 'pg_catalog.pg_opclass'::regclass
  LEFT JOIN pg_catalog.pg_opclass k ON k.oid = d.refobjid JOIN pg_catalog.pg_namespace n ON n.oid = coalesce(k.opcnamespace, o.opfnamespace) WHERE e.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_am'::regclass::int, o.oid::int, 0, 'access method', '', o.amname, '' FROM pg_catalog.pg_am o WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_language'::regclass::int, o.oid::int, 0, 'language', '', o.lanname, '' FROM pg_catalog.pg_language o WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_cast'::regclass::int, o.oid::int, 0, 'cast', '', '', '(' || pg_catalog.format_type(o.castsource, NULL) || ' AS ' || pg_catalog.format_type(o.casttarget, NULL) || ')'
  FROM pg_catalog.pg_cast o WHERE o.oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_transform'::regclass::int, o.oid::int, 0, 'transform', '', l.lanname, ' for ' || pg_catalog.format_type(o.trftype, NULL)
  FROM pg_catalog.pg_transform o JOIN pg_catalog.pg_language l ON l.oid = o.trflang
UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass::int, o.oid::int, 0, 'foreign data wrapper', '', o.fdwname, '' FROM pg_catalog.pg_foreign_data_wrapper o
UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass::int, o.oid::int, 0, 'server', '', o.srvname, '' FROM pg_catalog.pg_foreign_server o
UNION ALL SELECT 'pg_catalog.pg_user_mapping'::regclass::int, o.umid::int, 0, 'user mapping', '', o.srvname, ' for ' || o.usename FROM pg_catalog.pg_user_mappings o
UNION ALL SELECT 'pg_catalog.pg_publication'::regclass::int, o.oid::int, 0, 'publication', '', o.pubname, '' FROM pg_catalog.pg_publication o
UNION ALL SELECT 'pg_catalog.pg_publication_rel'::regclass::int, l.oid::int, 0, 'publication', '', o.pubname, '' FROM pg_catalog.pg_publication_rel l JOIN pg_catalog.pg_publication o ON o.oid = l.prpubid
UNION ALL SELECT 'pg_catalog.pg_event_trigger'::regclass::int, o.oid::int, 0, 'event trigger', '', o.evtname, '' FROM pg_catalog.pg_event_trigger o`;

/** A row of {@link ADDRESSES}. */
export interface AddressRow extends Record<string, unknown> {
  readonly class: number;
  readonly oid: number;
  readonly column: number;
  readonly word: string;
  readonly schema: string;
  readonly name: string;
  readonly part: string;
}

/** Relations and publications that dependencies name only with their parents, beside {@link ADDRESSES}: `pg_publication_namespace` came with 15. */
export const publishedSchemas = `SELECT 'pg_catalog.pg_publication_namespace'::regclass::int AS class, l.oid::int AS oid, 0 AS column,
  'publication' AS word, '' AS schema, o.pubname::text AS name, '' AS part
  FROM pg_catalog.pg_publication_namespace l JOIN pg_catalog.pg_publication o ON o.oid = l.pnpubid`;

/** The key of what a row of {@link ADDRESSES} stands for. */
export function keyOfAddress({ word, schema, name, part }: AddressRow): string {
  const object = { schema, name };
  switch (word) {
    case 'schema':
      return keys.schema(name);
    case 'extension':
      return keys.extension(name);
    case 'table':
      return keys.table(object);
    case 'column':
      return keys.column(object, part);
    case 'default':
      return keys.default(object, part);
    case 'constraint':
      return keys.constraint(object, part);
    case 'trigger':
      return keys.trigger(object, part);
    case 'rule':
      return keys.rule(object, part);
    case 'policy':
      return keys.policy(object, part);
    case 'function':
      return keys.routine(object, part);
    case 'cast':
      return `cast ${part}`;
    default:
      return keys.typed(word, object, part);
  }
}

/** Dependencies between objects that somebody made; the server's own need nothing. Members of extensions are found by their address. */
export const DEPENDENCIES = `
SELECT d.classid::int AS class, d.objid::int AS oid, d.objsubid AS column, d.refclassid::int AS "refClass", d.refobjid::int AS "refOid", d.refobjsubid AS "refColumn"
FROM pg_catalog.pg_depend d
WHERE d.refobjid >= 16384 AND d.objid >= 16384 AND d.deptype <> 'e' AND d.refclassid <> 'pg_catalog.pg_namespace'::regclass
  AND NOT (d.classid = 'pg_catalog.pg_type'::regclass AND d.deptype = 'i') AND d.classid <> 'pg_catalog.pg_largeobject'::regclass`;

/** A row of {@link DEPENDENCIES}. */
export interface DependencyRow extends Record<string, unknown> {
  readonly class: number;
  readonly oid: number;
  readonly column: number;
  readonly refClass: number;
  readonly refOid: number;
  readonly refColumn: number;
}
