import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rehearseMigration } from '../../src/deliver/rehearsal/rehearse.ts';
import type { Config } from '../../src/config/model.ts';
import type { Report } from '../../src/report/model.ts';
import { testDatabase } from '../support/database.ts';
import { postgres } from './shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'dbd-restored-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sql = `CREATE TABLE "Or ders" (id int PRIMARY KEY, total int NOT NULL, email text);
  INSERT INTO "Or ders" SELECT i, i % 500, CASE WHEN i <> 7 THEN 'c' || i END FROM generate_series(1, 5000) i;
  CREATE VIEW totals AS SELECT sum(total) AS total FROM "Or ders";
  CREATE FUNCTION "f; DROP"(a int) RETURNS int LANGUAGE sql AS 'SELECT a';`;

async function rehearse(url: string, text: string): Promise<Report> {
  const path = join(folder, 'up.sql');
  writeFileSync(path, text);
  const config: Config = {
    current: { kind: 'none' },
    sandbox: url,
    standards: undefined,
  } as unknown as Config;
  return rehearseMigration({
    engine: postgres,
    subject: { kind: 'files', paths: [path], merge: false },
    config,
    restored: '2026-11-20',
    rows: 1000,
    quick: true,
    seed: 1,
    blockedMs: 500,
    limitMs: 60_000,
    idleMs: 60_000,
    urlEnv: [],
    load: false,
    beside: { reader: false, idle: false, standby: false },
    pooler: false,
    newWrites: false,
    scalesMs: 0,
    killsMs: 0,
    tableRows: new Map(),
    cwd: folder,
    env: {},
    emit: () => undefined,
    signal: new AbortController().signal,
  });
}

async function namesOn(url: string): Promise<readonly string[]> {
  const session = await postgres.connect(url);
  const { rows } = await session.query<{ name: string }>(
    `SELECT datname::text AS name FROM pg_database UNION ALL SELECT rolname::text FROM pg_roles ORDER BY 1`,
  );
  await session.close();
  return rows.map(({ name }) => name);
}

test('rows of a restored copy count as measured; the copy stays as it is, and nothing of ours stays on its server', async () => {
  const copy = await testDatabase({ sql });
  const before = await namesOn((await testDatabase()).adminUrl);
  const report = await rehearse(
    copy.adminUrl,
    `ALTER TABLE "Or ders" ADD CONSTRAINT small CHECK (total < 500); ALTER TABLE "Or ders" ALTER COLUMN total TYPE bigint`,
  ).catch((error: unknown) => error as Report);
  // The view reads the column: a statement that fails on the structure fails here too.
  expect(report.claims.find(({ id }) => id === 'runs')!.verdict).toBe('missed');

  const good = await rehearse(
    copy.adminUrl,
    `ALTER TABLE "Or ders" ADD CONSTRAINT small CHECK (total < 500)`,
  );
  expect(good.claims.find(({ id }) => id === 'runs')).toMatchObject({
    verdict: 'proven',
    because: expect.stringContaining('restored copy of production, taken 2026-11-20'),
  });
  const rows = good.blocks.find(({ id }) => id === 'facts');
  expect(JSON.stringify(rows)).toContain('"measured"');
  const session = await postgres.connect(copy.adminUrl);
  const { rows: kept } = await session.query<{ owner: string; checks: string }>(
    `SELECT pg_get_userbyid(relowner)::text AS owner, (SELECT count(*)::text FROM pg_constraint WHERE conname = 'small') AS checks FROM pg_class WHERE relname = 'Or ders'`,
  );
  await session.close();
  expect(kept).toEqual([{ owner: 'dbd_owner', checks: '0' }]);
  const after = await namesOn((await testDatabase()).adminUrl);
  expect(after.filter((name) => !before.includes(name) && !/^db_\d+$/.test(name))).toEqual([]);
});

test('what the rows of production do not allow is found', async () => {
  const copy = await testDatabase({ sql });
  const report = await rehearse(copy.adminUrl, `ALTER TABLE "Or ders" ALTER COLUMN email SET NOT NULL`);
  expect(report.claims.find(({ id }) => id === 'runs')).toMatchObject({
    verdict: 'missed',
    because: expect.stringContaining('contains null values'),
  });
});

test('a database that somebody uses is not copied, and said so', async () => {
  const copy = await testDatabase({ sql });
  const somebody = await postgres.connect(copy.adminUrl);
  try {
    await expect(rehearse(copy.adminUrl, 'SELECT 1')).rejects.toMatchObject({ code: 'sandbox.copy' });
  } finally {
    await somebody.close();
  }
});
