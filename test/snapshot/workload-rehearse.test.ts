/** Commands that start from a snapshot: structure, volumes, queries and rates are production's. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { writeSnapshot } from '../../src/snapshot/file.ts';
import { deliverTask, filesIn, rehearse, scratch, taskOf, type Delivered } from '../deliver/delivery.ts';
import { fillKnown } from '../../src/deliver/twin/fill-known.ts';
import { measuredVolumes } from '../../src/twin/measured.ts';
import { restoredDatabase } from '../../src/twin/restored.ts';
import { knowledgeOf } from '../../src/twin/sampled/knowledge.ts';
import { planVolumes } from '../../src/twin/volumes.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const signal = new AbortController().signal;
const emit = (): void => undefined;

const structure = `
  CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
  INSERT INTO customers SELECT n, 'c' || n || '@example.org' FROM generate_series(1, 2000) AS n;
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, status text NOT NULL, at timestamptz NOT NULL);
  CREATE INDEX orders_customer_id_idx ON orders (customer_id);
  INSERT INTO orders SELECT n, 1 + n % 2000, CASE WHEN n % 10 = 0 THEN 'open' ELSE 'done' END, '2026-01-01'::timestamptz + n * interval '1 min'
    FROM generate_series(1, 8000) AS n;
  CREATE TABLE quiet (id bigint PRIMARY KEY, word text);
  ANALYZE;`;

const application = [
  'SELECT status, at FROM orders WHERE customer_id = 5 ORDER BY at DESC LIMIT 10',
  `UPDATE orders SET status = 'done' WHERE id = 7`,
  'SELECT email FROM customers WHERE id = 9',
  `SELECT count(*) FROM orders AS recent WHERE at > now() - interval '1 day'`,
];

/** It waits for whoever reads, and keeps everybody out meanwhile. */
const locking = `BEGIN;\nLOCK TABLE orders IN ACCESS EXCLUSIVE MODE;\nSELECT pg_sleep(0.9);\nCOMMIT;\n`;
const harmless = 'COMMENT ON TABLE quiet IS $$nobody reads it$$;\n';

let folder: string;
let file: string;
let snapshot: Snapshot;

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const limitsOf = ({ report }: Delivered): string => report.meta.limits.join('\n');
const rulesOf = ({ report }: Delivered): readonly string[] => report.findings.map(({ rule }) => rule);

beforeAll(async () => {
  folder = scratch();
  file = join(folder, 'prod.dbds');
  const source = await testDatabase({ sql: structure, extensions: ['pg_stat_statements'] });
  const admin = await postgres.connect(source.adminUrl);
  await admin.run('SELECT pg_stat_statements_reset()');
  for (const sql of application) await admin.run(sql);
  const taken = await postgres.capture.read(admin, {
    probes: [],
    statementMs: 10_000,
    statements: 500,
    emit,
    signal,
  });
  await admin.close();
  const since = new Date(Date.parse(taken.takenAt) - 3_600_000).toISOString();
  snapshot = {
    ...taken,
    // An hour of a busy shop.
    workload: {
      ...taken.workload,
      since,
      statements: taken.workload.statements.map((one) => ({ ...one, calls: 36_000 })),
    },
    activity: {
      ...taken.activity,
      since: new Date(Date.parse(taken.takenAt) - 10 * 86_400_000).toISOString(),
      tables: taken.activity.tables.map((one) =>
        one.name === 'orders' ? { ...one, inserted: 8000, deleted: 1000 } : one,
      ),
    },
  };
  await writeSnapshot(file, snapshot);
});

