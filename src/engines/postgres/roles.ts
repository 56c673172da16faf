import { setTimeout } from 'node:timers/promises';
import type { Admin, CollationLocale, Session } from '../../engine/model.ts';
import { fail } from '../../base/error.ts';
import { adopt } from './adopt.ts';
import { quote } from './quote.ts';

/** Extensions that are installed for a task or a dump: none of them reads files, runs programs or reaches other servers. */
const allowList: readonly string[] = [
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'hypopg',
  'intarray',
  'isn',
  'lo',
  'ltree',
  'moddatetime',
  'pg_stat_statements',
  'pg_trgm',
  'pgcrypto',
  'plpgsql',
  'postgis',
  'postgis_topology',
  'seg',
  'tablefunc',
  'tsm_system_rows',
  'tsm_system_time',
  'unaccent',
  'uuid-ossp',
  'vector',
];

/** Role attributes that leave no way to the server's files, programs, other roles or databases. */
const plainAttributes = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION';
/** Rows are made and measured past row security, which may bind owners too; the owner has no rights on tables that are not its own. */
const ownerAttributes = `${plainAttributes} BYPASSRLS`;

const extensionsQuery =
  'SELECT name::text AS name FROM pg_available_extensions WHERE name = ANY ($1) ORDER BY 1';

const markedQuery = `
  SELECT 'role' AS kind, rolname::text AS name, shobj_description(oid, 'pg_authid') AS owner
  FROM pg_roles WHERE shobj_description(oid, 'pg_authid') LIKE 'dbd %'
  UNION ALL
  SELECT 'database', datname::text, shobj_description(oid, 'pg_database')
  FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE 'dbd %'
  ORDER BY 1, 2`;

const copySettings = `
  INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
  SELECT c.oid, s.setrole, s.setconfig FROM pg_catalog.pg_database d JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid
  CROSS JOIN pg_catalog.pg_database c WHERE d.datname = $1 AND c.datname = $2`;

