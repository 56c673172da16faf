/** A deployed change beside the figures of its database; regressions are planted, and must be found. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run as call } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Report } from '../../src/report/model.ts';
import { testDatabase } from '../support/database.ts';

const sql = `
  CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int NOT NULL, state text);
  INSERT INTO orders (customer, state) SELECT i % 500, 'open' FROM generate_series(1, 20000) i;
  CREATE INDEX orders_customer_idx ON orders (customer);
  ANALYZE orders`;
const change = `
  ALTER TABLE orders ADD COLUMN note text;
  ALTER TABLE orders ADD CONSTRAINT orders_filled CHECK (state IS NOT NULL) NOT VALID;
  ALTER TABLE orders VALIDATE CONSTRAINT orders_filled;
  ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
  ALTER TABLE orders DROP CONSTRAINT orders_filled;
  CREATE INDEX orders_state_idx ON orders (state)`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-confirm-'));
  await mkdir(join(folder, 'up'));
  await writeFile(join(folder, 'up/01.sql'), change);
});
afterAll(() => rm(folder, { recursive: true }));

async function run(url: string, ...statements: readonly string[]): Promise<void> {
  const session = await postgres.connect(url);
  try {
    for (const one of statements) await session.query(one);
  } finally {
    await session.close();
  }
}

const times = (count: number, one: string): readonly string[] => Array.from({ length: count }, () => one);
const busy = (count: number): readonly string[] => [
  ...times(count, 'SELECT count(state) FROM orders WHERE customer = 7'),
  ...times(count, 'SELECT state FROM orders WHERE id = 5'),
];
const confirmed = (url: string): Promise<Report> =>
  call('confirm', { change: [folder], database: url, before: 'before.dbds' }, { cwd: folder });
const claim = (report: Report, id: string) => report.claims.find((one) => one.id === id);

test('before a change, after it, and with each thing gone wrong', async () => {
  const { ownerUrl, adminUrl, name } = await testDatabase({ sql, extensions: ['pg_stat_statements'] });
  await run(
    adminUrl,
    'SELECT pg_stat_statements_reset()',
    `ALTER DATABASE "${name}" SET pg_stat_statements.track = 'all'`,
  );
  await run(ownerUrl, ...busy(60));
  const taken = await call('confirm', { take: 'before.dbds', database: adminUrl }, { cwd: folder });
  expect(taken.output).toMatchObject({ file: join(folder, 'before.dbds') });

  // Not deployed yet: every step is missed, and nobody is told otherwise.
  const early = await confirmed(adminUrl);
  expect(early.verdict).toBe('failed');
  expect(claim(early, 'step-1')).toMatchObject({ verdict: 'missed' });

  await run(ownerUrl, ...change.split(';'));
  await run(ownerUrl, ...busy(5));
  const soon = await confirmed(adminUrl);
  expect(claim(soon, 'step-1')).toMatchObject({ verdict: 'proven' });
  expect(claim(soon, 'step-6')).toMatchObject({ says: 'index orders_state_idx is there', verdict: 'proven' });
  expect(claim(soon, 'leftovers')).toMatchObject({ verdict: 'proven' });
  expect(claim(soon, 'queries')).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('not enough') as string,
  });

  // Somebody takes the index of the busiest query away: that is found, with its size, and the other query is not blamed.
  await run(ownerUrl, 'DROP INDEX orders_customer_idx', ...busy(60));
  const worse = await confirmed(adminUrl);
  expect(claim(worse, 'queries')).toMatchObject({ verdict: 'missed' });
  expect(claim(worse, 'queries')!.because).toMatch(/WHERE customer = \$1.*\+\d+ %, noise ± /);
  expect(claim(worse, 'queries')!.because).not.toContain('WHERE id');

  // A helper that stays, a constraint nobody validated, an index whose build failed.
  await run(ownerUrl, 'ALTER TABLE orders ADD CONSTRAINT orders_filled CHECK (state IS NOT NULL) NOT VALID');
  await run(ownerUrl, 'CREATE UNIQUE INDEX CONCURRENTLY orders_twice ON orders (state)').catch(
    () => undefined,
  );
  await run(ownerUrl, 'ALTER TABLE orders DROP COLUMN note');
  const left = await confirmed(adminUrl);
  expect(claim(left, 'leftovers')).toMatchObject({ verdict: 'missed' });
  expect(claim(left, 'leftovers')!.because).toContain('constraint orders_filled of orders is still there');
  expect(claim(left, 'leftovers')!.because).toContain('index orders_twice of orders is invalid');
  expect(claim(left, 'step-1')).toMatchObject({ verdict: 'missed' });

  // Counters that began again are said, and are not taken for speed.
  await run(adminUrl, 'SELECT pg_stat_statements_reset()');
  await run(ownerUrl, ...busy(40));
  const reset = await confirmed(adminUrl);
  expect(reset.meta.limits.join(' ')).toContain('counters of statements were reset');
  expect(claim(reset, 'queries')).toMatchObject({ verdict: 'missed' });
});

test('a role that may not see statements proves nothing about them', async () => {
  const { ownerUrl } = await testDatabase({ sql });
  await run(ownerUrl, ...change.split(';'));
  const report = await call('confirm', { change: [folder], database: ownerUrl }, { cwd: folder });
  expect(claim(report, 'queries')).toMatchObject({ verdict: 'not-proven' });
  expect(claim(report, 'errors')).toMatchObject({ verdict: 'not-proven' });
  expect(report.meta.limits.join(' ')).toContain('pg_stat_statements');
});
