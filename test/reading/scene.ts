/** A database with traps behind every door that a statement can open, a reader, and a witness that sees what was touched. */
import pg from 'pg';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { ReadAnswer, Session } from '../../src/engine/model.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startServer } from './servers.ts';
import { sceneSql, virtualSql } from './scene-sql.ts';

/** In every value that no answer may hold. */
export const secret = 'planted-secret';

export const masked = ['shop.customers.email', 'shop.customers.phone', 'shop.kin_0.email'] as const;

export interface Scene {
  readonly sandbox: Sandbox;
  readonly readerUrl: string;
  readonly ownerUrl: string;
  readonly adminUrl: string;
  readonly admin: Session;
  /** Process of a session of the reader's own role, which may end it. */
  readonly victim: number;
  /** Reads as the reader. */
  read(sql: string, more?: { readonly masked?: readonly string[] }): Promise<ReadAnswer>;
  /** Everything that a statement could have left; equal texts mean nothing was touched. */
  witness(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server of this version with the traps set. */
export async function startScene(major: number): Promise<Scene> {
  const sandbox = await startServer(major);
  try {
    const database = await sandbox.createDatabase();
    for (const name of ['tablefunc', 'pg_trgm', 'hstore']) await sandbox.installExtension(database, name);
    const owner = await postgres.connect(database.ownerUrl);
    await owner.run(sceneSql + (major >= 18 ? virtualSql : ''));
    await owner.close();
    const admin = await postgres.connect(database.adminUrl);
    const role = await sandbox.createRole();
    await admin.run(
      `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA trap TO PUBLIC; SELECT lo_from_bytea(4711, '${secret}');
       CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nowhere;
       CREATE FOREIGN TABLE trap.far (id int) SERVER elsewhere;
       CREATE TABLE trap.parent (id int) PARTITION BY RANGE (id);
       CREATE FOREIGN TABLE trap.part PARTITION OF trap.parent FOR VALUES FROM (0) TO (10) SERVER elsewhere;`,
    );
    await admin.run(
      postgres.reading.readerScript({
        role: role.name,
        database: database.name,
        tables: await readable(admin),
        timeMs: 5000,
      }),
    );
    await admin.run(`ALTER ROLE "${role.name}" CONNECTION LIMIT 20`);
    const readerUrl = role.url(database);
    const victim = await postgres.connect(readerUrl, { application: 'victim' });
    const listener = new pg.Client({ connectionString: database.adminUrl });
    let heard = 0;
    listener.on('notification', () => (heard += 1));
    await listener.connect();
    await listener.query('LISTEN chan');
    // Up to PostgreSQL 14 the figures of a new database begin some time after its first session, and that looks like a reset.
    for (let tries = 0; major < 15 && tries < 100; tries += 1) {
      const { rows } = await admin.query<{ there: boolean }>(
        'SELECT stats_reset IS NOT NULL AS there FROM pg_stat_database WHERE datname = current_database()',
      );
      if (rows[0]!.there) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return {
      sandbox,
      readerUrl,
      ownerUrl: database.ownerUrl,
      adminUrl: database.adminUrl,
      admin,
      victim: victim.pid,
      read: (sql, more = {}) =>
        postgres.reading.read(readerUrl, {
          sql,
          caps: { rows: 50, bytes: 32_768, timeMs: 5000 },
          ...more,
        }),
      async witness() {
        await listener.query('SELECT 1');
        const { rows } = await admin.query<{ seen: string }>(WITNESS, [victim.pid]);
        return `${rows[0]!.seen} heard ${heard}`;
      },
      async stop() {
        await listener.end();
        await victim.close();
        await admin.close();
        await sandbox.stop();
      },
    };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** Everything but what is kept from the reader. */
async function readable(
  admin: Session,
): Promise<Parameters<typeof postgres.reading.readerScript>[0]['tables']> {
  const { tables, views } = await postgres.inspect(admin);
  return [...tables, ...views]
    .filter(({ name }) => name !== 'secrets')
    .map(({ schema, name, columns }) => ({ schema, name, columns: columns.map((column) => column.name) }));
}

const WITNESS = `
SELECT jsonb_build_object(
  'journal', (SELECT count(*) FROM shop.journal),
  'orders', (SELECT md5(string_agg(o::text, '' ORDER BY id)) FROM shop.orders o),
  'customers', (SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM shop.customers c),
  'secrets', (SELECT count(*) FROM shop.secrets),
  'numbers', (SELECT row(last_value, is_called)::text FROM shop.numbers),
  'advisory', (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
  'victim', (SELECT state FROM pg_stat_activity WHERE pid = $1),
  'objects', (SELECT count(*) FROM pg_class) + (SELECT count(*) FROM pg_proc) + (SELECT count(*) FROM pg_type),
  'roles', (SELECT md5(string_agg(r::text, '' ORDER BY rolname)) FROM pg_authid r),
  'grants', (SELECT md5(string_agg(relacl::text, '' ORDER BY oid)) FROM pg_class),
  'settings', (SELECT md5(string_agg(s::text, '' ORDER BY setdatabase, setrole)) FROM pg_db_role_setting s),
  'configuration', md5(pg_read_file('postgresql.auto.conf')),
  'files', (SELECT count(*) FROM pg_ls_dir('.')),
  'large', (SELECT md5(string_agg(l::text, '' ORDER BY loid, pageno)) FROM pg_largeobject l),
  'slots', (SELECT count(*) FROM pg_replication_slots),
  'origins', (SELECT count(*) FROM pg_replication_origin),
  'prepared', (SELECT count(*) FROM pg_prepared_xacts),
  'loaded', pg_conf_load_time(),
  'reset', (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),
  'databases', (SELECT count(*) FROM pg_database)
)::text AS seen`;

/** What went wrong with one statement that must not run; nothing when all is well. */
export async function bypassed(
  scene: Scene,
  sql: string,
  hidden: readonly string[] = [],
): Promise<string | undefined> {
  try {
    const answer = await scene.read(sql, { masked: hidden });
    if (JSON.stringify(answer.allowed ? answer.rows : '').includes(secret)) return `told the secret: ${sql}`;
    return answer.allowed ? `ran: ${sql}` : undefined;
  } catch (error) {
    // Nothing but the judgement may stop it: what the server stopped was already under way.
    return `reached the server (${(error as Error).message}): ${sql}`;
  }
}

/** Tries all, a few at a time, and looks after each handful what was touched; the sentences of what went wrong. */
export async function tryAll<T>(
  scene: Scene,
  cases: readonly T[],
  attempt: (one: T) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const before = await scene.witness();
  for (let at = 0; at < cases.length; at += 8) {
    const handful = cases.slice(at, at + 8);
    wrong.push(...(await Promise.all(handful.map(attempt))).filter((one) => one !== undefined));
    const after = await scene.witness();
    if (after !== before)
      return [...wrong, `touched by one of ${JSON.stringify(handful)}: ${after} was ${before}`];
  }
  return wrong;
}

/** Sessions of calls that are still there. */
export async function left(scene: Scene): Promise<number> {
  const { count } = await scene.admin.query(
    "SELECT FROM pg_stat_activity WHERE application_name = 'dbd query'",
  );
  return count;
}