describe('rehearse --snapshot', () => {
  let locked: Delivered;
  beforeAll(async () => {
    locked = await rehearse({ files: [write('lock.sql', locking)], snapshot: file, rows: 3000 });
  });

  test('a change that locks a busy table stops a query that production calls, told with its rate', () => {
    const stalled = locked.report.findings.filter(({ rule }) => rule === 'queries-stalled');
    const places = stalled.map(({ place }) => place);
    // What it does not lock goes on: the query on customers is not among them.
    expect(places).toHaveLength(3);
    expect(places).toContain('update_orders');
    expect(places.filter((place) => /^read_orders_[0-9a-f]{4}$/.test(place))).toHaveLength(2);
    expect(stalled.find(({ place }) => place === 'update_orders')?.message).toContain(
      'Production calls it 10 times a second.',
    );
  });

  test('rows are in production’s proportions, and the report says whence', () => {
    const limits = limitsOf(locked);
    expect(limits).toMatch(
      /Rows per table are those that production had on \d{4}-\d\d-\d\d, 10k in all; the twin holds /,
    );
    const captured = locked.report.blocks.find(({ id }) => id === 'captured');
    expect(JSON.stringify(captured)).toContain(
      '["update_orders","10","UPDATE orders SET status = $1 WHERE id = $2"]',
    );
    expect(limits).toMatch(/Current structure: .*prod\.dbds: db_\d+ on PostgreSQL 18\.\d+, \d{4}-/);
    expect(limits).toMatch(/Parameters: .* values drawn from statistics/);
    expect(rulesOf(locked)).not.toContain('snapshot-old');
  });

  test('without the captured workload the same change stops nobody that is known', async () => {
    const bare = join(folder, 'bare.dbds');
    await writeSnapshot(bare, { ...snapshot, workload: { source: 'none: not installed', statements: [] } });
    const other = await rehearse({ files: [write('lock.sql', locking)], snapshot: bare, rows: 3000 });
    expect(other.report.findings.map(({ message }) => message).join()).not.toContain('Production calls it');
    expect(limitsOf(other)).toContain(
      'The snapshot holds no statement of the application (none: not installed).',
    );
  });

  test('a table that is dropped takes its queries with it', async () => {
    const dropped = await rehearse({
      files: [write('drop.sql', 'DROP TABLE orders;\n')],
      snapshot: file,
      rows: 3000,
      load: false,
    });
    expect(rulesOf(dropped)).toContain('query-broken');
    expect(dropped.report.findings.map(({ place }) => place).join()).toContain('read_orders');
    expect(dropped.report.findings.map(({ place }) => place).join()).not.toContain('read_customers');
  });

  test('queries of a file win by name and by text', async () => {
    const queries = write(
      'queries.sql',
      `-- name: update_orders\n-- rate: 3/s\nSELECT 1 FROM customers LIMIT 1;\n-- name: mine\n-- rate: 3/s\nSELECT status, at FROM orders WHERE customer_id = :c ORDER BY at DESC LIMIT 10;\n`,
    );
    const merged = await rehearse({
      files: [write('lock.sql', locking)],
      snapshot: file,
      workload: queries,
      rows: 3000,
    });
    const names = merged.report.findings
      .filter(({ rule }) => rule === 'queries-stalled')
      .map(({ place }) => place);
    expect(names).toContain('mine');
    expect(names.filter((name) => name.startsWith('read_orders'))).toHaveLength(1);
    // The file's query of that name reads another table.
    expect(names).not.toContain('update_orders');
  });
});

test('where statistics allow no rows, made-up ones stand in, and it is told', async () => {
  const sandbox = await testSandbox();
  const { database } = await restoredDatabase({ engine: postgres, sandbox, snapshot, signal });
  const broken = new Map([['public.customers.id', ['no number']]]);
  const known = { ...knowledgeOf(snapshot), columns: new Map(), wanted: broken };
  const columns = new Map(known.columns).set('public.customers.id', {
    ...snapshot.columns.find(({ relation, column }) => relation === 'customers' && column === 'id')!,
    histogram: '{no,number,at,all}',
  });
  const options = { engine: postgres, sandbox, database, catalog: snapshot.catalog, seed: 1, emit, signal };
  const volumes = planVolumes({
    catalog: snapshot.catalog,
    volumes: [],
    lifecycle: [],
    tableOf: () => undefined,
    measured: measuredVolumes(snapshot),
    horizonDays: 0,
    rows: 500,
  });
  const filled = await fillKnown({ ...options, volumes, known: { ...known, columns } });
  expect(filled.limits.join()).toContain('Rows could not follow the statistics of the snapshot');
  expect(filled.tables.find(({ table }) => table.name === 'customers')?.rows).toBeGreaterThan(50);
});

