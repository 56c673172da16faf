/** Negative controls of access patterns: fast answers that prove nothing. */
import { beforeAll, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { measureAccess, type Pattern } from '../../src/tune/access.ts';
import type { AccessResult } from '../../src/tune/model.ts';
import type { TableVolume } from '../../src/twin/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const orders = 3000;
const sql = `
  CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL, note text, extra jsonb);
  CREATE TABLE notes (order_id int REFERENCES orders, body text);
  CREATE VIEW open_orders AS SELECT * FROM orders WHERE status = 'new';
  INSERT INTO orders SELECT n, 'new', 'note ' || n, jsonb_build_object('size', n) FROM generate_series(1, ${orders}) AS n;
  INSERT INTO notes SELECT n, 'b' FROM generate_series(1, ${orders}) AS n; ANALYZE;`;

const volume = (name: string, rows: number, declared: boolean): TableVolume => ({
  table: { schema: 'public', name },
  now: rows,
  horizon: rows,
  rows,
  scale: 1,
  slice: 1,
  perDay: 0,
  ...(declared ? { basis: 'declared' as const, claim: 'V1' } : { basis: 'assumed' as const }),
});

const patterns: Readonly<Record<string, string>> = {
  'finds its rows': 'SELECT * FROM orders WHERE id = :id',
  'finds no row: a value that is never there': "SELECT * FROM orders WHERE status = 'paid'",
  'finds no row: a pattern of text': "SELECT * FROM orders WHERE note LIKE 'letter%'",
  'finds no row: a key of a document': "SELECT * FROM orders WHERE extra ->> 'colour' = 'red'",
  'counts nothing': "SELECT count(*) FROM orders WHERE status = 'paid'",
  'changes nothing': "UPDATE orders SET note = 'x' WHERE status = 'paid'",
  'reads a table of no declared volume':
    'SELECT o.id FROM orders o JOIN notes n ON n.order_id = o.id WHERE o.id = :id',
  'reads a view': 'SELECT * FROM open_orders WHERE id = :id',
};

let seen: ReadonlyMap<string, AccessResult>;
beforeAll(async () => {
  await postgres.grammar.ready();
  const database = await testDatabase({ sql });
  const session = await postgres.connect(database.ownerUrl);
  const catalog = await postgres.inspect(session);
  await session.close();
  const results = await measureAccess({
    engine: postgres,
    sandbox: await testSandbox(),
    sizes: [{ database }],
    catalog,
    patterns: Object.entries(patterns).map(([claim, text]): Pattern => ({
      claim,
      sql: text,
      rate: { perSecond: 60, peakPerSecond: 60 },
      p95: 5000,
    })),
    volumes: [volume('orders', orders, true), volume('notes', orders, false)],
    seed: 1,
    durationMs: 400,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
  seen = new Map(results.map((result) => [result.claim, result]));
});

test('a pattern that finds its rows at the declared volume is proven', () => {
  expect(seen.get('finds its rows')).toMatchObject({ verdict: 'proven', basis: 'measured' });
});

test.each(Object.keys(patterns).filter((name) => /no row|nothing/.test(name)))(
  'a pattern that %s is not proven',
  (name) => {
    expect(seen.get(name)).toMatchObject({
      verdict: 'not-proven',
      because: expect.stringContaining('met no row') as string,
    });
  },
);

test.each([
  ['reads a table of no declared volume', 'how large public.notes gets'],
  ['reads a view', 'open_orders'],
])('a pattern that %s is not proven', (name, because) => {
  const result = seen.get(name)!;
  expect(result.verdict).toBe('not-proven');
  expect(result.because).toContain(because.split('.').at(-1));
});
