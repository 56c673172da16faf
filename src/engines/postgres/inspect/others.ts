import type { Other } from '../../../catalog/model.ts';
import { OWN_SCHEMA, comment, notOfExtension, present } from './scope.ts';

/** Rules beside those that make views. */
const RULES = `
SELECT 'rule' AS kind, quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' ' || quote_ident(r.rulename) AS name,
       pg_catalog.pg_get_ruledef(r.oid) || CASE r.ev_enabled WHEN 'O' THEN '' ELSE ' /* ' || r.ev_enabled::text || ' */' END AS definition,
       ${comment('pg_rewrite', 'r.oid')} AS comment
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND ${OWN_SCHEMA} AND ${notOfExtension('pg_rewrite', 'r.oid')}`;

const STATISTICS = `
SELECT 'statistics', quote_ident(n.nspname) || '.' || quote_ident(s.stxname), pg_catalog.pg_get_statisticsobjdef(s.oid) || CASE WHEN s.stxstattarget >= 0 THEN ' /* statistics ' || s.stxstattarget || ' */' ELSE '' END,
       ${comment('pg_statistic_ext', 's.oid')}
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace WHERE ${OWN_SCHEMA}`;

const COLLATIONS = `
SELECT 'collation', quote_ident(n.nspname) || '.' || quote_ident(c.collname), (to_jsonb(c) - '{oid,collname,collnamespace,collowner,collversion}'::text[])::text,
       ${comment('pg_collation', 'c.oid')}
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_collation', 'c.oid')}`;

/** The server's own casts have oids below 16384, the first one that a user's object can get; a range brings its own. */
const CASTS = `
SELECT 'cast', pg_catalog.format_type(c.castsource, NULL) || ' as ' || pg_catalog.format_type(c.casttarget, NULL),
       concat_ws(' ', '(' || pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL) || ')',
         CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
         CASE c.castcontext WHEN 'a' THEN 'AS ASSIGNMENT' WHEN 'i' THEN 'AS IMPLICIT' END), ${comment('pg_cast', 'c.oid')}
FROM pg_catalog.pg_cast c WHERE c.oid >= 16384 AND ${notOfExtension('pg_cast', 'c.oid')}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 'pg_catalog.pg_cast'::regclass AND i.objid = c.oid AND i.deptype = 'i')`;

/** Operators that others named before they were made have no function yet. */
const OPERATORS = `
SELECT 'operator', o.oid::regoperator::text,
       concat_ws(', ', 'FUNCTION = ' || o.oprcode::regproc, 'LEFTARG = ' || pg_catalog.format_type(nullif(o.oprleft, 0), NULL),
         'RIGHTARG = ' || pg_catalog.format_type(nullif(o.oprright, 0), NULL), 'COMMUTATOR = OPERATOR(' || nullif(o.oprcom, 0)::regoper || ')',
         'NEGATOR = OPERATOR(' || nullif(o.oprnegate, 0)::regoper || ')', 'RESTRICT = ' || nullif(o.oprrest::oid, 0)::regproc,
         'JOIN = ' || nullif(o.oprjoin::oid, 0)::regproc, CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END),
       ${comment('pg_operator', 'o.oid')}
FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oprcode <> 0 AND ${OWN_SCHEMA} AND ${notOfExtension('pg_operator', 'o.oid')}`;

const OPERATOR_CLASSES = `
SELECT 'operator class', quote_ident(n.nspname) || '.' || quote_ident(k.opcname) || ' ' || am.amname,
       concat_ws(' ', pg_catalog.format_type(k.opcintype, NULL), k.opcdefault, nullif(k.opckeytype, 0)::regtype,
         (SELECT string_agg(concat_ws(' ', o.amopstrategy, o.amopopr::regoperator), ', ' ORDER BY o.amopstrategy, o.amopopr) FROM pg_catalog.pg_amop o WHERE o.amopfamily = k.opcfamily),
         (SELECT string_agg(concat_ws(' ', p.amprocnum, p.amproc::regprocedure), ', ' ORDER BY p.amprocnum, p.amproc) FROM pg_catalog.pg_amproc p WHERE p.amprocfamily = k.opcfamily)),
       ${comment('pg_opclass', 'k.oid')}
FROM pg_catalog.pg_opclass k JOIN pg_catalog.pg_namespace n ON n.oid = k.opcnamespace JOIN pg_catalog.pg_am am ON am.oid = k.opcmethod
WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_opclass', 'k.oid')}`;

