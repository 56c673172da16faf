/** States of a server that no SQL text leaves behind: sessions, slots, settings, counters. */
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import type { HealthLimits } from '../../src/rules/health/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';

/** What a rule is expected to find, and from where on it shall count. */
export interface State {
  readonly rule: string;
  readonly object: RegExp;
  readonly limits?: Partial<HealthLimits>;
  /** The fix is SQL after which the finding is gone. */
  readonly mends?: true;
}

export const serverSettings: Readonly<Record<string, string>> = {
  max_prepared_transactions: '10',
  wal_level: 'logical',
  archive_mode: 'on',
  archive_command: 'false',
  shared_buffers: '16MB',
  deadlock_timeout: '100ms',
  wal_retrieve_retry_interval: '100ms',
};

export const states: readonly State[] = [
  {
    rule: 'idle-in-transaction',
    object: /^session \d+$/,
    limits: { idleInTransaction: [0.3, 900] },
    mends: true,
  },
  { rule: 'long-transaction', object: /^session \d+$/, limits: { transaction: [0.3, 900] } },
  { rule: 'long-statement', object: /^session \d+$/, limits: { statement: [0.3, 900] } },
  { rule: 'blocking-session', object: /^session \d+$/ },
  {
    rule: 'prepared-transaction',
    object: /^prepared transaction left'behind$/,
    limits: { prepared: [0.3, 900] },
    mends: true,
  },
  { rule: 'old-snapshot', object: /^session \d+$/, limits: { snapshotAge: [20, 1e9] } },
  { rule: 'used-connections', object: /^server$/, limits: { connections: [0.01, 0.9] } },
  { rule: 'deadlocks', object: /^server$/ },
  { rule: 'rollbacks', object: /^server$/ },
  { rule: 'cache-misses', object: /^server$/ },
  { rule: 'temporary-files', object: /^server$/ },
  { rule: 'idle-slot', object: /^slot idle$/, limits: { slotBytes: [1, 1e12] }, mends: true },
  { rule: 'lost-slot', object: /^slot lost$/, mends: true },
  { rule: 'failing-archive', object: /^archive$/ },
  { rule: 'large-log-folder', object: /^log$/, limits: { walFolder: [0.001, 4] } },
  { rule: 'missing-standby', object: /^setting synchronous_standby_names$/, mends: true },
  { rule: 'risky-setting', object: /^setting zero_damaged_pages$/, mends: true },
  { rule: 'planner-method-off', object: /^setting enable_hashjoin$/, mends: true },
  { rule: 'pending-restart', object: /^setting max_connections$/ },
  { rule: 'requested-checkpoints', object: /^setting max_wal_size$/ },
  { rule: 'usual-memory', object: /^setting shared_buffers$/, limits: { largeBytes: 100_000 } },
  { rule: 'wraparound', object: /^database /, limits: { wraparound: [1e-8, 0.5] } },
  { rule: 'overdue-freezing', object: /^pg_catalog\.pg_class$/, limits: { overFreeze: [1e-8, 0.5] } },
  { rule: 'outdated-extension', object: /^extension hstore$/, mends: true },
  { rule: 'extension-among-tables', object: /^extension hstore$/, mends: true },
  { rule: 'changed-collation', object: /^collation public\.german$/, mends: true },
  { rule: 'slow-statement', object: /^statement / },
  { rule: 'dominant-statement', object: /^statement /, limits: { dominantMs: 1000 } },
  { rule: 'subscription-errors', object: /^subscription takes$/ },
];