/** Administration of a PostgreSQL server as its superuser. */
export const admin: Admin = {
  superuser: 'dbd_admin',
  maintenance: 'postgres',

  async makeOwner(session, owner, password) {
    const name = quote.identifier(owner);
    const secret = password === undefined ? '' : ` PASSWORD ${quote.literal(password)}`;
    // The level is set by the superuser, so the role itself can neither lower nor raise it.
    await session.run(
      `CREATE ROLE ${name} ${ownerAttributes}${secret}; ALTER ROLE ${name} SET log_min_messages = debug1`,
    );
  },

  async makeRole(session, name, password) {
    const secret = password === undefined ? '' : ` PASSWORD ${quote.literal(password)}`;
    await session.run(`CREATE ROLE ${quote.identifier(name)} ${plainAttributes} NOBYPASSRLS${secret}`);
  },

  async createDatabase(session, { name, owner, from, locale }) {
    const options = [
      `OWNER ${quote.identifier(owner)}`,
      `TEMPLATE ${from === undefined ? 'template0' : quote.identifier(from)}`,
      ...(session.serverVersion >= 150_000 ? ['STRATEGY file_copy'] : []),
      ...(locale ? localeOptions(session, locale) : []),
    ];
    await session.run(`CREATE DATABASE ${quote.identifier(name)} ${options.join(' ')}`);
    // A copy does not bring along what was set for its original and for roles in it.
    if (from !== undefined) await session.query(copySettings, [from, name]);
  },

  async handOver(session, owner) {
    // Since 15 the schema belongs to pg_database_owner already.
    if (session.serverVersion < 150_000)
      await session.run(`ALTER SCHEMA public OWNER TO ${quote.identifier(owner)}`);
  },

  adopt,

  async dropDatabase(session, name) {
    if (session.serverVersion >= 130_000)
      return session.run(`DROP DATABASE IF EXISTS ${quote.identifier(name)} WITH (FORCE)`);
    await session.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    return session.run(`DROP DATABASE IF EXISTS ${quote.identifier(name)}`);
  },

  dropRole: (session, name) => session.run(`DROP ROLE IF EXISTS ${quote.identifier(name)}`),

  async endSession(session, pid) {
    await session.query('SELECT pg_terminate_backend($1)', [pid]);
    for (let tries = 0; tries < 1000; tries += 1) {
      const { count } = await session.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid]);
      if (count === 0) return;
      await setTimeout(5);
    }
  },

  async extensions(session) {
    const { rows } = await session.query<{ name: string }>(extensionsQuery, [allowList]);
    return rows.map((row) => row.name);
  },

  allowed: (extension) => allowList.includes(extension),

  async installExtension(session, name, { schema, version } = {}) {
    if (!allowList.includes(name)) {
      fail('sql.refused', `The extension ${name} is not on the list that dbd installs.`, {
        hint: `The list: ${allowList.join(', ')}.`,
      });
    }
    const known =
      version === undefined
        ? undefined
        : await session.query(
            'SELECT FROM pg_catalog.pg_available_extension_versions WHERE name = $1 AND version = $2',
            [name, version],
          );
    // Whatever path this session has, an extension without a schema goes where a client's own statement would put it.
    const open =
      schema === undefined &&
      (await session.query("SELECT WHERE to_regnamespace('public') IS NOT NULL")).count > 0;
    await session.run(
      [
        `${open ? 'BEGIN; SET LOCAL search_path = public; ' : ''}CREATE EXTENSION IF NOT EXISTS ${quote.identifier(name)}`,
        ...(schema === undefined ? [] : [`SCHEMA ${quote.identifier(schema)}`]),
        ...(known?.count ? [`VERSION ${quote.literal(version)}`] : []),
        `CASCADE${open ? '; COMMIT' : ''}`,
      ].join(' '),
    );
  },

  async durable(session, on) {
    const value = on ? 'on' : 'off';
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes'])
      await session.run(`ALTER SYSTEM SET ${setting} = ${value}`);
    await session.run('SELECT pg_reload_conf()');
    for (let tries = 0; tries < 200; tries += 1) {
      const { rows } = await session.query<{ fsync: string }>("SELECT current_setting('fsync') AS fsync");
      if (rows[0]?.fsync === value) break;
      await setTimeout(5);
    }
    // Pages that were written without durability reach the disk before figures are taken.
    if (on) await session.run('CHECKPOINT');
  },

  async mark(session, kind, name, owner) {
    await session.run(
      `COMMENT ON ${kind === 'role' ? 'ROLE' : 'DATABASE'} ${quote.identifier(name)} IS ${quote.literal(`dbd ${owner}`)}`,
    );
  },

  async marked(session) {
    const { rows } = await session.query<{ kind: 'role' | 'database'; name: string; owner: string }>(
      markedQuery,
    );
    return rows.map((row) => ({ ...row, owner: row.owner.slice('dbd '.length) }));
  },
};

function localeOptions(session: Session, locale: CollationLocale): readonly string[] {
  const { provider, rules, encoding } = locale;
  const value = quote.literal(locale.locale);
  const collate = provider === 'libc' ? (locale.collate ?? locale.locale) : locale.collate;
  const ctype = locale.ctype ?? collate;
  const all = [
    ...(encoding === undefined ? [] : [`ENCODING ${quote.literal(encoding)}`]),
    ...(collate === undefined ? [] : [`LC_COLLATE ${quote.literal(collate)}`]),
    ...(ctype === undefined ? [] : [`LC_CTYPE ${quote.literal(ctype)}`]),
  ];
  if (provider === 'libc')
    return [...(session.serverVersion >= 150_000 ? ['LOCALE_PROVIDER libc'] : []), ...all];
  if (provider === 'icu' && session.serverVersion >= 150_000)
    return [
      'LOCALE_PROVIDER icu',
      `ICU_LOCALE ${value}`,
      ...(rules === undefined ? [] : [`ICU_RULES ${quote.literal(rules)}`]),
      ...all,
    ];
  if (provider === 'builtin' && session.serverVersion >= 170_000)
    return ['LOCALE_PROVIDER builtin', `BUILTIN_LOCALE ${value}`, ...all];
  return fail('sandbox.start', `This server has no collation provider ${provider} for databases.`, {
    hint: 'Use a sandbox of the same major version as production.',
  });
}
