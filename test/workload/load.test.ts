import { expect, test } from 'vitest';
import { prepareQueries } from '../../src/workload/prepare.ts';
import { runLoad, startLoad } from '../../src/workload/run.ts';
import type { NamedQuery, ParameterSource, PreparedQuery } from '../../src/workload/model.ts';
import { postgres, shop } from '../rehearse/shop.ts';

const rate = { perSecond: 50, peakPerSecond: 200 };
const named = (name: string, sql: string, params: Record<string, ParameterSource> = {}): NamedQuery => ({
  name,
  sql,
  rate,
  params,
});

async function prepared(queries: readonly NamedQuery[], seed = 1) {
  const database = await shop();
  const session = await postgres.connect(database.ownerUrl);
  try {
    return await prepareQueries(postgres, session, await postgres.inspect(session), queries, {
      seed,
      sets: 40,
    });
  } finally {
    await session.close();
  }
}

test('values come from rows, from the declared source, or from the type; sets of one relation come from one row', async () => {
  const { queries, excluded } = await prepared([
    named('row', 'SELECT 1 FROM orders o WHERE o.id = :id AND o.customer_id = :customer'),
    named('list', 'SELECT :word::text', { word: { kind: 'values', values: ['a', 'b'] } }),
    named('span', 'SELECT * FROM orders WHERE total BETWEEN :low AND :high'),
    named('computed', 'SELECT * FROM orders WHERE id = :id', { id: { kind: 'expression', sql: 'n * 2' } }),
    named('column', 'SELECT * FROM orders WHERE note = :other', {
      other: { kind: 'column', table: 'customers', column: 'email' },
    }),
    named('page', 'SELECT * FROM orders LIMIT :size'),
    named('new order', 'INSERT INTO orders (id, customer_id, total) VALUES (:id, :customer, :total)', {
      id: { kind: 'expression', sql: '100000 + n' },
    }),
  ]);
  expect(excluded).toEqual([]);
  const of = (name: string): PreparedQuery => queries.find((query) => query.name === name)!;
  expect(of('row')).toMatchObject({
    sql: expect.stringContaining('o.id = $1 AND o.customer_id = $2'),
    kind: 'read',
    tables: ['orders'],
  });
  for (const [id, customer] of of('row').values) expect(Number(customer)).toBe(1 + (Number(id) % 1000));
  expect(new Set(of('row').values.map(([id]) => id)).size).toBeGreaterThan(30);
  expect(new Set(of('list').values.flat())).toEqual(new Set(['a', 'b']));
  for (const [low, high] of of('span').values) expect(Number(low)).toBeLessThanOrEqual(Number(high));
  expect(of('computed').values.slice(0, 2)).toEqual([['2'], ['4']]);
  expect(String(of('column').values[0]![0])).toContain('@example.org');
  expect(Number(of('page').values[0]![0])).toBeGreaterThan(0);
  expect(of('new order')).toMatchObject({ kind: 'write' });
  expect(Number(of('new order').values[0]![1])).toBeLessThanOrEqual(1000);
});

test('equal seeds draw equal values', async () => {
  const query = [named('row', 'SELECT 1 FROM orders WHERE id = :id')];
  const [a, b, c] = [await prepared(query, 4), await prepared(query, 4), await prepared(query, 5)];
  expect(a.queries[0]!.values).toEqual(b.queries[0]!.values);
  expect(a.queries[0]!.values).not.toEqual(c.queries[0]!.values);
});

test('what cannot run is named with its reason', async () => {
  const { queries, excluded } = await prepared([
    named('fine', 'SELECT 1'),
    named('gone', 'SELECT * FROM no_such_table'),
    named('two', 'SELECT 1; SELECT 2'),
    named('program', `COPY customers TO PROGRAM 'cat'`),
    named('typo', 'SELEC 1'),
  ]);
  expect(queries.map((query) => query.name)).toEqual(['fine']);
  expect(excluded.map((one) => one.name)).toEqual(['gone', 'two', 'program', 'typo']);
  expect(excluded[0]!.reason).toContain('no_such_table');
  expect(excluded.every((one) => one.reason.length > 5)).toBe(true);
});

const ready = (name: string, sql: string, perSecond: number): PreparedQuery => ({
  name,
  sql,
  values: [[]],
  rate: { perSecond, peakPerSecond: perSecond * 2 },
  kind: 'read',
  tables: [],
});

test('an open loop keeps its schedule: calls that are held up count from when they were due', async () => {
  const database = await shop();
  const result = await runLoad(postgres, {
    url: database.ownerUrl,
    queries: [ready('slow', 'SELECT pg_sleep(0.2)', 20), ready('quick', 'SELECT 1', 20)],
    durationMs: 500,
    at: 'peak',
    seed: 2,
    timeoutMs: 5000,
    connections: 4,
  });
  const [slow, quick] = result.queries;
  // Two connections serve 10 slow calls a second, 40 are due: they pile up, and the last waits several times as long as the first.
  expect(slow!.scheduled).toBeGreaterThan(8);
  expect(slow!.completed).toBe(slow!.scheduled);
  expect(slow!.calls.at(-1)!.ms).toBeGreaterThan(2 * slow!.calls[0]!.ms);
  // The other query keeps its share of the connections.
  expect(quick!.completed).toBe(quick!.scheduled);
  expect(Math.max(...quick!.calls.map((call) => call.ms))).toBeLessThan(
    Math.max(...slow!.calls.map((call) => call.ms)),
  );
});

test('equal seeds give equal schedules', async () => {
  const database = await shop();
  const options = {
    url: database.ownerUrl,
    queries: [ready('a', 'SELECT 1', 40)],
    durationMs: 300,
    at: 'average' as const,
    seed: 9,
    timeoutMs: 1000,
    connections: 2,
  };
  const [one, two] = [await runLoad(postgres, options), await runLoad(postgres, options)];
  expect(one.queries[0]!.calls.map((call) => call.at)).toEqual(two.queries[0]!.calls.map((call) => call.at));
});

test('timeouts and failures are counted apart, with their messages', async () => {
  const database = await shop();
  const load = await startLoad(postgres, {
    url: database.ownerUrl,
    queries: [ready('endless', 'SELECT pg_sleep(60)', 20), ready('broken', 'SELECT 1 / 0', 20)],
    durationMs: 60_000,
    at: 'average',
    seed: 3,
    timeoutMs: 200,
    connections: 8,
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { queries } = await load.finish();
  expect(queries[0]).toMatchObject({ completed: 0, failed: 0 });
  expect(queries[0]!.timedOut).toBe(queries[0]!.scheduled);
  expect(queries[1]).toMatchObject({
    completed: 0,
    timedOut: 0,
    errors: { 'division by zero': queries[1]!.scheduled },
  });
  expect(queries[1]!.scheduled).toBeGreaterThan(0);
});