export const until = async (true_: () => Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 150; turn++) {
    if (await true_()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** Sessions that hold a state until they are closed; ones that were ended from outside close all the same. */
export class Holding {
  readonly #sessions: Session[] = [];
  readonly #waiting: Promise<unknown>[] = [];
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async open(...statements: readonly string[]): Promise<Session> {
    const session = await postgres.connect(this.#url, { application: 'a test', names: 'database' });
    this.#sessions.push(session);
    for (const sql of statements) await session.query(sql);
    return session;
  }

  /** A statement that is still running. */
  async running(sql: string, ...before: readonly string[]): Promise<void> {
    const session = await this.open(...before);
    this.#waiting.push(session.query(sql).catch(() => undefined));
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
    await Promise.all(this.#waiting);
  }
}

export const preparation = `
  CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int NOT NULL);
  INSERT INTO orders (total) SELECT n FROM generate_series(1, 200) n;
  CREATE TABLE wide (id int, filler text) WITH (autovacuum_enabled = false);
  INSERT INTO wide SELECT n, repeat('x', 500) FROM generate_series(1, 40000) n;
  CREATE INDEX ON wide (id);
  ANALYZE;`;

/** Makes the states that stay, one after the other. */
export async function makeStates(database: SandboxDatabase, other: SandboxDatabase): Promise<Holding> {
  const holding = new Holding(database.adminUrl);
  const admin = await holding.open();
  for (const sql of [
    "ALTER SYSTEM SET zero_damaged_pages = 'on'",
    "ALTER SYSTEM SET enable_hashjoin = 'off'",
    "ALTER SYSTEM SET max_connections = '150'",
    "CREATE COLLATION german (provider = icu, locale = 'de')",
    "UPDATE pg_collation SET collversion = '1' WHERE collname = 'german'",
    'CREATE TABLE words (word text COLLATE german)',
    "CREATE EXTENSION hstore VERSION '1.4'",
    'CHECKPOINT',
    "SELECT pg_create_physical_replication_slot('lost', true)",
  ])
    await admin.query(sql);
  await admin.query("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
  await admin.query('SELECT pg_reload_conf()');
  await until(async () => {
    await admin.query("SELECT pg_logical_emit_message(false, 'x', repeat('x', 100000))");
    await admin.query('SELECT pg_switch_wal()');
    await admin.query('CHECKPOINT');
    return (await admin.query("SELECT FROM pg_replication_slots WHERE wal_status = 'lost'")).count === 1;
  });
  await admin.query('ALTER SYSTEM RESET max_slot_wal_keep_size');
  await admin.query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  await admin.query('SELECT pg_reload_conf()');
  await admin.query("SELECT pg_create_physical_replication_slot('idle', true)");
  await admin.query("SELECT pg_logical_emit_message(false, 'x', repeat('x', 100000))");
  for (let n = 0; n < 25; n++) await admin.query('CHECKPOINT');
  await subscription(admin, database, other);
  // A snapshot behind which others go on, a lock behind which others wait, and a sleeper.
  await holding.open(
    'BEGIN ISOLATION LEVEL REPEATABLE READ',
    'SELECT count(*) FROM orders',
    'LOCK TABLE orders IN EXCLUSIVE MODE',
  );
  for (let n = 0; n < 3; n++) await holding.running('UPDATE orders SET total = 0 WHERE id = 1');
  await holding.running('SELECT pg_sleep(60)');
  await holding.open('BEGIN', 'CREATE TABLE left_behind (id int)', `PREPARE TRANSACTION 'left''behind'`);
  for (let n = 0; n < 30; n++) await admin.query('SELECT pg_current_xact_id()');
  const elsewhere = new Holding(other.adminUrl);
  await elsewhere.open('CREATE EXTENSION pg_stat_statements');
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      const session = await elsewhere.open();
      for (let n = 0; n < 5; n++) await session.query('SELECT pg_sleep(0.06)');
    }),
  );
  await elsewhere.close();
  return holding;
}

/** A row that the publisher sends and the subscriber refuses. */
async function subscription(admin: Session, from: SandboxDatabase, to: SandboxDatabase): Promise<void> {
  await admin.query('CREATE TABLE sent (id int PRIMARY KEY)');
  await admin.query('CREATE PUBLICATION gives FOR TABLE sent');
  await admin.query("SELECT pg_create_logical_replication_slot('takes', 'pgoutput')");
  await admin.query('INSERT INTO sent VALUES (1)');
  const subscriber = await postgres.connect(to.adminUrl);
  const { hostname, port, username, password, searchParams } = new URL(from.adminUrl);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  const conninfo = `host='${host}' port='${searchParams.get('port') ?? port}' user='${decodeURIComponent(username)}' password='${decodeURIComponent(password)}' dbname='${from.name}'`;
  try {
    await subscriber.query('CREATE TABLE sent (id int PRIMARY KEY)');
    await subscriber.query('INSERT INTO sent VALUES (1)');
    await subscriber.query(
      `CREATE SUBSCRIPTION takes CONNECTION '${conninfo.replaceAll("'", "''")}' PUBLICATION gives WITH (create_slot = false, slot_name = 'takes', copy_data = false)`,
    );
    await until(
      async () =>
        (await subscriber.query('SELECT FROM pg_stat_subscription_stats WHERE apply_error_count > 0')).count >
        0,
    );
    await subscriber.query('ALTER SUBSCRIPTION takes DISABLE');
    await until(
      async () =>
        (await subscriber.query("SELECT FROM pg_stat_activity WHERE backend_type LIKE 'logical%apply%'"))
          .count === 0,
    );
    await subscriber.query('ALTER SUBSCRIPTION takes SET (slot_name = NONE)');
    await admin.query("SELECT pg_drop_replication_slot('takes')");
  } finally {
    await subscriber.close();
  }
}

/** What happens between two looks. */
export async function makeTraffic(holding: Holding): Promise<void> {
  const [a, b] = [await holding.open(), await holding.open()];
  for (const session of [a, b]) await session.query('BEGIN');
  await a.query('UPDATE words SET word = word');
  await a.query('SELECT pg_advisory_xact_lock(1)');
  await b.query('SELECT pg_advisory_xact_lock(2)');
  const first = a.query('SELECT pg_advisory_xact_lock(2)').catch(() => undefined);
  await b.query('SELECT pg_advisory_xact_lock(1)').catch(() => undefined);
  await first;
  for (const session of [a, b]) await session.query('ROLLBACK').catch(() => undefined);
  for (let n = 0; n < 40; n++) {
    await b.query('BEGIN');
    await b.query('SELECT 1/0').catch(() => undefined);
    await b.query('ROLLBACK');
  }
  await b.query("SET work_mem = '64kB'");
  await b.query(
    'SELECT count(*) FROM (SELECT n FROM generate_series(1, 900000) n ORDER BY n DESC OFFSET 1) q',
  );
  for (let n = 0; n < 4; n++) await b.query('SELECT sum(length(filler)) FROM wide');
  for (const session of [a, b]) await session.close();
}
