/** Tables, their columns and everything that hangs on them. */
import type { CatalogRows } from './definition.ts';
import { inPath, kept, measured, number, qualified, role, same, user } from './words.ts';

/** Catalogs of relations and of what they are made of. */
export const relations: readonly CatalogRows[] = [
  {
    catalog: 'pg_class',
    own: `${user} AND c.relkind <> 't'`,
    // A composite type is told by the catalog of types.
    silent: `c.relkind = 'c'`,
    label: `CASE WHEN c.relkind IN ('i', 'I') THEN 'index ' || quote_ident(c.relname) WHEN c.relkind <> 'c' THEN
      CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence ' WHEN 'f' THEN 'foreign table ' ELSE 'table ' END
      || ${qualified('c.relnamespace', 'c.relname')} END`,
    parent: [
      `CASE WHEN c.relkind = 'c' THEN 'pg_type' ELSE 'pg_class' END`,
      `CASE WHEN c.relkind = 'c' THEN c.reltype WHEN c.relkind IN ('i', 'I') THEN (SELECT x.indrelid FROM pg_index x WHERE x.indexrelid = c.oid) END`,
    ],
    render: {
      relowner: `CASE WHEN c.relkind NOT IN ('i', 'I') THEN ${role('c.relowner')} END`,
      relpartbound: 'pg_get_expr(c.relpartbound, c.oid)',
      reltoastrelid: `(SELECT array_to_string(ARRAY(SELECT o FROM unnest(t.reloptions) o ORDER BY o), ', ') FROM pg_class t WHERE t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL)`,
    },
    rights: [
      'relacl',
      `CASE WHEN c.relkind = 'S' THEN 's' WHEN c.relkind NOT IN ('i', 'I') THEN 'r' END`,
      'c.relowner',
    ],
    sets: ['reloptions'],
    leave: {
      relname: inPath,
      relnamespace: inPath,
      reltype: number,
      relfilenode: number,
      relpages: measured,
      reltuples: measured,
      relallvisible: measured,
      relallfrozen: measured,
      relhasindex: kept,
      relhasrules: kept,
      relhastriggers: kept,
      relhassubclass: kept,
      relnatts: 'counts dropped columns',
      relchecks: same('pg_constraint'),
      relrewrite: number,
      relfrozenxid: measured,
      relminmxid: measured,
    },
  },
  {
    catalog: 'pg_attribute',
    own: `c.attrelid >= 16384 AND c.attnum > 0 AND NOT c.attisdropped
      AND EXISTS (SELECT FROM pg_class r WHERE r.oid = c.attrelid AND r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c'))`,
    parent: [`'pg_class'`, 'c.attrelid'],
    column: 'c.attnum',
    render: {
      atttypid: 'format_type(c.atttypid, c.atttypmod)',
      attstattarget: 'nullif(c.attstattarget, -1)',
    },
    rights: ['attacl', undefined, '(SELECT r.relowner FROM pg_class r WHERE r.oid = c.attrelid)'],
    sets: ['attoptions'],
    leave: {
      attrelid: inPath,
      attname: inPath,
      attnum: 'told as the order of the live columns',
      atttypmod: 'told with the type',
      attlen: 'follows the type',
      attbyval: 'follows the type',
      attalign: 'follows the type',
      attcacheoff: kept,
      attndims: 'enforced nowhere, lost by every dump',
      atthasdef: same('pg_attrdef'),
      atthasmissing: measured,
      attmissingval: measured,
      attisdropped: 'dropped columns are passed over',
    },
  },
  {
    catalog: 'pg_attrdef',
    own: 'c.adrelid >= 16384',
    parent: [`'pg_class'`, 'c.adrelid'],
    column: 'c.adnum',
    render: { adbin: 'pg_get_expr(c.adbin, c.adrelid)' },
    leave: { oid: number, adrelid: inPath, adnum: inPath },
  },
  {
    catalog: 'pg_constraint',
    own: `${user} AND c.contype <> 't'
      AND NOT (c.contype = 'f' AND c.conparentid <> 0 AND c.conrelid = (SELECT p.conrelid FROM pg_constraint p WHERE p.oid = c.conparentid))`,
    label: `'constraint ' || quote_ident(c.conname)`,
    parent: [
      `CASE WHEN c.conrelid <> 0 THEN 'pg_class' ELSE 'pg_type' END`,
      'CASE WHEN c.conrelid <> 0 THEN c.conrelid ELSE c.contypid END',
    ],
    render: {
      conbin: 'pg_get_expr(c.conbin, c.conrelid)',
      connoinherit: `CASE WHEN c.contype IN ('c', 'n') THEN c.connoinherit END`,
      conindid: `CASE WHEN c.contype <> 'f' AND c.conindid <> 0 THEN c.conindid::regclass END`,
    },
    leave: {
      conname: inPath,
      connamespace: inPath,
      conrelid: inPath,
      contypid: inPath,
    },
  },
  {
    catalog: 'pg_index',
    own: 'c.indexrelid >= 16384',
    parent: [`'pg_class'`, 'c.indexrelid'],
    render: {
      indexprs: 'pg_get_expr(c.indexprs, c.indrelid)',
      indpred: 'pg_get_expr(c.indpred, c.indrelid)',
    },
    leave: {
      indexrelid: inPath,
      indrelid: inPath,
      indnatts: same('indkey'),
      indimmediate: same('pg_constraint.condeferrable'),
      indcheckxmin: measured,
    },
  },
  {
    catalog: 'pg_trigger',
    own: `${user} AND (NOT c.tgisinternal OR c.tgparentid <> 0 AND c.tgconstraint = 0)`,
    label: `'trigger ' || quote_ident(c.tgname)`,
    parent: [`'pg_class'`, 'c.tgrelid'],
    render: {
      tgqual: `CASE WHEN c.tgqual IS NOT NULL THEN substring(pg_get_triggerdef(c.oid) FROM ' WHEN \\((.*)\\) EXECUTE ') END`,
      tgargs: `encode(c.tgargs, 'escape')`,
    },
    leave: {
      tgname: inPath,
      tgrelid: inPath,
      tgisinternal: 'the server sets it as it likes for the triggers of partitions',
      tgnargs: same('tgargs'),
      tgconstraint: number,
    },
  },
  {
    catalog: 'pg_policy',
    own: user,
    label: `'policy ' || quote_ident(c.polname)`,
    parent: [`'pg_class'`, 'c.polrelid'],
    render: {
      polqual: 'pg_get_expr(c.polqual, c.polrelid)',
      polwithcheck: 'pg_get_expr(c.polwithcheck, c.polrelid)',
    },
    sets: ['polroles'],
    leave: { polname: inPath, polrelid: inPath },
  },
  {
    catalog: 'pg_rewrite',
    own: user,
    label: `CASE WHEN c.rulename <> '_RETURN' THEN 'rule ' || quote_ident(c.rulename) END`,
    parent: [`'pg_class'`, 'c.ev_class'],
    render: {
      ev_action: `CASE WHEN c.rulename = '_RETURN' THEN pg_get_viewdef(c.ev_class) ELSE pg_get_ruledef(c.oid) END`,
    },
    leave: {
      rulename: inPath,
      ev_class: inPath,
      ev_type: 'told with the action',
      is_instead: 'told with the action',
      ev_qual: 'told with the action',
    },
  },
  {
    catalog: 'pg_sequence',
    own: 'c.seqrelid >= 16384',
    parent: [`'pg_class'`, 'c.seqrelid'],
    leave: { seqrelid: inPath },
  },
  {
    catalog: 'pg_partitioned_table',
    own: 'c.partrelid >= 16384',
    parent: [`'pg_class'`, 'c.partrelid'],
    render: { partexprs: 'pg_get_expr(c.partexprs, c.partrelid)' },
    leave: {
      partrelid: inPath,
      partnatts: same('partattrs'),
      partdefid: same('relpartbound'),
    },
  },
  {
    catalog: 'pg_foreign_table',
    own: 'c.ftrelid >= 16384',
    parent: [`'pg_class'`, 'c.ftrelid'],
    sets: ['ftoptions'],
    leave: { ftrelid: inPath },
  },
  {
    catalog: 'pg_statistic_ext',
    own: user,
    label: `'statistics ' || ${qualified('c.stxnamespace', 'c.stxname')}`,
    render: {
      stxexprs: 'CASE WHEN c.stxexprs IS NOT NULL THEN pg_get_statisticsobjdef_expressions(c.oid) END',
      stxstattarget: 'nullif(c.stxstattarget, -1)',
    },
    sets: ['stxkeys', 'stxkind'],
    leave: { stxname: inPath, stxnamespace: inPath },
  },
];