const TEXT_SEARCH = `
SELECT 'text search configuration', quote_ident(n.nspname) || '.' || quote_ident(c.cfgname),
       (SELECT string_agg(concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::regdictionary), ', ' ORDER BY m.maptokentype, m.mapseqno)
          FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = c.oid), ${comment('pg_ts_config', 'c.oid')}
FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_ts_config', 'c.oid')}
UNION ALL
SELECT 'text search dictionary', quote_ident(n.nspname) || '.' || quote_ident(d.dictname),
       (SELECT concat_ws(', ', 'TEMPLATE = ' || quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname), d.dictinitoption)
          FROM pg_catalog.pg_ts_template t JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace WHERE t.oid = d.dicttemplate), ${comment('pg_ts_dict', 'd.oid')}
FROM pg_catalog.pg_ts_dict d JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_ts_dict', 'd.oid')}`;

const EVENT_TRIGGERS = `
SELECT 'event trigger', quote_ident(e.evtname), concat_ws(' ', e.evtevent, e.evtenabled, e.evtfoid::regprocedure, array_to_string(e.evttags, ', ')),
       ${comment('pg_event_trigger', 'e.oid')}
FROM pg_catalog.pg_event_trigger e WHERE ${notOfExtension('pg_event_trigger', 'e.oid')}`;

/** Lists of columns and row filters came with 15. */
const publications = (serverVersion: number): string => `
SELECT 'publication', quote_ident(p.pubname),
       concat_ws(' ', CASE WHEN p.puballtables THEN 'all tables' END,
         'insert ' || p.pubinsert, 'update ' || p.pubupdate, 'delete ' || p.pubdelete, 'truncate ' || p.pubtruncate, 'via root ' || p.pubviaroot,
         (SELECT string_agg(concat_ws(' ', r.prrelid::regclass${
           serverVersion >= 150_000 ? ', r.prattrs, pg_catalog.pg_get_expr(r.prqual, r.prrelid)' : ''
         }), ', ' ORDER BY r.prrelid::regclass::text COLLATE "C")
            FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid)), ${comment('pg_publication', 'p.oid')}
FROM pg_catalog.pg_publication p`;

/** Options may hold addresses and passwords: only their names are told. */
const SERVERS = `
SELECT 'server', quote_ident(s.srvname),
       concat_ws(' ', 'TYPE ' || quote_literal(s.srvtype), 'VERSION ' || quote_literal(s.srvversion), 'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname),
         'OPTIONS (' || (SELECT string_agg(quote_ident(split_part(o, '=', 1)), ', ' ORDER BY o) FROM unnest(s.srvoptions) o) || ')'),
       ${comment('pg_foreign_server', 's.oid')}
FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE ${notOfExtension('pg_foreign_server', 's.oid')}`;

const DEFAULT_GRANTS = `
SELECT 'default privileges', concat_ws(' ', quote_ident(pg_catalog.pg_get_userbyid(d.defaclrole)), 'in ' || quote_ident(n.nspname), 'on', d.defaclobjtype),
       (SELECT string_agg(a::text, ', ' ORDER BY a::text COLLATE "C") FROM unnest(d.defaclacl) a), NULL::text
FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace`;

/** All rarely used kinds in one query. */
export function othersSql(serverVersion: number): string {
  const kinds = [RULES, STATISTICS, COLLATIONS, CASTS, OPERATORS, OPERATOR_CLASSES, TEXT_SEARCH];
  const all = [...kinds, EVENT_TRIGGERS, publications(serverVersion), SERVERS, DEFAULT_GRANTS];
  return `SELECT kind, name, coalesce(definition, '') AS definition, comment FROM (${all.join('\nUNION ALL')}) o
ORDER BY kind COLLATE "C", name COLLATE "C"`;
}

/** A row of {@link othersSql}. */
export interface OtherRow extends Record<string, unknown> {
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
  readonly comment: string | null;
}

/** Maps a row of {@link othersSql}. */
export function toOther(row: OtherRow): Other {
  return present<Other>({ kind: row.kind, name: row.name, definition: row.definition, comment: row.comment });
}
