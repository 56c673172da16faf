/** A filled "production" on a server of its own, with every feature that a snapshot and a twin have to carry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '../../src/engine/session/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Locale, Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

export interface ProductionOptions {
  /** Major version of the server; the bundled one when absent. */
  readonly major?: number;
  /** ICU's en-US where the server has it for databases (from 15), else libc's C.UTF-8. */
  readonly locale?: Locale;
  /** Rows of `sales.orders`, which the other large tables follow; 20,000 make some 180,000 in all. */
  readonly rows?: number;
  /** Partitions of `events`, one a day; 240, or at least 80 that queries name. */
  readonly days?: number;
  /** A tenth more rows after ANALYZE. */
  readonly stale?: boolean;
  /** Put into this sandbox instead of one of its own; its autovacuum has to be off for equal figures. */
  readonly sandbox?: Sandbox;
}

/** A filled database; roles: `shop_app` (reads and writes), `shop_support` (row security), `shop_watcher` (pg_monitor and SELECT); all sign in. */
export interface Production {
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  /** Address of one of its roles on this database. */
  url(role: 'shop_app' | 'shop_support' | 'shop_watcher'): string;
  /** Stops the server, or drops the database of a sandbox that was given. */
  stop(): Promise<void>;
}

/** A statement of the application with its constants in it. */
export interface ProductionQuery {
  readonly name: string;
  readonly sql: string;
}

/** Builds the database, indexes it after the load, analyses all tables but `imports` and `settings`, and vacuums some. */
export async function production(options: ProductionOptions = {}): Promise<Production> {
  const { major, rows = 20_000, days = 240 } = options;
  const sandbox =
    options.sandbox ??
    (await startSandbox(postgres, {
      ...(major === undefined ? {} : { major }),
      settings: { autovacuum: 'off' },
    }));
  try {
    const locale = options.locale ?? productionLocale(sandbox.serverVersion);
    const database = await sandbox.createDatabase({ locale });
    await asAdmin(database, (session) => prepare(session, database.name));
    await build(database, sandbox.serverVersion, rows, days);
    if (options.stale) await asOwner(database, (session) => session.run(part('stale', rows)));
    return {
      sandbox,
      database,
      url(role) {
        const url = new URL(database.ownerUrl);
        url.username = role;
        return url.href;
      },
      stop: () => (options.sandbox ? sandbox.dropDatabase(database) : sandbox.stop()),
    };
  } catch (error) {
    if (!options.sandbox) await sandbox.stop();
    throw error;
  }
}

/** Inserts a tenth more rows, which no ANALYZE has seen. */
export async function addRows({ database }: Production, rows = 20_000): Promise<void> {
  await asOwner(database, (session) => session.run(part('stale', rows)));
}

/** Locale of a production when none is named. */
export function productionLocale(serverVersion: number): Locale {
  return serverVersion >= 150_000
    ? { provider: 'icu', locale: 'en-US' }
    : { provider: 'libc', locale: 'C.UTF-8' };
}

/** At least a hundred queries over everything that {@link production} builds; on 18 some more over virtual columns. */
export function productionQueries(serverVersion: number): readonly ProductionQuery[] {
  return [...queriesOf('queries'), ...(serverVersion >= 180_000 ? queriesOf('queries-18') : [])];
}

async function prepare(session: Session, name: string): Promise<void> {
  for (const extension of ['pg_trgm', 'btree_gist', 'citext'])
    await postgres.admin.installExtension(session, extension);
  await session.run(`
    DO $$ BEGIN
      IF to_regrole('shop_app') IS NULL THEN
        CREATE ROLE shop_app LOGIN; CREATE ROLE shop_support LOGIN; CREATE ROLE shop_watcher LOGIN; GRANT pg_monitor TO shop_watcher;
      END IF;
    END $$;
    ALTER DATABASE ${name} SET random_page_cost = 1.3;
    ALTER DATABASE ${name} SET effective_cache_size = '3GB';
    ALTER DATABASE ${name} SET min_parallel_table_scan_size = '512kB';
    ALTER DATABASE ${name} SET parallel_setup_cost = 200;
    ALTER ROLE shop_support IN DATABASE ${name} SET enable_hashjoin = off;
    ALTER ROLE shop_app IN DATABASE ${name} SET work_mem = '6MB'`);
}

async function build(database: SandboxDatabase, version: number, rows: number, days: number): Promise<void> {
  await asOwner(database, async (session) => {
    await session.run(part('tables', rows));
    const day = (n: number): string => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10);
    const partitions = Array.from(
      { length: days },
      (_, n) =>
        `CREATE TABLE events_${day(n).replaceAll('-', '')} PARTITION OF events FOR VALUES FROM ('${day(n)}') TO ('${day(n + 1)}')`,
    );
    await session.run(
      `SET timezone = 'UTC'; ${partitions.join(';')}; CREATE TABLE events_later PARTITION OF events DEFAULT`,
    );
    await session.run(part('rows', rows, days));
    await session.run(part('indexes', rows));
    await session.run(part('views', rows));
    if (version >= 180_000)
      await session.run(
        'ALTER TABLE products ADD COLUMN gross numeric GENERATED ALWAYS AS (round(price * 1.19, 2)) VIRTUAL',
      );
    const { rows: tables } = await session.query<{ name: string }>(`
      SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relkind IN ('r', 'p', 'm') AND c.relnamespace::regnamespace::text IN ('public', 'sales', '"Odd Schema"')
        AND NOT c.relispartition AND c.relname NOT IN ('imports', 'settings') ORDER BY c.oid`);
    await session.run('VACUUM customers, sales.orders, stock, places, daily_sales');
    await session.run(`ANALYZE ${tables.map((table) => table.name).join(', ')}`);
  });
}

const folder = join(import.meta.dirname, 'production');

/** A file of SQL with its volumes put in. */
function part(name: string, orders: number, days = 240): string {
  const products = Math.max(100, Math.round(orders / 10));
  const volumes: Record<string, number> = {
    days,
    orders,
    products,
    customers: Math.max(200, Math.round(orders * 0.6)),
    stock_rows: stockRows(products),
    events: Math.max(500, orders * 1.25),
    measurements: Math.max(500, Math.round(orders * 0.75)),
  };
  return readFileSync(join(folder, `${name}.sql`), 'utf8').replaceAll(
    /(?<![:\w]):([a-z_]+)\b/g,
    (found, word: string) => String(volumes[word] ?? found),
  );
}

/** Rows that `rows.sql` puts into `stock`, whose numbers the order lines draw from. */
function stockRows(products: number): number {
  let count = 0;
  for (let product = 1; product <= products; product += 1)
    for (let warehouse = 1; warehouse <= 12; warehouse += 1)
      if ((product + warehouse) % 4 !== 0 && (warehouse <= 4 || product % 5 === 0)) count += 1;
  return count;
}

function queriesOf(name: string): readonly ProductionQuery[] {
  return readFileSync(join(folder, `${name}.sql`), 'utf8')
    .split(/^-- name: /m)
    .slice(1)
    .map((text) => {
      const end = text.indexOf('\n');
      return {
        name: text.slice(0, end).trim(),
        sql: text
          .slice(end + 1)
          .trim()
          .replace(/;$/, ''),
      };
    });
}

async function asAdmin(database: SandboxDatabase, work: (session: Session) => Promise<void>): Promise<void> {
  const session = await postgres.connect(database.adminUrl);
  await work(session).finally(() => session.close());
}

async function asOwner(database: SandboxDatabase, work: (session: Session) => Promise<void>): Promise<void> {
  const session = await postgres.connect(database.ownerUrl);
  await work(session).finally(() => session.close());
}