describe('task --snapshot', () => {
  test('volumes come from production; a declared one wins, and is told where it contradicts', async () => {
    const task = taskOf(`
change: { engine: postgres, kind: alter }
schema: |
  ALTER TABLE orders ADD COLUMN note text;
access:
  Q1: { says: Orders of a customer, sql: 'SELECT id, note FROM orders WHERE customer_id = :customer_id', rate: 1/s, p95: 50 ms }
volume:
  V1: { of: customers, now: 40k, per_day: 10, horizon: 12 months }
compat:
  K1: { says: The shop keeps working, workload: current }
`);
    const made = await deliverTask(task, { snapshot: file });
    const found = made.report.findings.filter(({ rule }) => rule === 'volume-contradicts-production');
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringMatching(/declares 40k rows; production had 2k/),
    ]);
    expect(limitsOf(made)).toContain('prod.dbds');
    const twin = made.report.blocks.find(({ id }) => id === 'volumes');
    expect(JSON.stringify(twin)).toMatch(/"orders","8k","26\d\.\dk","\d+","measured in production on /);
    expect(JSON.stringify(twin)).toContain('declared (V1)');
    expect(made.verdicts['K1']).toBe('proven');
    expect(Object.keys(filesIn(made.out))).toContain('report.html');
  });
});

describe('seed, docs and check', () => {
  test('seeds follow the sizes of production', async () => {
    const report = await run('seed', { snapshot: file, kind: 'development', rows: 80 }, { cwd: folder });
    const rows = report.output['rows'] as Readonly<Record<string, number>>;
    expect(rows['public.orders']).toBe(80);
    expect(rows['public.customers']).toBeLessThan(60);
  });

  test('a snapshot is a current structure wherever one is taken', async () => {
    const docs = await run('docs', { current: file, out: join(folder, 'docs') }, { cwd: folder });
    expect(JSON.stringify(docs.output)).toContain('docs');
    const check = await run('check', { current: file }, { cwd: folder });
    expect(check.findings.map(({ place }) => place).join()).toContain('orders');
  });
});

describe('what is asked wrongly', () => {
  const failing = async (input: Readonly<Record<string, unknown>>): Promise<unknown> =>
    run('rehearse', { files: [write('calm.sql', harmless)], ...input }, { cwd: folder }).catch(
      (error: unknown) => error,
    );

  test('both a structure and a snapshot', async () => {
    expect(await failing({ snapshot: file, current: 'schema.sql' })).toMatchObject({
      code: 'usage.wrong-option',
    });
  });

  test('a file that is missing, damaged, or no snapshot', async () => {
    expect(await failing({ snapshot: 'lost.dbds' })).toMatchObject({ code: 'file.missing' });
    expect(await failing({ snapshot: write('half.dbds', 'not gzip') })).toMatchObject({
      code: 'snapshot.invalid',
    });
  });

  test('the configuration names it relative to itself, and refuses two structures', async () => {
    const project = join(folder, 'project');
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, 'dbd.config.yaml'), 'snapshot: ../prod.dbds\n');
    writeFileSync(join(project, 'calm.sql'), harmless);
    const fine = await rehearse({ files: [join(project, 'calm.sql')], load: false, rows: 1000 });
    expect(limitsOf(fine)).toContain('prod.dbds');
    writeFileSync(join(project, 'dbd.config.yaml'), 'current: schema.sql\nsnapshot: ../prod.dbds\n');
    await expect(rehearse({ files: [join(project, 'calm.sql')] })).rejects.toMatchObject({
      code: 'config.invalid',
    });
  });

  test('an old snapshot, and one without tables, are told', async () => {
    const old = join(folder, 'old.dbds');
    await writeSnapshot(old, { ...snapshot, takenAt: new Date(Date.now() - 100 * 86_400_000).toISOString() });
    const aged = await rehearse({
      files: [write('calm.sql', harmless)],
      snapshot: old,
      load: false,
      rows: 1000,
    });
    expect(aged.report.findings.find(({ rule }) => rule === 'snapshot-old')?.message).toMatch(/100 days ago/);

    const empty = await testDatabase();
    const session = await postgres.connect(empty.adminUrl);
    const nothing = await postgres.capture.read(session, {
      probes: [],
      statementMs: 5000,
      statements: 10,
      emit,
      signal,
    });
    await session.close();
    await writeSnapshot(join(folder, 'empty.dbds'), nothing);
    const bare = await rehearse({
      files: [write('new.sql', 'CREATE TABLE made (id int PRIMARY KEY);\n')],
      snapshot: join(folder, 'empty.dbds'),
      load: false,
    });
    expect(rulesOf(bare)).toContain('snapshot-empty');
  });

  test('a major version that is not here', async () => {
    const future = join(folder, 'future.dbds');
    await writeSnapshot(future, {
      ...snapshot,
      source: { ...snapshot.source, version: '21.1', versionNumber: 210_001 },
    });
    expect(await failing({ snapshot: future })).toMatchObject({ code: 'sandbox.no-server' });
  });
});
