/** The workload of a captured database, run on a database that has its structure and none of its rows. */
import { arrayItems } from '../../src/base/array-literal.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { CapturedQuery, SnapshotQueries } from '../../src/snapshot/workload/model.ts';
import { knownShare } from '../../src/snapshot/workload/rates.ts';
import { momentOf, snapshotQueries } from '../../src/snapshot/workload/workload.ts';
import { restoredDatabase } from '../../src/twin/restored.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const signal = new AbortController().signal;
const emit = (): void => undefined;

const structure = `
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE TABLE customers (id uuid PRIMARY KEY, email text UNIQUE, feels mood);
  INSERT INTO customers SELECT gen_random_uuid(), 'c' || n || '@example.org', 'glad' FROM generate_series(1, 3000) AS n;
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id uuid REFERENCES customers, status text NOT NULL, total numeric,
    at timestamptz NOT NULL, day date NOT NULL, tags text[], info jsonb);
  INSERT INTO orders SELECT n, c.id, CASE WHEN n % 10 = 0 THEN 'open' ELSE 'done' END, n / 7.0, '2026-01-01'::timestamptz + n * interval '1 hour',
      '2026-01-01'::date + n / 24, ARRAY['t' || n % 5], '{}'
    FROM generate_series(1, 9000) AS n JOIN (SELECT id, row_number() OVER () AS r FROM customers) AS c ON c.r = 1 + n % 3000;
  CREATE INDEX orders_at_idx ON orders (at);
  CREATE TABLE bare (id int PRIMARY KEY, word text);
  CREATE VIEW fresh AS SELECT * FROM orders WHERE at > now() - interval '1 day';
  ANALYZE;`;

const statements = [
  `SELECT * FROM orders WHERE status = 'open'`,
  `SELECT id FROM orders WHERE customer_id = '00000000-0000-4000-8000-000000000001' ORDER BY at DESC LIMIT 20 OFFSET 40`,
  `SELECT count(*) FROM orders WHERE at BETWEEN '2026-01-02' AND '2026-01-03'`,
  `SELECT count(*) FROM orders AS of_today WHERE at >= current_date - 7`,
  `SELECT count(*) FROM orders AS recent WHERE at > now() - interval '7 days'`,
  `SELECT id FROM orders AS listed WHERE id IN (1, 2, 3)`,
  `SELECT id FROM customers WHERE email LIKE 'c1%'`,
  `SELECT id FROM orders AS tagged WHERE tags @> '{t1}'`,
  `SELECT id FROM orders AS told WHERE info @> '{"a": 1}'`,
  `SELECT date_trunc('month', at), sum(total) FROM orders GROUP BY date_trunc('month', at)`,
  `SELECT count(*) FROM customers WHERE feels = 'sad'`,
  `SELECT word FROM bare WHERE word = 'x'`,
  `INSERT INTO customers (id, email) VALUES (gen_random_uuid(), 'new@example.org')`,
  `UPDATE orders SET total = 5 WHERE id = 7`,
  `SELECT /* name: everything */ count(*) FROM orders JOIN customers ON customers.id = customer_id`,
  'SELECT count(*) FROM fresh',
  'SELECT 1',
  'SELECT 1 + 2 FROM orders LIMIT 1',
  'SELECT count(*) FROM pg_class',
];

let snapshot: Snapshot;
let made: SnapshotQueries;
let session: Session;

const queryOf = (text: string): CapturedQuery => {
  const found = made.queries.find(({ captured }) => captured.sql.includes(text));
  if (!found)
    throw new Error(
      `no query has ${text}: ${JSON.stringify(made.excluded.map((one) => [one.captured.sql, one.reason]))}`,
    );
  return found;
};
const reasonOf = (text: string): string | undefined =>
  made.excluded.find(({ captured }) => captured.sql.includes(text))?.reason;
const column = (query: CapturedQuery, at: number): readonly unknown[] =>
  query.values.map((values) => values[at]);

beforeAll(async () => {
  const sandbox = await testSandbox();
  const source = await testDatabase({ sql: structure, extensions: ['pg_stat_statements'] });
  const admin = await postgres.connect(source.adminUrl);
  await admin.run('SELECT pg_stat_statements_reset()');
  for (const sql of statements) await admin.run(sql);
  snapshot = await postgres.capture.read(admin, {
    probes: [],
    statementMs: 10_000,
    statements: 500,
    emit,
    signal,
  });
  await admin.close();
  const { database, leftOut } = await restoredDatabase({ engine: postgres, sandbox, snapshot, signal });
  session = await postgres.connect(database.ownerUrl);
  made = await snapshotQueries({ engine: postgres, session, snapshot, leftOut });
});
afterAll(async () => session?.close());

