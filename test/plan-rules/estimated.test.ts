/** What rules tell of a plan that was not run, by the figures of its tables. */
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { checkPlan } from '../../src/rules/check-plan.ts';
import { testDatabase } from '../support/database.ts';

const structure = `
  CREATE TABLE orders (id bigint PRIMARY KEY, customer int NOT NULL, at timestamptz NOT NULL);
  INSERT INTO orders SELECT n, n * 7919 % 4000, timestamptz '2026-01-01' + n * interval '1 minute' FROM generate_series(1, 40000) AS n;
  CREATE INDEX orders_at ON orders (at);
  ANALYZE orders;`;

const newest = 'SELECT * FROM orders WHERE customer = 5 ORDER BY at DESC LIMIT 5';

async function rulesOf(sql: string, before = ''): Promise<readonly string[]> {
  const database = await testDatabase({ sql: structure + before });
  const session = await postgres.connect(database.adminUrl);
  try {
    await postgres.grammar.ready();
    const { catalog, relations } = await postgres.capture.read(session, {
      probes: [],
      statementMs: 30_000,
      statements: 0,
      emit: () => undefined,
      signal: new AbortController().signal,
    });
    await session.run('BEGIN; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off');
    const plan = await postgres.plans.explain(session, sql, [], { analyze: false });
    await session.run('ROLLBACK');
    return checkPlan({ plan, quote: postgres.quote, sql, catalog, relations }).map(({ rule }) => rule);
  } finally {
    await session.close();
  }
}

test('an index walked in order past most of a table is seen without running it', async () => {
  expect(await rulesOf(newest)).toContain('ordered-scan-that-filters');
});

test('one that leads to the rows, or finds enough of them at once, is no fault', async () => {
  const led = await rulesOf(
    newest,
    'CREATE INDEX orders_customer_at ON orders (customer, at); ANALYZE orders;',
  );
  expect(led).not.toContain('ordered-scan-that-filters');
  const often = await rulesOf('SELECT * FROM orders WHERE customer < 3000 ORDER BY at DESC LIMIT 5');
  expect(often).not.toContain('ordered-scan-that-filters');
});
