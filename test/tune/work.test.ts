import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { readFiles } from '../../src/tune/work/sources.ts';
import { workOf } from '../../src/tune/work/work.ts';

const signal = new AbortController().signal;
let sandbox: Sandbox;
let session: Session;
let snapshot: Snapshot;
let folder: string;

beforeAll(async () => {
  await postgres.grammar.ready();
  folder = await mkdtemp(join(tmpdir(), 'dbd-work-'));
  sandbox = await startSandbox(postgres);
  const database = await sandbox.createDatabase();
  session = await postgres.connect(database.adminUrl);
  await session.run(`
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int NOT NULL, status text NOT NULL, at timestamptz NOT NULL);
    INSERT INTO orders (customer, status, at) SELECT i % 500, CASE WHEN i % 50 = 0 THEN 'open' ELSE 'done' END, timestamptz '2026-01-01' + i * interval '1 minute' FROM generate_series(1, 5000) AS i;
    ANALYZE orders`);
  snapshot = await postgres.capture.read(session, {
    probes: [],
    statementMs: 30_000,
    statements: 10,
    emit: () => undefined,
    signal,
  });
});
afterAll(async () => {
  await session?.close();
  await sandbox?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function read(files: Readonly<Record<string, string>>, path = '') {
  const own = await mkdtemp(join(folder, 'case-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(own, name, '..'), { recursive: true });
    await writeFile(join(own, name), text);
  }
  return readFiles({ engine: postgres, path: join(own, path), shown: 'workload', encoding: 'UTF8', signal });
}

async function work(files: Readonly<Record<string, string>>) {
  const { captured, targets, unreadable } = await read(files);
  return workOf({ engine: postgres, session, snapshot, captured, targets, unreadable });
}

describe('a workload of files', () => {
  test('has the declared rates, targets and values of named queries', async () => {
    const { queries, writes } = await work({
      'app.sql': `-- name: by_customer
-- rate: 50/s
-- p95: 20 ms
-- param customer: 1..400
SELECT * FROM orders WHERE customer = :customer ORDER BY at DESC LIMIT 20;
-- name: close
-- rate: 2/s
UPDATE orders SET status = 'done' WHERE id = :id;`,
    });
    expect(queries.map(({ name }) => name)).toEqual(['by_customer', 'close']);
    expect(queries[0]).toMatchObject({ kind: 'read', basis: 'known', callsBasis: 'assumed', p95: 20 });
    expect(Math.round(queries[0]!.callsPerDay / 86_400)).toBe(50);
    expect(new Set(queries[0]!.sets.map(({ values }) => values[0])).size).toBe(6);
    expect(queries[0]!.sets.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(writes).toMatchObject([{ table: { name: 'orders' }, inserted: 0, updated: 172_800, deleted: 0 }]);
  });

  test('draws common and skewed values where none are given', async () => {
    const { queries } = await work({
      'one.sql': '-- name: of_customer\nSELECT * FROM orders WHERE customer = :c;',
    });
    const [query] = queries;
    expect(query).toMatchObject({ basis: 'drawn' });
    expect(query!.sets.map(({ kind }) => kind)).toEqual(['common', 'common', 'common', 'skewed', 'skewed']);
    const [, , , rare, absent] = query!.sets;
    expect(Number(absent!.values[0])).toBeGreaterThan(500);
    expect(rare!.share).toBeLessThan(query!.sets[0]!.share);
  });

  test('of a folder is one: equal statements of SQL files and logs are counted together', async () => {
    const line = (sql: string, ms: number): string =>
      `2026-11-20 10:00:00.000 UTC [1] LOG:  duration: ${ms} ms  statement: ${sql}\n`;
    const found = await work({
      'a/list.sql': 'SELECT count(*) FROM orders WHERE customer = 7;\nSELECT broken FROM;\nSELECT now();',
      'server.log':
        line('SELECT count(*) FROM orders WHERE customer = 8', 3) +
        line('select count(*) from orders where customer = 9', 5),
      'notes.txt': 'SELECT 1 FROM orders',
    });
    expect(found.queries).toHaveLength(1);
    const [query] = found.queries;
    expect(query).toMatchObject({ callsPerDay: 3, basis: 'known' });
    expect(query!.sets.map(({ values, kind }) => [values[0], kind])).toEqual([
      ['7', 'call'],
      ['8', 'call'],
      ['9', 'call'],
    ]);
    expect(found.unsupported.map(({ reason }) => reason).toSorted()).toEqual([
      'it does not parse',
      'it reads no table',
    ]);
  });

  test('that is empty, missing or no workload is refused', async () => {
    await expect(read({ 'empty.sql': '-- nothing' })).rejects.toMatchObject({ code: 'workload.invalid' });
    await expect(read({}, 'none.sql')).rejects.toMatchObject({ code: 'file.missing' });
  });

  test('of many statements keeps those that take the time, and tells the rest', async () => {
    const text = Array.from(
      { length: 60 },
      (_, i) => `SELECT ${'id, '.repeat(i)} at FROM orders WHERE customer = 1;`,
    );
    const { captured } = await read({ 'many.sql': text.join('\n') });
    const found = await workOf({ engine: postgres, session, snapshot, captured, most: 20 });
    expect(found.queries).toHaveLength(20);
    expect(found.limits.join(' ')).toContain('40 statements of 60 are not looked at');
  });
});
