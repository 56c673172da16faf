import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { listSandboxes } from '../../src/sandbox/kept.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import type { BenchFigures, Saturation } from '../../src/workload/bench/model.ts';
import { shop } from '../rehearse/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'dbd-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const queries = file(
  'queries.sql',
  `-- name: order_by_id
-- rate: 60/s peak 120/s
-- p95: 10 s
SELECT * FROM orders WHERE id = :id;

-- name: of customer
-- rate: 20/s
SELECT * FROM orders WHERE customer_id = :customer_id LIMIT 5;

-- name: note
-- rate: 20/s
UPDATE orders SET note = note WHERE id = :id;
`.replace('of customer', 'of_customer'),
);

let database: SandboxDatabase;
beforeAll(async () => {
  database = await shop();
});

const bench = (input: object, workload = queries) =>
  run('bench', { workload, seconds: 0.6, connections: 4, ...input });
const figuresOf = (report: { readonly output: Readonly<Record<string, unknown>> }) =>
  new Map((report.output['queries'] as readonly BenchFigures[]).map((one) => [one.name, one]));

describe('on a database of this machine', () => {
  test('an open loop asks at the declared rates, read-only, and counts every call', async () => {
    const report = await bench({ database: database.ownerUrl, rate: 'x2', seconds: 1 });
    const figures = figuresOf(report);
    expect([...figures.keys()]).toEqual(['order_by_id', 'of_customer']);
    const one = figures.get('order_by_id')!;
    expect(one).toMatchObject({ kind: 'read', failed: 0, timedOut: 0, target: 10_000 });
    // 120 calls are expected of a Poisson process; fewer than 80 or more than 160 happen once in ten thousand runs.
    expect(one.completed).toBeGreaterThan(80);
    expect(one.completed).toBeLessThan(160);
    expect(one.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(one.completed);
    const { p50, p95, p99 } = one;
    expect([p50!.value, p95!.value, p99!.value, one.max!]).toEqual(
      [p50!.value, p95!.value, p99!.value, one.max!].toSorted((a, b) => a - b),
    );
    expect(p95!.low).toBeLessThanOrEqual(p95!.value);
    expect(p95!.n).toBe(one.completed);
    expect(report.output['excluded']).toEqual([
      { name: 'note', reason: 'it writes; --writes runs it on a sandbox' },
    ]);
    expect(report.claims.map(({ id, verdict }) => [id, verdict])).toEqual([['order_by_id', 'proven']]);
  });

  test('a call that was due while the server was busy carries its waiting', async () => {
    const slow = file('slow.sql', '-- name: slow\n-- rate: 40/s\n-- p95: 60 ms\nSELECT pg_sleep(0.05);\n');
    const report = await bench({ database: database.ownerUrl, connections: 1, seconds: 1.5 }, slow);
    const one = figuresOf(report).get('slow')!;
    // One connection answers 20 of 40 calls a second, however quick the machine is.
    expect(one.achieved).toBeLessThan(25);
    expect(one.offered!).toBeGreaterThan(25);
    expect(one.max!).toBeGreaterThan(2 * 50);
    expect(report).toMatchObject({ verdict: 'failed' });
    expect(report.claims[0]).toMatchObject({ verdict: 'missed' });
    // Two clients that wait for their answers never see that queue.
    const closed = await bench({ database: database.ownerUrl, clients: 2, seconds: 1.5 }, slow);
    const calm = figuresOf(closed).get('slow')!;
    expect(calm.p50!.value).toBeLessThan(one.p50!.value);
    expect(calm.achieved).toBeGreaterThan(one.achieved);
    expect(calm).not.toHaveProperty('offered');
    expect(closed.meta.limits.join()).toContain('hides queues');
  });

  test('clients choose queries by their rates, and think between them', async () => {
    const busy = figuresOf(await bench({ database: database.ownerUrl, clients: 4 }));
    const calls = (name: string): number => busy.get(name)!.completed;
    expect(calls('order_by_id')).toBeGreaterThan(2 * calls('of_customer'));
    const pensive = figuresOf(await bench({ database: database.ownerUrl, clients: 4, think: '100ms' }));
    expect(pensive.get('order_by_id')!.completed).toBeLessThan(calls('order_by_id') / 2);
  });

  test('failures are counted by SQLSTATE and fail the report', async () => {
    const broken = file(
      'broken.sql',
      `-- name: halves
-- rate: 40/s
-- param n: [0, 1]
SELECT 1 / :n::int;

-- name: counter
-- rate: 20/s
SELECT nextval('ticket');

-- name: endless
-- rate: 5/s
SELECT pg_sleep(60);
`,
    );
    const session = await postgres.connect(database.ownerUrl);
    await session.run('CREATE SEQUENCE IF NOT EXISTS ticket');
    await session.close();
    const report = await bench({ database: database.ownerUrl, timeout: '200ms' }, broken);
    const figures = figuresOf(report);
    expect(figures.get('halves')!.states).toEqual({ '22012': figures.get('halves')!.failed });
    expect(figures.get('halves')!.failed).toBeGreaterThan(0);
    expect(figures.get('halves')!.completed).toBeGreaterThan(0);
    // Writing hides in a function: the session itself refuses it.
    expect(figures.get('counter')!.states).toEqual({ '25006': figures.get('counter')!.failed });
    expect(figures.get('counter')!.completed).toBe(0);
    expect(figures.get('endless')).toMatchObject({ completed: 0, failed: 0 });
    expect(figures.get('endless')!.timedOut).toBeGreaterThan(0);
    expect(report.verdict).toBe('failed');
    expect(report.findings.map(({ place, severity }) => [place, severity])).toEqual([
      ['halves', 'error'],
      ['counter', 'error'],
      ['endless', 'warning'],
    ]);
  });

  test('a search finds where one connection no longer keeps up', { timeout: 60_000 }, async () => {
    const slow = file('knee.sql', '-- name: slow\n-- rate: 20/s\nSELECT pg_sleep(0.02);\n');
    const report = await bench(
      { database: database.ownerUrl, saturate: true, connections: 1, seconds: 1 },
      slow,
    );
    const { kept, lost, steps } = report.output['saturation'] as Saturation;
    // 20 ms a call and one connection: 50 a second at most.
    expect(kept!).toBeLessThan(60);
    expect(lost!).toBeLessThan(110);
    expect(kept!).toBeLessThan(lost!);
    expect(steps.some(({ good }) => !good)).toBe(true);
    expect(report.claims).toEqual([]);
  });
});

describe('what may not be loaded is refused', () => {
  const refused = (input: object) =>
    bench(input).then(
      () => 'ran',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    );

  test.each([
    'postgres://app:secret@db.example.org:5432/shop',
    'postgres://app:secret@10.0.0.7/shop',
    'postgres://app:secret@localhost.example.org/shop',
    'postgres://app:secret@localhost/shop?host=db.example.org',
    'postgres://app:secret@127.0.0.1.example.org/shop',
  ])('%s', async (url) => {
    const said = await refused({ database: url });
    expect(said).toMatch(/^bench\.refused: .*is not on this machine/);
    expect(said).not.toContain('secret');
  });

  test('a place that --development does not name', async () => {
    const url = 'postgres://app@db.example.org:5432/shop';
    expect(await refused({ database: url, development: 'db.example.org:5432/other' })).toMatch(
      /^bench\.refused: --development names db\.example\.org:5432\/other, but/,
    );
    // The right name passes the policy; that nobody answers there is another matter.
    expect(
      await refused({
        database: 'postgres://app@192.0.2.1:1/shop?connect_timeout=1',
        development: '192.0.2.1:1/shop',
      }),
    ).toMatch(/^connect\./);
  }, 30_000);

  test('writes to a database that is not ours, and files that hold nothing to run', async () => {
    expect(await refused({ database: database.ownerUrl, writes: true })).toMatch(/^bench\.refused: Writing/);
    const writing = file('writing.sql', '-- name: w\nUPDATE orders SET note = note WHERE id = :id;');
    expect(
      await bench({ database: database.ownerUrl }, writing).catch((error: { code: string }) => error.code),
    ).toBe('bench.refused');
  });

  test.each([
    { rate: 'twice' },
    { rate: 'x0' },
    { clients: 2, saturate: true },
    { think: '5ms' },
    { seconds: 0 },
    { saturate: true, seconds: 31 },
    { seconds: 1e9 },
    { task: 'x.md' },
  ])('%o', async (input) => {
    expect(await refused({ database: database.ownerUrl, ...input })).toMatch(/^usage\.wrong-option/);
  });
});

describe('on a twin', () => {
  const current = file(
    'current.sql',
    'CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, note text);',
  );

  test('queries run on made-up rows, and writes when they are asked for', { timeout: 60_000 }, async () => {
    const report = await bench({ current, rows: 2000, writes: true });
    const figures = figuresOf(report);
    expect([...figures.keys()]).toEqual(['order_by_id', 'of_customer', 'note']);
    expect(figures.get('note')).toMatchObject({ kind: 'write', failed: 0 });
    expect(figures.get('note')!.completed).toBeGreaterThan(0);
    expect(report.output['target']).toBe('a twin with 2k rows');
    expect((await listSandboxes(postgres)).filter(({ owner }) => owner === process.pid)).toHaveLength(1);
  });

  test("a task's access patterns run on its own change", { timeout: 60_000 }, async () => {
    const task = file(
      'task.md',
      `# T-1 Notes

\`\`\`yaml
dbd: 1
entities:
  E1 Note: { fields: { body: text } }
access:
  Q1: { says: A note, sql: "SELECT body FROM notes WHERE id = :id", rate: 50/s, p95: 10 s }
  Q2: { says: A new note, insert: E1, rate: 5/s }
\`\`\`
`,
    );
    const report = await run('bench', { task, quick: true, rows: 600, seconds: 1 }, { cwd: folder });
    expect([...figuresOf(report).keys()]).toEqual(['Q1']);
    expect(figuresOf(report).get('Q1')!.completed).toBeGreaterThan(20);
    expect(report.output['excluded']).toEqual([expect.objectContaining({ name: 'Q2' })]);
  });
});