describe('values from statistics', () => {
  test('common values come as often as they are, beside a rare one and one that no row has', () => {
    const values = column(queryOf('status = $1'), 0);
    expect(values).toHaveLength(10);
    expect(values.filter((value) => value === 'done').length).toBeGreaterThanOrEqual(7);
    expect(values).toContain('open');
    expect(values.at(-1)).toMatch(/^none-/);
    expect(queryOf('status = $1').basis).toBe('drawn');
  });

  test('a reference takes keys that are there, a page is assumed and told', () => {
    const query = queryOf('customer_id = $1 ORDER');
    const figures = snapshot.columns.find(
      ({ relation, column: name }) => relation === 'orders' && name === 'customer_id',
    )!;
    const stored = new Set(
      [figures.histogram, figures.commonValues].flatMap((list) => (list ? arrayItems(list) : [])),
    );
    expect(column(query, 0).filter((value) => stored.has(value as string)).length).toBeGreaterThanOrEqual(9);
    expect(column(query, 1)).toContain('20');
    expect(query.told).toContain('LIMIT and OFFSET are assumed');
  });

  test('both ends of a range form windows of different widths, lower end first', () => {
    const query = queryOf('BETWEEN');
    const widths = query.values.map(([from, to]) => Date.parse(String(to)) - Date.parse(String(from)));
    expect(Math.min(...widths)).toBeGreaterThan(0);
    expect(new Set(widths.map((width) => Math.round(width / 3_600_000))).size).toBeGreaterThanOrEqual(4);
    const days = Math.max(...widths) / 86_400_000;
    expect(days).toBeGreaterThan(50);
    expect(days).toBeLessThan(100);
  });

  test('lists, beginnings, members, enums', () => {
    expect(column(queryOf('AS listed'), 0)[0]).toMatch(/^\{\d+,\d+,\d+\}$/);
    expect(column(queryOf('email LIKE'), 0)[0]).toMatch(/^(c\d\d|non)%$/);
    expect(column(queryOf('AS tagged'), 0)[0]).toMatch(/^\{t\d\}$/);
    expect(column(queryOf('feels ='), 0)).toContain('glad');
  });

  test('an inserted key is new in each set', () => {
    const values = column(queryOf('INSERT INTO customers'), 0);
    expect(new Set(values).size).toBe(10);
    expect(values.every((value) => String(value).startsWith('none-'))).toBe(true);
  });

  test('where statistics tell nothing there is a generic plan only, and the reason', () => {
    expect(queryOf('AS told')).toMatchObject({
      basis: 'generic',
      values: [],
      told: ['no values for $1 on orders.info'],
    });
    expect(queryOf('FROM bare')).toMatchObject({ basis: 'generic', told: ['no values for $1 on bare.word'] });
  });

  test('equal seeds draw equal values, other seeds others', async () => {
    const again = await snapshotQueries({ engine: postgres, session, snapshot });
    const other = await snapshotQueries({ engine: postgres, session, snapshot, seed: 5 });
    expect(again.queries.map(({ values }) => values)).toEqual(made.queries.map(({ values }) => values));
    expect(other.queries.map(({ values }) => values)).not.toEqual(made.queries.map(({ values }) => values));
  });
});

test('constants that the server left in GROUP BY are those of the output', () => {
  expect(queryOf('date_trunc').sql).toBe(
    `SELECT date_trunc('month', at), sum(total) FROM orders GROUP BY date_trunc('month', at)`,
  );
  expect(queryOf('date_trunc').basis).toBe('known');
});

test('a comment names a query, else what it does', () => {
  expect(queryOf('JOIN customers').name).toBe('everything');
  expect(queryOf('UPDATE orders').name).toBe('update_orders');
});

test('what cannot be run is listed with its reason', () => {
  expect(reasonOf('pg_class')).toBe("it reads the server's own catalogs");
  expect(reasonOf('$1 + $2')).toMatch(/operator is not unique/);
  expect(made.excluded.find(({ captured }) => captured.sql === 'SELECT $1')?.reason).toBe(
    'it reads no table',
  );
  const reason = (sql: string): unknown => postgres.capturedSql.runnable(sql);
  expect(reason("SET work_mem = '8MB'")).toEqual({ reason: 'it sets or shows a setting' });
  expect(reason('BEGIN')).toEqual({ reason: 'it opens or ends a transaction' });
  expect(reason('CREATE TABLE later (id int)')).toEqual({
    reason: 'it defines something, or empties a table',
  });
  expect(reason('SELECT * INTO later FROM orders')).toEqual({ reason: 'it makes a table' });
  expect(reason('VACUUM bare')).toEqual({ reason: 'it is a command of the server, which has no plan' });
  expect(made.queries.length + made.excluded.length).toBe(snapshot.workload.statements.length);
});

