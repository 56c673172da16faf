/** Facts that are spread over many rows, or that say something about objects of any kind. */
import type { CatalogRows, Gathered } from './definition.ts';
import { role } from './words.ts';

/** Rows of catalogs that say something about an object of another catalog: grants, comments, members. */
export const gathered: readonly Gathered[] = [
  {
    catalog: 'pg_description',
    sql: `SELECT c.classoid::regclass::text AS catalog, c.objoid::text AS oid, c.objsubid AS column, 'pg_description.description' AS fact, c.description AS value, NULL AS path
      FROM pg_description c WHERE c.objoid >= 16384 OR c.classoid IN ('pg_namespace'::regclass, 'pg_language'::regclass, 'pg_extension'::regclass, 'pg_am'::regclass)`,
  },
  {
    // Thousands of comments that nobody changes: one sum for each catalog says whether somebody did.
    catalog: 'pg_description',
    sql: `SELECT NULL, NULL, NULL, 'pg_description.description', md5(string_agg(c.objoid || '.' || c.objsubid || c.description, '|' ORDER BY c.objoid, c.objsubid)),
      'comments on what the server brings along, ' || c.classoid::regclass
      FROM pg_description c WHERE c.objoid < 12000 AND c.classoid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass) GROUP BY c.classoid`,
  },
  {
    catalog: 'pg_seclabel',
    sql: `SELECT c.classoid::regclass::text, c.objoid::text, c.objsubid, 'pg_seclabel.' || c.provider, c.label, NULL FROM pg_seclabel c`,
  },
  {
    catalog: 'pg_inherits',
    sql: `SELECT 'pg_class', c.inhrelid::text, 0, 'pg_inherits.inhparent',
        string_agg(c.inhparent::regclass::text || CASE WHEN c.inhdetachpending THEN ' (detach pending)' ELSE '' END, ', ' ORDER BY c.inhseqno), NULL
      FROM pg_inherits c GROUP BY c.inhrelid`,
  },
  {
    catalog: 'pg_enum',
    sql: `SELECT 'pg_type', c.enumtypid::text, 0, 'pg_enum.enumlabel', string_agg(quote_literal(c.enumlabel), ', ' ORDER BY c.enumsortorder), NULL
      FROM pg_enum c WHERE c.oid >= 16384 GROUP BY c.enumtypid`,
  },
  {
    catalog: 'pg_ts_config_map',
    sql: `SELECT 'pg_ts_config', m.mapcfg::text, 0, 'pg_ts_config_map.mapdict', string_agg(m.token, '; ' ORDER BY m.token), NULL
      FROM (SELECT c.mapcfg, coalesce((SELECT t.alias FROM ts_token_type((SELECT f.cfgparser FROM pg_ts_config f WHERE f.oid = c.mapcfg)) t WHERE t.tokid = c.maptokentype), c.maptokentype::text)
              || ': ' || string_agg(c.mapdict::regdictionary::text, ', ' ORDER BY c.mapseqno) AS token
            FROM pg_ts_config_map c WHERE c.mapcfg >= 16384 GROUP BY c.mapcfg, c.maptokentype) m GROUP BY m.mapcfg`,
  },
  {
    catalog: 'pg_depend',
    sql: `SELECT 'pg_class', c.objid::text, 0, 'pg_depend.refobjid (' || CASE c.deptype WHEN 'a' THEN 'owned by' ELSE 'identity of' END || ')',
        c.refobjid::regclass || '.' || (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = c.refobjid AND a.attnum = c.refobjsubid), NULL
      FROM pg_depend c JOIN pg_class s ON s.oid = c.objid AND s.relkind = 'S'
      WHERE c.classid = 'pg_class'::regclass AND c.refclassid = 'pg_class'::regclass AND c.refobjsubid > 0 AND c.deptype IN ('a', 'i')`,
  },
  {
    catalog: 'pg_depend',
    sql: `SELECT c.classid::regclass::text, c.objid::text, c.objsubid, 'pg_depend.refobjid (depends on extension)', string_agg(quote_ident(e.extname), ', ' ORDER BY e.extname), NULL
      FROM pg_depend c JOIN pg_extension e ON e.oid = c.refobjid WHERE c.refclassid = 'pg_extension'::regclass AND c.deptype = 'x' GROUP BY c.classid, c.objid, c.objsubid`,
  },
  {
    // Columns of an index have made-up names, so their numbers stand for them.
    catalog: 'pg_attribute',
    sql: `SELECT 'pg_class', c.attrelid::text, 0, 'pg_attribute ' || c.attnum,
        concat_ws(', ', 'attstattarget=' || nullif(c.attstattarget, -1), array_to_string(ARRAY(SELECT o FROM unnest(c.attoptions) o ORDER BY o), ', ')), NULL
      FROM pg_attribute c JOIN pg_class i ON i.oid = c.attrelid AND i.relkind IN ('i', 'I')
      WHERE c.attrelid >= 16384 AND (c.attoptions IS NOT NULL OR nullif(c.attstattarget, -1) IS NOT NULL)`,
  },
  {
    // A foreign key is checked by triggers of the server's own; switched off, it is checked no longer.
    catalog: 'pg_trigger',
    sql: `SELECT 'pg_constraint', c.tgconstraint::text, 0, 'pg_trigger.tgenabled', string_agg(c.tgrelid::regclass || ' ' || c.tgenabled::text, ', ' ORDER BY c.tgrelid::regclass::text, c.tgenabled), NULL
      FROM pg_trigger c WHERE c.tgisinternal AND c.tgconstraint <> 0 AND c.oid >= 16384 GROUP BY c.tgconstraint HAVING bool_or(c.tgenabled <> 'O')`,
  },
  {
    catalog: 'pg_db_role_setting',
    sql: `SELECT NULL, NULL, NULL, 'pg_db_role_setting.setconfig', array_to_string(ARRAY(SELECT s FROM unnest(c.setconfig) s ORDER BY s), ', '),
        'settings of ' || CASE WHEN c.setrole = 0 THEN '' ELSE 'role ' || ${role('c.setrole')} || ' in ' END || 'the database'
      FROM pg_db_role_setting c WHERE c.setdatabase = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())`,
  },
  {
    catalog: 'pg_db_role_setting',
    server: true,
    sql: `SELECT 'pg_authid', c.setrole::text, 0, 'pg_db_role_setting.setconfig', array_to_string(ARRAY(SELECT s FROM unnest(c.setconfig) s ORDER BY s), ', '), NULL
      FROM pg_db_role_setting c WHERE c.setdatabase = 0 AND c.setrole <> 0`,
  },
  {
    catalog: 'pg_shdescription',
    server: true,
    sql: `SELECT c.classoid::regclass::text, c.objoid::text, 0, 'pg_shdescription.description', c.description, NULL FROM pg_shdescription c WHERE c.classoid = 'pg_authid'::regclass`,
  },
  {
    catalog: 'pg_auth_members',
    server: true,
    sql: `SELECT 'pg_authid', c.member::text, 0, 'pg_auth_members.roleid ' || ${role('c.roleid')},
        string_agg((to_jsonb(c) - 'oid' - 'roleid' - 'member' - 'grantor')::text || ' by ' || ${role('c.grantor')}, ', ' ORDER BY c.grantor), NULL
      FROM pg_auth_members c GROUP BY c.member, c.roleid`,
  },
];

/** Rights on what came with the server or with an extension, where they are no longer as they came. */
export function changedRights({ catalog, rights }: CatalogRows, since: number): string | undefined {
  if (!rights || catalog === 'pg_default_acl' || catalog === 'pg_parameter_acl') return undefined;
  const [column, , owner] = rights;
  const [within, oid, part] =
    catalog === 'pg_attribute' ? ['pg_class', 'c.attrelid', 'c.attnum'] : [catalog, 'c.oid', '0'];
  return `SELECT '${catalog}', ${oid}::text, ${part}, '${catalog}.${column}', array_to_string(c.${column}, chr(1)) || chr(2) || ${owner}, NULL
    FROM ${catalog} c LEFT JOIN pg_init_privs i ON i.classoid = '${within}'::regclass AND i.objoid = ${oid} AND i.objsubid = ${part}
    WHERE c.${column} IS DISTINCT FROM i.initprivs
      AND (${oid} < ${since} OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${within}'::regclass AND d.objid = ${oid} AND d.deptype = 'e'))`;
}
