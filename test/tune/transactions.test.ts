import { beforeAll, expect, test } from 'vitest';
import type { Catalog } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { measureAccess, type Pattern } from '../../src/tune/access.ts';
import type { AccessResult } from '../../src/tune/model.ts';
import type { TableVolume } from '../../src/twin/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const rows = 3_000;
const schema = `
CREATE TABLE accounts (id int PRIMARY KEY, owner text NOT NULL, balance int NOT NULL CHECK (balance >= 0));
CREATE TABLE entries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id int NOT NULL REFERENCES accounts, amount int NOT NULL);
INSERT INTO accounts SELECT n, 'owner ' || n, 1000000 FROM generate_series(1, ${rows}) AS n;
ANALYZE accounts`;
const rate = { perSecond: 20, peakPerSecond: 20 };
const read = 'SELECT balance FROM accounts WHERE id = :account';
const book = 'UPDATE accounts SET balance = balance - 1 WHERE id = :account';
const enter = 'INSERT INTO entries (account_id, amount) VALUES (:account, :amount)';
const params = { amount: { kind: 'values' as const, values: [7] } };
const given = { rate, params };
const volume = (name: string): TableVolume => ({
  table: { schema: 'public', name },
  claim: 'V1',
  now: rows,
  horizon: rows,
  rows,
  basis: 'declared',
  scale: 1,
  slice: 1,
  perDay: 0,
});

let database: SandboxDatabase;
let catalog: Catalog;
let results: ReadonlyMap<string, AccessResult>;

beforeAll(async () => {
  database = await testDatabase({ sql: schema });
  await postgres.grammar.ready();
  const session = await postgres.connect(database.adminUrl);
  catalog = await postgres.inspect(session).finally(() => session.close());
  results = await measured([
    { ...given, claim: 'book', p95: 2_000, transaction: [read, book, enter] },
    { ...given, claim: 'read', p95: 2_000, transaction: [read, read] },
    { ...given, claim: 'one', p95: 2_000, sql: read },
    { ...given, claim: 'slow', p95: 20, transaction: [read, 'SELECT pg_sleep(0.06)'] },
    {
      ...given,
      claim: 'broken',
      transaction: [
        "UPDATE accounts SET owner = 'lost' WHERE id = :account",
        enter,
        'SELECT 1 / (balance - balance) FROM accounts WHERE id = :account',
      ],
    },
    { ...given, claim: 'nothing', transaction: [read, 'SELECT count(*) FROM acounts'] },
  ]);
});

async function measured(patterns: readonly Pattern[]): Promise<ReadonlyMap<string, AccessResult>> {
  const found = await measureAccess({
    engine: postgres,
    sandbox: await testSandbox(),
    sizes: [{ database }],
    catalog,
    patterns,
    volumes: [volume('accounts'), volume('entries')],
    seed: 1,
    durationMs: 600,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
  return new Map(found.map((one) => [one.claim, one]));
}

async function asked<Row extends Record<string, unknown>>(sql: string): Promise<Row> {
  const session = await postgres.connect(database.ownerUrl);
  const { rows: found } = await session.query<Row>(sql).finally(() => session.close());
  return found[0]!;
}

test('a transaction is measured as one call, with the plan of each statement and the work of all', () => {
  const [whole, both, one] = ['book', 'read', 'one'].map((name) => results.get(name)!);
  expect(whole).toMatchObject({ verdict: 'proven', failed: 0, timedOut: 0 });
  expect(whole!.n).toBeGreaterThan(20);
  expect(whole!.plan.map((line) => line.slice(0, 3))).toEqual(['1: ', '2: ', '3: ']);
  expect(whole!.plan[1]).toContain('Index Scan accounts using accounts_pkey');
  expect(whole!.sizes[0]!.commitMs).toBeGreaterThan(0);
  expect(whole!.buffers).toBeGreaterThan(one!.buffers!);
  expect(both).toMatchObject({ verdict: 'proven', buffers: 2 * one!.buffers! });
  expect(both!.sizes[0]!.commitMs).toBeUndefined();
});

test('its statements share their values, are committed together, and what watching them did is taken back', async () => {
  const { entries, taken, apart } = await asked<{ entries: number; taken: number; apart: number }>(`
    SELECT (SELECT count(*)::int FROM entries) AS entries,
           (SELECT sum(1000000 - balance)::int FROM accounts) AS taken,
           (SELECT count(*)::int FROM accounts AS a
             WHERE 1000000 - balance <> (SELECT count(*) FROM entries AS e WHERE e.account_id = a.id AND amount = 7)) AS apart`);
  expect({ taken, apart }).toEqual({ taken: entries, apart: 0 });
  expect(entries).toBeGreaterThanOrEqual(results.get('book')!.n);
});

test('a slow statement makes its transaction miss the target', () => {
  expect(results.get('slow')).toMatchObject({ verdict: 'missed' });
  expect(results.get('slow')!.p95).toBeGreaterThan(20);
});

test('a statement that fails fails the transaction, and nothing of it stays', async () => {
  expect(results.get('broken')).toMatchObject({ verdict: 'missed' });
  expect(results.get('broken')!.because).toContain('division by zero');
  expect(await asked("SELECT count(*)::int AS lost FROM accounts WHERE owner = 'lost'")).toEqual({ lost: 0 });
});

test('a statement that cannot be prepared is named', () => {
  expect(results.get('nothing')).toMatchObject({ verdict: 'not-proven' });
  expect(results.get('nothing')!.because).toMatch(
    /^It could not run: statement 2: .*acounts.*there is accounts/,
  );
});
