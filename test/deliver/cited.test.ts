/** Reports of runs against a snapshot cite how true their own rows are; what the rows do not carry gets no verdict. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { writeSnapshot } from '../../src/snapshot/file.ts';
import { testDatabase } from '../support/database.ts';
import { deliverTask, rehearse, scratch, taskOf, type Delivered } from './delivery.ts';

/** One customer in ten has nine of ten orders, 90 each, scattered over the table. */
const structure = `
  CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
  INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 400) AS n;
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, note text NOT NULL);
  INSERT INTO orders
    SELECT n, CASE WHEN n % 10 = 0 THEN 1 + n / 10 % 400 ELSE 1 + (n * 7919 / 10 % 40) * 10 END, repeat('x', 300)
      FROM generate_series(1, 4000) AS n;
  CREATE INDEX orders_customer_id_idx ON orders (customer_id);
  ANALYZE;`;

const task = taskOf(`
change: { engine: postgres, kind: alter }
schema: |
  ALTER TABLE orders ADD COLUMN place text;
access:
  Q1: { says: Orders of a customer, sql: 'SELECT id, note FROM orders WHERE customer_id = :customer_id', rate: 1/s, p95: 500 ms }
  Q2: { says: A customer, sql: 'SELECT name FROM customers WHERE id = :id', rate: 1/s, p95: 500 ms }
volume:
  V1: { of: customers, now: 400, per_day: 1, horizon: 30 days }
  V2: { of: orders, now: 4000, per_day: 1, horizon: 30 days }
`);

let folder: string;
let snapshot: Snapshot;

const saved = async (name: string, of: Snapshot): Promise<string> => {
  const path = join(folder, name);
  await writeSnapshot(path, of);
  return path;
};
const limitsOf = ({ report }: Delivered): string => report.meta.limits.join('\n');

/** Nobody knows any more that some have many. */
function flattened(of: Snapshot): Snapshot {
  return {
    ...of,
    probes: { ...of.probes, fanOut: [] },
    columns: of.columns.filter(({ relation, column }) => relation !== 'orders' || column !== 'customer_id'),
  };
}

beforeAll(async () => {
  folder = scratch();
  const source = await testDatabase({ sql: structure, extensions: ['pg_stat_statements'] });
  const admin = await postgres.connect(source.adminUrl);
  await admin.run('SELECT pg_stat_statements_reset()');
  for (let i = 0; i < 30; i++)
    await admin.run(`SELECT id, note FROM orders WHERE customer_id = ${1 + (i % 40) * 10}`);
  snapshot = await postgres.capture
    .read(admin, {
      probes: ['fan-out'],
      statementMs: 10_000,
      statements: 100,
      emit: () => undefined,
      signal: new AbortController().signal,
    })
    .finally(() => admin.close());
}, 60_000);

describe('task --snapshot', () => {
  test('cites the fidelity of its own rows', async () => {
    const made = await deliverTask(task, { snapshot: await saved('true.dbds', snapshot), rows: 5000 });
    expect(limitsOf(made)).toMatch(/Rows made from the snapshot: fidelity: 1 of 1 queries within the mark/);
    const block = made.report.blocks.find(({ id }) => id === 'fidelity');
    expect(JSON.stringify(block)).toMatch(/rows per call within 2x/);
    expect(made.verdicts['Q2']).toBe('proven');
  }, 120_000);

  test('whose families are all alike misses the mark, and gives no verdict on the latency it rests on', async () => {
    const flat = await deliverTask(task, {
      snapshot: await saved('flat.dbds', flattened(snapshot)),
      rows: 5000,
    });
    expect(limitsOf(flat)).toMatch(
      /fidelity: 0 of 1 queries within the mark.*; the mark is missed \(.*rows: p90 /,
    );
    expect(limitsOf(flat)).toMatch(/Latencies of read_orders\S* get no verdict/);
    expect(flat.verdicts['Q1']).toBe('not-proven');
    expect(flat.claims.get('Q1')?.because).toMatch(
      /no verdict follows, since the rows of the twin miss the mark for read_orders\S*: It reads [\d.]+ pages per call here and [\d.]+ in production/,
    );
    // What production does not run, or runs like the twin, keeps its verdict.
    expect(flat.verdicts['Q2']).toBe('proven');
  }, 120_000);
});

describe('rehearse --snapshot', () => {
  const change = { files: [] as string[] };
  beforeAll(() => {
    const path = join(folder, 'place.sql');
    writeFileSync(path, 'ALTER TABLE orders ADD COLUMN place text;\n');
    change.files.push(path);
  });

  test('cites it, and says in one line when nothing was measured', async () => {
    const told = await rehearse({
      ...change,
      snapshot: await saved('flat.dbds', flattened(snapshot)),
      rows: 5000,
      load: false,
    });
    expect(limitsOf(told)).toMatch(/the mark is missed \(.*rows: p90 /);
    expect(told.report.blocks.map(({ id }) => id)).toContain('fidelity-queries');
    const silent = await rehearse({
      ...change,
      snapshot: await saved('silent.dbds', {
        ...snapshot,
        workload: { ...snapshot.workload, statements: [] },
      }),
      rows: 5000,
      load: false,
    });
    expect(limitsOf(silent)).toContain(
      'How true the rows made from the snapshot are was not measured: it holds no statement of the application that can be run.',
    );
    expect(limitsOf(silent)).not.toContain('fidelity:');
  }, 120_000);
});
