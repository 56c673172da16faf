/** Everything that is no part of a table. */
import type { CatalogRows } from './definition.ts';
import { inPath, measured, method, number, qualified, role, same, user } from './words.ts';

const named = (
  catalog: string,
  word: string,
  name: string,
  schema: string,
  more: Partial<CatalogRows> = {},
): CatalogRows => ({
  catalog,
  own: user,
  label: `'${word} ' || ${qualified(`c.${schema}`, `c.${name}`)}`,
  ...more,
  leave: { [name]: inPath, [schema]: inPath, ...more.leave },
});

const alone = (
  catalog: string,
  word: string,
  name: string,
  more: Partial<CatalogRows> = {},
): CatalogRows => ({
  catalog,
  own: user,
  label: `'${word} ' || quote_ident(c.${name})`,
  ...more,
  leave: { [name]: inPath, ...more.leave },
});

const isArray = `c.typelem <> 0 AND EXISTS (SELECT FROM pg_type e WHERE e.oid = c.typelem AND e.typarray = c.oid)`;
const isRow = `EXISTS (SELECT FROM pg_class r WHERE r.oid = c.typrelid AND r.relkind <> 'c')`;

/** Catalogs whose rows are objects of their own. */
export const objects: readonly CatalogRows[] = [
  alone('pg_namespace', 'schema', 'nspname', {
    own: `(${user} OR c.nspname = 'public') AND c.nspname !~ '^pg_(toast|temp)'`,
    rights: ['nspacl', `'n'`, 'c.nspowner'],
  }),
  alone('pg_extension', 'extension', 'extname', {
    // The list names tables of the extension by number, and follows its version.
    leave: { extconfig: same('extversion'), extcondition: same('extversion') },
    own: `(${user} OR c.extname = 'plpgsql')`,
    render: { extowner: `CASE WHEN c.extname <> 'plpgsql' THEN ${role('c.extowner')} END` },
  }),
  named('pg_type', 'type', 'typname', 'typnamespace', {
    own: `${user} AND NOT (${isArray})`,
    label: `CASE WHEN c.typtype = 'm' THEN 'multirange ' || quote_ident(c.typname) WHEN NOT ${isRow} THEN 'type ' || ${qualified('c.typnamespace', 'c.typname')} END`,
    parent: [
      `CASE WHEN c.typtype = 'm' THEN 'pg_type' ELSE 'pg_class' END`,
      `CASE WHEN c.typtype = 'm' THEN (SELECT r.rngtypid FROM pg_range r WHERE r.rngmultitypid = c.oid) WHEN ${isRow} THEN c.typrelid END`,
    ],
    silent: isRow,
    render: {
      typdefaultbin:
        'CASE WHEN c.typdefaultbin IS NULL THEN c.typdefault ELSE pg_get_expr(c.typdefaultbin, 0) END',
      typbasetype: 'CASE WHEN c.typbasetype <> 0 THEN format_type(c.typbasetype, c.typtypmod) END',
    },
    rights: ['typacl', `'T'`, 'c.typowner'],
    leave: {
      typrelid: number,
      typarray: number,
      typtypmod: 'told with the base type',
      typndims: 'enforced nowhere',
      typdefault: 'told with typdefaultbin',
    },
  }),
  {
    catalog: 'pg_range',
    own: 'c.rngtypid >= 16384',
    parent: [`'pg_type'`, 'c.rngtypid'],
    leave: { rngtypid: inPath },
  },
  named('pg_proc', 'function', 'proname', 'pronamespace', {
    label: `CASE c.prokind WHEN 'a' THEN 'aggregate ' WHEN 'p' THEN 'procedure ' ELSE 'function ' END || ${qualified('c.pronamespace', 'c.proname')} || '(' || oidvectortypes(c.proargtypes) || ')'`,
    render: {
      proargdefaults: 'pg_get_expr(c.proargdefaults, 0)',
      prosqlbody: 'CASE WHEN c.prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(c.oid) END',
    },
    rights: ['proacl', `'f'`, 'c.proowner'],
    leave: { pronargs: same('proargtypes'), pronargdefaults: same('proargdefaults') },
  }),
  {
    catalog: 'pg_aggregate',
    own: 'c.aggfnoid::oid >= 16384',
    parent: [`'pg_proc'`, 'c.aggfnoid::oid'],
    leave: { aggfnoid: inPath },
  },
  named('pg_operator', 'operator', 'oprname', 'oprnamespace', {
    label: `'operator ' || (SELECT quote_ident(n.nspname) FROM pg_namespace n WHERE n.oid = c.oprnamespace) || '.' || c.oprname
      || '(' || CASE WHEN c.oprleft <> 0 THEN format_type(c.oprleft, NULL) || ', ' ELSE '' END || format_type(c.oprright, NULL) || ')'`,
    leave: { oprleft: inPath, oprright: inPath },
  }),
  named('pg_opfamily', 'operator family', 'opfname', 'opfnamespace', {
    label: `'operator family ' || ${qualified('c.opfnamespace', 'c.opfname')} || ' using ' || ${method('c.opfmethod')}`,
    leave: { opfmethod: inPath },
  }),
  named('pg_opclass', 'operator class', 'opcname', 'opcnamespace', {
    label: `'operator class ' || ${qualified('c.opcnamespace', 'c.opcname')} || ' using ' || ${method('c.opcmethod')}`,
    leave: { opcmethod: inPath },
  }),
  ...(['op', 'proc'] as const).map((part): CatalogRows => {
    const number = part === 'op' ? 'amopstrategy' : 'amprocnum';
    const [left, right] = [`am${part}lefttype`, `am${part}righttype`];
    return {
      catalog: `pg_am${part}`,
      own: user,
      label: `'${part === 'op' ? 'operator' : 'function'} ' || c.${number} || ' (' || format_type(c.${left}, NULL) || ', ' || format_type(c.${right}, NULL) || ')'`,
      parent: [`'pg_opfamily'`, `c.am${part}family`],
      leave: {
        [`am${part}family`]: inPath,
        [left]: inPath,
        [right]: inPath,
        [number]: inPath,
        amopmethod: inPath,
      },
    };
  }),
  {
    catalog: 'pg_cast',
    own: user,
    label: `'cast (' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')'`,
    leave: { castsource: inPath, casttarget: inPath },
  },
  {
    catalog: 'pg_transform',
    own: user,
    label: `'transform for ' || format_type(c.trftype, NULL) || ' language ' || (SELECT quote_ident(l.lanname) FROM pg_language l WHERE l.oid = c.trflang)`,
    leave: { trftype: inPath, trflang: inPath },
  },
  named('pg_collation', 'collation', 'collname', 'collnamespace', {
    leave: { collversion: "version of the machine's library" },
  }),
  named('pg_conversion', 'conversion', 'conname', 'connamespace'),
  named('pg_ts_config', 'text search configuration', 'cfgname', 'cfgnamespace'),
  named('pg_ts_dict', 'text search dictionary', 'dictname', 'dictnamespace'),
  named('pg_ts_parser', 'text search parser', 'prsname', 'prsnamespace'),
  named('pg_ts_template', 'text search template', 'tmplname', 'tmplnamespace'),
  alone('pg_language', 'language', 'lanname', { rights: ['lanacl', `'l'`, 'c.lanowner'] }),
  alone('pg_am', 'access method', 'amname'),
  alone('pg_event_trigger', 'event trigger', 'evtname'),
  alone('pg_foreign_data_wrapper', 'foreign-data wrapper', 'fdwname', {
    rights: ['fdwacl', `'F'`, 'c.fdwowner'],
    sets: ['fdwoptions'],
  }),
  alone('pg_foreign_server', 'server', 'srvname', {
    rights: ['srvacl', `'S'`, 'c.srvowner'],
    sets: ['srvoptions'],
    secret: ['srvoptions'],
  }),
  {
    catalog: 'pg_user_mapping',
    own: user,
    label: `'user mapping of ' || ${role('c.umuser')}`,
    parent: [`'pg_foreign_server'`, 'c.umserver'],
    sets: ['umoptions'],
    secret: ['umoptions'],
    leave: { umuser: inPath, umserver: inPath },
  },
  alone('pg_publication', 'publication', 'pubname'),
  {
    catalog: 'pg_publication_rel',
    own: user,
    label: `'table ' || c.prrelid::regclass::text`,
    parent: [`'pg_publication'`, 'c.prpubid'],
    render: {
      prqual: 'pg_get_expr(c.prqual, c.prrelid)',
      prattrs: `CASE WHEN c.prattrs IS NOT NULL THEN ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.prrelid AND a.attnum = ANY (c.prattrs::int2[]) ORDER BY 1) END`,
    },
    leave: { prpubid: inPath, prrelid: inPath },
  },
  {
    catalog: 'pg_publication_namespace',
    own: user,
    label: `'schema ' || (SELECT quote_ident(n.nspname) FROM pg_namespace n WHERE n.oid = c.pnnspid)`,
    parent: [`'pg_publication'`, 'c.pnpubid'],
    leave: { pnpubid: inPath, pnnspid: inPath },
  },
  alone('pg_subscription', 'subscription', 'subname', {
    own: `c.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())`,
    sets: ['subpublications'],
    secret: ['subconninfo'],
    leave: { subdbid: inPath, subskiplsn: measured, subtwophasestate: measured },
  }),
  {
    catalog: 'pg_default_acl',
    own: user,
    label: `'default privileges of ' || ${role('c.defaclrole')} || coalesce(' in ' || (SELECT quote_ident(n.nspname) FROM pg_namespace n WHERE n.oid = c.defaclnamespace), '')
      || CASE c.defaclobjtype WHEN 'r' THEN ' on tables' WHEN 'S' THEN ' on sequences' WHEN 'f' THEN ' on functions' WHEN 'T' THEN ' on types' WHEN 'n' THEN ' on schemas' ELSE ' on ' || c.defaclobjtype::text END`,
    rights: ['defaclacl', undefined, 'c.defaclrole'],
    leave: { defaclrole: inPath, defaclnamespace: inPath, defaclobjtype: inPath },
  },
  alone('pg_authid', 'role', 'rolname', {
    own: `${user} AND c.rolname <> $1`,
    server: true,
    leave: { rolpassword: 'a secret' },
  }),
  alone('pg_parameter_acl', 'parameter', 'parname', {
    own: 'true',
    server: true,
    rights: ['paracl', `'p'`, '10'],
  }),
];
