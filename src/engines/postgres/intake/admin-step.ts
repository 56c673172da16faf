import { SqlError } from '../../../base/error.ts';
import type { Session } from '../../../engine/session/model.ts';
import { text } from '../structure/making.ts';

/** What the last transaction wrote. */
const now = 'xmin = pg_catalog.pg_current_xact_id()::pg_catalog.xid';

/** Objects of the server itself, and of extensions, that a statement has changed; schema `public` is everybody's. */
const TOUCHED = `SELECT 1 AS one FROM (
  ${[
    'pg_proc',
    'pg_class',
    'pg_namespace',
    'pg_type',
    'pg_operator',
    'pg_opclass',
    'pg_opfamily',
    'pg_language',
    'pg_cast',
    'pg_collation',
  ]
    .map((catalog) => {
      const bare = `c.${now} AND (c.oid < 16384${catalog === 'pg_namespace' ? " AND c.nspname <> 'public'" : ''} OR EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'))`;
      return `SELECT FROM pg_catalog.${catalog} c WHERE ${bare}`;
    })
    .join('\n  UNION ALL ')}
  UNION ALL SELECT FROM pg_catalog.pg_authid WHERE ${now} AND (rolsuper OR oid < 16384)) t LIMIT 1`;

/** Objects of users in the server's own schemas, where a superuser's statements would find them. */
const MISPLACED = `SELECT 1 AS one FROM (
  ${[
    ['pg_proc', 'pronamespace'],
    ['pg_class', 'relnamespace'],
    ['pg_type', 'typnamespace'],
    ['pg_operator', 'oprnamespace'],
    ['pg_opclass', 'opcnamespace'],
    ['pg_collation', 'collnamespace'],
  ]
    .map(
      ([catalog, schema]) =>
        `SELECT FROM pg_catalog.${catalog} c JOIN pg_catalog.pg_namespace n ON n.oid = c.${schema} WHERE c.${now} AND n.oid < 16384 AND n.nspname <> 'public'`,
    )
    .join('\n  UNION ALL ')}) t LIMIT 1`;

/** Casts that a superuser's own statements could meet, or that read the bytes of one type as another's. */
const CASTS = `SELECT 1 AS one FROM pg_catalog.pg_cast c WHERE c.${now} AND (
  (c.castmethod = 'f' AND c.castsource < 16384 AND c.casttarget < 16384 AND c.castfunc >= 16384)
  OR (c.castmethod = 'b' AND NOT (c.castsource IN (25, 1042, 1043, 114) AND c.casttarget IN (25, 1042, 1043)))) LIMIT 1`;

/** Functions that are told to take what they were not made for; only those of trees of values are checked by the server's rules alone. */
const OPERATOR_CLASSES = `SELECT 1 AS one FROM (
  SELECT FROM pg_catalog.pg_amproc a JOIN pg_catalog.pg_opfamily f ON f.oid = a.amprocfamily JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod JOIN pg_catalog.pg_proc p ON p.oid = a.amproc
  WHERE a.${now} AND NOT (
    (m.amname = 'btree' AND a.amprocnum = 1 AND p.pronargs = 2 AND p.proargtypes[0] = a.amproclefttype AND p.proargtypes[1] = a.amprocrighttype)
    OR (m.amname = 'hash' AND a.amprocnum = 1 AND p.pronargs = 1 AND p.proargtypes[0] = a.amproclefttype)
    OR (m.amname = 'hash' AND a.amprocnum = 2 AND p.pronargs = 2 AND p.proargtypes[0] = a.amproclefttype AND p.proargtypes[1] = 20)
    OR (m.amname = 'btree' AND a.amprocnum = 4 AND p.proname IN ('btequalimage', 'btvarstrequalimage') AND p.oid < 16384)
    OR EXISTS (SELECT FROM pg_catalog.pg_amproc o JOIN pg_catalog.pg_opfamily g ON g.oid = o.amprocfamily
               WHERE o.oid <> a.oid AND NOT o.${now} AND o.amproc = a.amproc AND o.amprocnum = a.amprocnum AND g.opfmethod = f.opfmethod
                 AND o.amproclefttype = a.amproclefttype AND o.amprocrighttype = a.amprocrighttype))
  UNION ALL SELECT FROM pg_catalog.pg_opclass k WHERE k.${now} AND (
    (k.opcdefault AND k.opcintype < 16384)
    OR (k.opckeytype <> 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_opclass o WHERE o.oid < 16384 AND o.opcmethod = k.opcmethod AND o.opcintype = k.opcintype AND o.opckeytype = k.opckeytype)))
  UNION ALL SELECT FROM pg_catalog.pg_amop a JOIN pg_catalog.pg_operator o ON o.oid = a.amopopr WHERE a.${now} AND (o.oprleft <> a.amoplefttype OR o.oprright <> a.amoprighttype)) t LIMIT 1`;

/** Languages, templates and parsers whose code belongs to another one's rules. */
const CODE = `SELECT 1 AS one FROM (
  SELECT FROM pg_catalog.pg_language l WHERE l.${now} AND l.lanpltrusted AND NOT EXISTS (SELECT FROM pg_catalog.pg_language o
    WHERE NOT o.${now} AND o.lanpltrusted AND o.lanplcallfoid = l.lanplcallfoid AND l.laninline IN (0, o.laninline) AND l.lanvalidator IN (0, o.lanvalidator))
  UNION ALL SELECT FROM pg_catalog.pg_ts_template t WHERE t.${now} AND NOT EXISTS (SELECT FROM pg_catalog.pg_ts_template o
    WHERE o.oid < 16384 AND o.tmplinit = t.tmplinit AND o.tmpllexize = t.tmpllexize)
  UNION ALL SELECT FROM pg_catalog.pg_ts_parser t WHERE t.${now} AND NOT EXISTS (SELECT FROM pg_catalog.pg_ts_parser o
    WHERE o.oid < 16384 AND o.prsstart = t.prsstart AND o.prstoken = t.prstoken AND o.prsend = t.prsend AND o.prslextype = t.prslextype AND t.prsheadline IN (0, o.prsheadline))
  UNION ALL SELECT FROM pg_catalog.pg_foreign_data_wrapper w JOIN pg_catalog.pg_proc p ON p.oid = w.fdwvalidator JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE w.${now} AND l.lanname NOT IN ('c', 'internal')) t LIMIT 1`;

const checks: readonly (readonly [string, string])[] = [
  [TOUCHED, "it changes what is the server's own"],
  [MISPLACED, "it puts something among the server's own objects"],
  [CASTS, 'the cast would reach into statements of a superuser, or read one type as another'],
  [
    OPERATOR_CLASSES,
    'its functions were made for other types, or it would be the default for a type of the server',
  ],
  [CODE, 'its functions were made for something else'],
];

/**
 * Carries out one statement as a superuser, with the owner's search path, and takes it back when it reached what is not the text's to change.
 * Returns why it was not carried out.
 */
export async function adminStep(
  admin: Session,
  sql: string,
  searchPath: string,
  before?: (session: Session) => Promise<string | undefined>,
): Promise<string | undefined> {
  await admin.run(`BEGIN; SET LOCAL search_path = ${searchPath === '' ? "''" : searchPath}`);
  try {
    const early = await before?.(admin);
    if (early !== undefined) {
      await admin.run('ROLLBACK');
      return early;
    }
    await admin.query(sql);
    await admin.run(`SET LOCAL search_path = ${text('pg_catalog')}`);
    for (const [check, why] of checks)
      if ((await admin.query(check)).count > 0) {
        await admin.run('ROLLBACK');
        return why;
      }
    await admin.run('COMMIT');
    return undefined;
  } catch (error) {
    await admin.run('ROLLBACK');
    throw error;
  }
}

/** Whether a function is code of the server's machine, which only superusers make; it is looked up as a statement would. */
export async function isMachineCode(admin: Session, name: string): Promise<boolean> {
  try {
    const { rows } = await admin.query<{ language: string }>(
      'SELECT l.lanname::text AS language FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang WHERE p.oid = pg_catalog.to_regproc($1)::pg_catalog.oid',
      [name],
    );
    return rows[0]?.language === 'c' || rows[0]?.language === 'internal';
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}
