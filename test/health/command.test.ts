/** `dbd health` as people run it: on a quiet database, with few rights, on a standby, through a pooler, in a storm of locks, on a snapshot. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { health } from '../../src/commands/health.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import { renderers } from '../../src/render/all.ts';
import { isClean } from '../../src/report/build.ts';
import type { Report } from '../../src/report/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { writeSnapshot } from '../../src/snapshot/file.ts';
import { need } from '../support/require.ts';
import { factsOf } from './fixtures.ts';

/** What a careful team would have: keys, indexes under references, statistics, work that reads by index. */
const good = `
  CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, made_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,
    total numeric(12, 2) NOT NULL, state text NOT NULL DEFAULT 'open', made_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX orders_customer_id_idx ON orders (customer_id);
  INSERT INTO customers (email) SELECT 'c' || n || '@example.org' FROM generate_series(1, 2000) n;
  INSERT INTO orders (customer_id, total) SELECT 1 + n % 2000, n % 900 FROM generate_series(1, 20000) n;`;

const busy = `DO $$ BEGIN FOR i IN 1 .. 400 LOOP
    PERFORM count(*) FROM orders WHERE customer_id = i; PERFORM email FROM customers WHERE id = i;
    UPDATE orders SET state = 'paid' WHERE id = i; INSERT INTO orders (customer_id, total) VALUES (i, i);
  END LOOP; END $$`;

let sandbox: Sandbox;
let database: SandboxDatabase;
let folder: string;
let admin: Session;

