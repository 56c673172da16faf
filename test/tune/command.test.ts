/** `dbd tune` as a user meets it: a snapshot or a running server in, advice that was built and measured out. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Report } from '../../src/report/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { writeSnapshot } from '../../src/snapshot/file.ts';
import { scratch, taskOf } from '../deliver/delivery.ts';
import { testDatabase } from '../support/database.ts';

const signal = new AbortController().signal;

const structure = `
  CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, country text NOT NULL);
  INSERT INTO customers SELECT n, 'c' || n || '@example.org', (ARRAY['de', 'fr', 'nl'])[1 + n % 3] FROM generate_series(1, 1500) AS n;
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, status text NOT NULL, total int NOT NULL, at timestamptz NOT NULL, deleted_at timestamptz);
  INSERT INTO orders SELECT n, 1 + (n * 7919) % 1500, CASE WHEN n % 200 = 0 THEN 'open' ELSE 'done' END, n % 977, '2026-01-01'::timestamptz + n * interval '1 min', CASE WHEN n % 20 = 0 THEN now() END
    FROM generate_series(1, 18000) AS n;
  CREATE INDEX orders_at_idx ON orders (at);
  CREATE INDEX orders_at_status_idx ON orders (at, status);
  ANALYZE;`;

const calls: readonly (readonly [number, string])[] = [
  [
    40,
    'SELECT id, total, at FROM orders WHERE customer_id = 5 AND deleted_at IS NULL ORDER BY at DESC LIMIT 10',
  ],
  [20, "SELECT count(*) FROM orders WHERE status = 'open'"],
  [30, "SELECT id FROM customers WHERE email = 'c77@example.org'"],
  [10, "SELECT sum(total) FROM orders WHERE at >= '2026-01-05' AND at < '2026-01-06'"],
  [10, "UPDATE orders SET status = 'done' WHERE id = 400"],
  [2, 'SELECT now()'],
];

let folder: string;
let file: string;
let source: SandboxDatabase;

beforeAll(async () => {
  folder = scratch();
  file = join(folder, 'prod.dbds');
  source = await testDatabase({ sql: structure, extensions: ['pg_stat_statements'] });
  const admin = await postgres.connect(source.adminUrl);
  await admin.run('VACUUM ANALYZE');
  await admin.run('SELECT pg_stat_statements_reset()');
  for (const [times, sql] of calls) for (let i = 0; i < times; i += 1) await admin.run(sql);
  const taken = await postgres.capture.read(admin, {
    probes: [],
    statementMs: 30_000,
    statements: 100,
    emit: () => undefined,
    signal,
  });
  await admin.close();
  await writeSnapshot(file, taken);
});

interface Output {
  readonly create: readonly { readonly sql: string; readonly serves: readonly string[] }[];
  readonly queries: readonly {
    readonly name: string;
    readonly sql: string;
    readonly estimated?: { readonly before: number; readonly after: number };
    readonly measured?: { readonly verdict: string; readonly results: string };
  }[];
  readonly estimated: {
    readonly create: readonly { readonly bytes: number }[];
    readonly drop: readonly { readonly bytes: number }[];
  };
  readonly bound: { readonly gap: number; readonly says: string; readonly candidates: number };
  readonly frontier: readonly { readonly bytes: number; readonly cost: number }[];
  readonly unsupported: readonly { readonly reason: string }[];
  readonly folder?: string;
}

const tune = async (
  input: Readonly<Record<string, unknown>>,
): Promise<{ report: Report; output: Output }> => {
  const report = await run('tune', { quick: true, ...input }, { cwd: folder });
  return { report, output: report.output as unknown as Output };
};

describe('a snapshot', () => {
  test('is tuned: a set that was built, measured, carried out and taken back', async () => {
    const { report, output } = await tune({
      snapshot: file,
      out: 'changes',
      name: 'first',
    });
    const slow = output.queries.find(({ sql }) => sql.includes('customer_id ='))!;
    expect(slow.measured).toMatchObject({ verdict: 'faster', results: 'same' });
    expect(slow.estimated!.after).toBeLessThan(slow.estimated!.before);
    expect(output.create.some(({ sql }) => /ON orders.*customer_id/.test(sql))).toBe(true);
    expect(output.unsupported.map(({ reason }) => reason)).toContain('it reads no table');
    expect(output.bound.says).toMatch(/among \d+ candidates/);
    expect(report.verdict).not.toBe('failed');
    const [up] = readdirSync(join(folder, 'changes/first/up'));
    expect(readFileSync(join(folder, 'changes/first/up', up!), 'utf8')).toContain(
      'CREATE INDEX CONCURRENTLY',
    );
    expect(existsSync(join(folder, 'changes/first/down'))).toBe(true);
  });

  test('without building is only estimated, and says so', async () => {
    const { report, output } = await tune({ snapshot: file, build: false });
    expect(report.verdict).toBe('conditions');
    expect(report.headline).toContain('nothing is proven');
    expect(output.create).toEqual([]);
    expect(output.estimated.create.length).toBeGreaterThan(0);
  });

  test('keeps a budget of bytes, what goes makes room', async () => {
    const sum = (list: readonly { readonly bytes: number }[]): number =>
      list.reduce((total, one) => total + one.bytes, 0);
    const all = await tune({ snapshot: file, build: false });
    const budget = Math.floor(sum(all.output.estimated.create) / 2);
    const half = await tune({ snapshot: file, build: false, budgetBytes: String(budget) });
    const { create, drop } = half.output.estimated;
    expect(sum(create) - sum(drop)).toBeLessThanOrEqual(budget);
    expect(sum(create)).toBeLessThan(sum(all.output.estimated.create));
  });

  test('may be tuned for statements of a file', async () => {
    writeFileSync(
      join(folder, 'queries.sql'),
      '-- name: of_country\n-- rate: 20/s\nSELECT count(*) FROM customers WHERE country = :country AND email LIKE :start;',
    );
    const { output } = await tune({ snapshot: file, workload: 'queries.sql', build: false });
    expect(output.queries.map(({ name }) => name)).toEqual(['of_country']);
  });
});

test('a running database is read and left as it was', async () => {
  const { output } = await tune({ database: source.adminUrl, build: false });
  expect(output.estimated.create.length).toBeGreaterThan(0);
});

test('hostile SQL of a task is refused before any of it runs', async () => {
  const touched = join(folder, 'touched');
  writeFileSync(
    join(folder, 'hostile.md'),
    taskOf(
      `entities:\n  E1 Note: { fields: { body: text } }\naccess:\n  Q1: { sql: "COPY (SELECT 1) TO PROGRAM 'touch ${touched}'", rate: 1/s }`,
    ),
  );
  await expect(tune({ task: 'hostile.md' })).rejects.toMatchObject({ code: 'sql.refused' });
  expect(existsSync(touched)).toBe(false);
});

test.each([
  [{}, 'usage.missing-input'],
  [{ snapshot: 'a', database: 'b' }, 'usage.wrong-option'],
  [{ snapshot: 'none.dbds' }, 'file.missing'],
  [{ snapshot: 'prod.dbds', budgetBytes: 'much' }, 'usage.wrong-option'],
  [{ snapshot: 'prod.dbds', budgetWrites: 'few' }, 'usage.wrong-option'],
  [{ snapshot: 'prod.dbds', workload: 'none' }, 'file.missing'],
  [{ task: 'a', workload: 'b' }, 'usage.wrong-option'],
])('%j is refused with %s', async (input, code) => {
  await expect(tune(input)).rejects.toMatchObject({ code });
});