test('a text that was cut off, and one on an object that was left out', async () => {
  const base = snapshot.workload.statements.find(({ sql }) => sql.includes('FROM bare'))!;
  const workload = {
    ...snapshot.workload,
    statements: [
      { ...base, id: '1', cut: true },
      { ...base, id: '2', sql: 'SELECT gone FROM bare WHERE id = $1' },
      { ...base, id: '3', sql: 'SELECT * FROM bare WHERE ((' },
      { ...base, id: '4', sql: 'SELECT 1 FROM bare; DROP TABLE bare' },
    ],
  };
  const leftOut = [{ path: 'table public.bare column gone', why: 'needs the extension postgis' }];
  const { queries, excluded } = await snapshotQueries({
    engine: postgres,
    session,
    snapshot: { ...snapshot, workload },
    leftOut,
  });
  expect(queries).toEqual([]);
  expect(excluded.map(({ reason }) => reason)).toEqual([
    'the server has cut its text off',
    'table public.bare column gone was left out: needs the extension postgis',
    expect.stringMatching(/^its text does not parse: /),
    'it is several statements',
  ]);
});

describe('real values', () => {
  const withSamples = async (
    part: string,
    samples: readonly (readonly (string | null)[])[],
  ): Promise<CapturedQuery> => {
    const found = snapshot.workload.statements.find(({ sql }) => sql.includes(part))!;
    const { queries } = await snapshotQueries({
      engine: postgres,
      session,
      snapshot: { ...snapshot, workload: { ...snapshot.workload, statements: [{ ...found, samples }] } },
    });
    return queries[0]!;
  };

  test('win over drawn ones; those that the server refuses are dropped', async () => {
    expect(await withSamples('AS recent', [['3 days'], ['no interval']])).toMatchObject({
      basis: 'known',
      values: [['3 days']],
    });
    expect((await withSamples('WHERE at BETWEEN', [['soon', 'later']])).basis).toBe('drawn');
  });

  test('words of the clock stop too', async () => {
    const query = await withSamples('WHERE at BETWEEN', [['yesterday', 'now']]);
    const [from, to] = query.values[0] as [string, string];
    expect(Date.parse(to.replace('+00', 'Z'))).toBe(Math.trunc(Date.parse(snapshot.takenAt)));
    expect(from).toMatch(/ 00:00:00 /);
  });
});

test('the clock is stopped in statements, and told where it runs on inside views', () => {
  expect(queryOf('AS recent').sql).toMatch(/pg_catalog\.timestamptz_in\('\d{4}-/);
  expect(made.limits.join(' ')).toContain('The clock inside the views fresh runs on');
  expect(momentOf(snapshot).zone).toBe('UTC');
});

test('shares of calls weigh statements by how often they are called', () => {
  const called = (calls: number): { captured: { calls: number } } => ({ captured: { calls } });
  expect(
    knownShare(
      [
        { ...called(60), basis: 'known' },
        { ...called(25), basis: 'drawn' },
        { ...called(10), basis: 'generic' },
      ],
      [called(5)],
    ),
  ).toEqual({ known: 0.6, drawn: 0.25, generic: 0.1, unusable: 0.05 });
  expect(knownShare([])).toEqual({ known: 0, drawn: 0, generic: 0, unusable: 0 });
});

test('rates are calls over the counted time; without it a day is assumed and told', async () => {
  const takenAt = '2026-05-02T00:00:00Z';
  const [one] = snapshot.workload.statements.filter(({ sql }) => sql.includes('status = $1'));
  const at = async (since: string | undefined): Promise<SnapshotQueries> => {
    const { since: _, ...rest } = snapshot.workload;
    const workload = {
      ...rest,
      statements: [{ ...one!, calls: 7200 }],
      ...(since === undefined ? {} : { since }),
    };
    return snapshotQueries({ engine: postgres, session, snapshot: { ...snapshot, takenAt, workload } });
  };
  const known = await at('2026-05-01T23:00:00Z');
  expect(known.queries[0]!.rate).toEqual({ perSecond: 2, peakPerSecond: 2 });
  expect(known.limits.join()).not.toContain('assume');
  const assumed = await at(undefined);
  expect(assumed.queries[0]!.rate.perSecond).toBeCloseTo(7200 / 86_400);
  expect(assumed.limits.join()).toContain('their rates assume one day');
});