beforeAll(async () => {
  sandbox = await startSandbox(postgres);
  await sandbox.durable(true);
  database = await sandbox.createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'dbd-health-'));
  const owner = await postgres.connect(database.ownerUrl);
  await owner.run(good);
  await owner.query('VACUUM (ANALYZE)');
  await owner.run(busy);
  await owner.close();
  admin = await postgres.connect(database.adminUrl);
});
afterAll(async () => {
  await admin?.close();
  await sandbox?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function run(given: Record<string, unknown>, config = ''): Promise<Report> {
  await writeFile(join(folder, 'dbd.config.yaml'), config);
  return health.run(health.input.parse(given), {
    emit: () => undefined,
    signal: new AbortController().signal,
    cwd: folder,
    env: {},
    engine: async () => postgres,
    stdin: async () => '',
  });
}

const grave = ({ findings }: Report): readonly string[] =>
  findings.filter(({ severity }) => severity !== 'info').map(({ rule, place }) => `${rule} ${place}`);

test('a good, busy database has nothing that is worth a warning', async () => {
  const report = await run({ database: database.adminUrl, window: '300ms' });
  expect(grave(report)).toEqual([]);
  expect(isClean(report)).toBe(true);
  expect(report.verdict).toBe('proven');
});

test('nothing is written, and nothing is left in the session of a pooler', async () => {
  const pool = await sandbox.pool?.(database);
  if (!need(pool !== undefined, 'pgbouncer: apt install pgbouncer')) return;
  const report = await run({ database: pool!.url });
  expect(grave(report)).toEqual([]);
  const session = await postgres.connect(pool!.url, { names: 'database' });
  const { rows } = await session.query(
    "SELECT current_setting('default_transaction_read_only') AS ro, current_setting('statement_timeout') AS t, current_setting('search_path') AS p",
  );
  expect(rows).toEqual([{ ro: 'off', t: '0', p: '"$user", public' }]);
  await session.close();
  await pool!.stop();
});

test('what a role may not see is no verdict, and the grant opens it', async () => {
  const role = await sandbox.createRole();
  const url = role.url(database);
  const other = await postgres.connect(database.ownerUrl);
  const before = await run({ database: url });
  expect(before.verdict).toBe('conditions');
  const blocks = JSON.stringify(before.blocks);
  expect(blocks).toContain(`GRANT pg_monitor TO \\"${role.name}\\"`);
  expect(blocks).toContain('idle-in-transaction');
  await admin.query(`GRANT pg_monitor, pg_read_all_data TO ${role.name}`);
  const after = await run({ database: url });
  expect(JSON.stringify(after.blocks)).not.toContain('GRANT pg_monitor');
  expect(after.verdict).toBe('proven');
  await other.close();
  await admin.query(`REVOKE pg_monitor, pg_read_all_data FROM ${role.name}`);
});

test('a server that is not there, and addresses that are none', async () => {
  await expect(run({ database: 'postgres://nobody@127.0.0.1:9/x' })).rejects.toMatchObject({
    code: 'connect.refused',
  });
  await expect(run({})).rejects.toMatchObject({ code: 'usage.missing-input' });
  await expect(run({ snapshot: 'none.dbds' })).rejects.toMatchObject({ code: 'file.missing' });
  await expect(run({ database: database.adminUrl, rule: ['unused-indx'] })).rejects.toMatchObject({
    hint: 'Did you mean unused-index?',
  });
  await expect(run({ snapshot: 'x.dbds', window: '10s' })).rejects.toMatchObject({
    code: 'usage.wrong-option',
  });
});

test('in a storm of locks the root is named, and what could not be read is told', async () => {
  const holder = await postgres.connect(database.adminUrl);
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE orders');
  const waiting = await Promise.all([1, 2, 3].map(() => postgres.connect(database.ownerUrl)));
  const asked = waiting.map((session) => session.query('SELECT count(*) FROM orders').catch(() => undefined));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const report = await run({ database: database.adminUrl });
  expect(grave(report)).toEqual([`blocking-session session ${holder.pid}`]);
  expect(report.findings.find(({ rule }) => rule === 'blocking-session')).toMatchObject({
    fix: `SELECT pg_terminate_backend(${holder.pid});`,
  });
  expect(JSON.stringify(report.blocks)).toContain('waited for public.orders');
  await holder.query('ROLLBACK');
  await Promise.all(asked);
  await Promise.all([holder, ...waiting].map((session) => session.close()));
});

test('a standby is looked at, lags when its replay rests, and its use of indexes counts', async () => {
  const follower = await sandbox.follow!({ delayMs: 60_000, signal: new AbortController().signal });
  const standby = follower.url(database);
  try {
    const report = await run({ database: standby });
    // The copy of a sandbox is as careless about the disk as a sandbox.
    expect(grave(report)).toEqual(['risky-setting setting fsync', 'risky-setting setting full_page_writes']);
    expect(report.meta.limits.join()).toContain('on a standby');
    const reader = await postgres.connect(standby);
    await reader.query('SELECT pg_wal_replay_pause()');
    await admin.query(
      "SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000)) FROM generate_series(1, 60)",
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const behind = await run({ database: database.adminUrl, rule: ['lagging-standby'] });
    expect(behind.findings).toMatchObject([{ rule: 'lagging-standby', severity: 'warning' }]);
    await reader.query('SELECT pg_wal_replay_resume()');
    await reader.close();
    const both = await run({ database: database.adminUrl, replica: [standby] });
    expect(both.meta.limits.join()).toContain('this node and of');
  } finally {
    await follower.stop();
  }
});

test('a baseline holds what is known, the configuration explains, and a script mends', async () => {
  await admin.query('CREATE TABLE "bad\n; DROP TABLE orders; --" (x int)');
  await admin.query('CREATE INDEX twice ON orders (customer_id)');
  await admin.query('CREATE TABLE "json\nhere" (id bigint PRIMARY KEY, "b\nc" json)');
  const url = database.adminUrl;
  const first = await run({ database: url, baseline: 'known.json', writeBaseline: true });
  expect([first.findings, isClean(first)]).toEqual([[], true]);
  const known = JSON.parse(await readFile(join(folder, 'known.json'), 'utf8')) as {
    findings: { rule: string }[];
  };
  expect(known.findings.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['missing-primary-key', 'duplicate-index']),
  );
  await admin.query('CREATE TABLE "new one" (x int)');
  const second = await run({ database: url, baseline: 'known.json' });
  expect(second.findings.map(({ rule, place }) => `${rule} ${place}`)).toEqual([
    'missing-primary-key public."new one"',
  ]);
  expect(isClean(second)).toBe(false);
  const explained = await run(
    { database: url, baseline: 'known.json' },
    'standards: { deviations: [{ rule: missing-primary-key, object: public."new one", because: a log, until: 2099-12-31 }] }\n',
  );
  expect([explained.findings, isClean(explained)]).toEqual([[], true]);
  expect(JSON.stringify(explained.blocks)).toContain('a log');
  const off = await run(
    { database: url, baseline: 'known.json' },
    'standards: { rules: { missing-primary-key: off } }\n',
  );
  expect(off.findings).toEqual([]);
  await expect(
    run({ database: url }, 'standards: { rules: { unused-indexx: off } }\n'),
  ).rejects.toMatchObject({
    code: 'config.invalid',
  });
  const script = await renderers['code']!(await run({ database: url, fix: true }), {
    width: 80,
    color: false,
  } as never);
  expect(script).toContain('DROP INDEX CONCURRENTLY');
  // A rewrite under a lock is there to read, not to run.
  expect(script).toMatch(/^-- ALTER TABLE "json$/m);
  expect(script).not.toMatch(/^ALTER TABLE "json/m);
  await postgres.grammar.ready();
  for (const { sql } of postgres.grammar.split(script)) expect(sql).not.toMatch(/^\s*; DROP TABLE orders/m);
  expect(script.split('\n').filter((line) => line.startsWith('; DROP'))).toEqual([]);
  const sarif = JSON.parse(await renderers['sarif']!(await run({ database: url }), {} as never)) as {
    runs: { results: { ruleId: string }[]; tool: { driver: { rules: unknown[] } } }[];
  };
  expect(sarif.runs[0]!.results.map(({ ruleId }) => ruleId)).toContain('duplicate-index');
  expect(sarif.runs[0]!.tool.driver.rules.length).toBeGreaterThan(70);
});

test('a snapshot tells its part, and names what it does not hold', async () => {
  const { snapshot } = await factsOf(database.adminUrl);
  await writeSnapshot(join(folder, 'shop.dbds'), snapshot);
  const report = await run({ snapshot: 'shop.dbds' });
  expect(report.findings.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['missing-primary-key', 'duplicate-index']),
  );
  expect(JSON.stringify(report.blocks)).toContain('a snapshot does not hold it');
});

test('the list of rules needs no server', async () => {
  const listed = await run({ rules: true });
  expect(listed.blocks[0]).toMatchObject({ kind: 'table' });
});
