import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { makeInserts } from '../../src/twin/fill/insert.ts';
import { testDatabase } from '../support/database.ts';

const mark = { schema: 'public', name: 'mark' };

test.each([
  ['in the order of the grid', 'WHERE r < 12'],
  ['here and there', 'WHERE (r * 7 + b * 3) % 4 = 0'],
  ['with room for 200 more only', 'ORDER BY md5(r || b::text) LIMIT 1000'],
  ['with room for 60 more only', 'ORDER BY md5(r || b::text) LIMIT 1140'],
])('rows to insert keep apart from pairs that are there, %s', async (_, some) => {
  const database = await testDatabase({
    sql: `CREATE TABLE reader (reader_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
      CREATE TABLE book (book_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text);
      CREATE TABLE mark (reader_id int NOT NULL REFERENCES reader, book_id int NOT NULL REFERENCES book, note text, UNIQUE (reader_id, book_id));
      INSERT INTO reader (name) SELECT 'r' || i FROM generate_series(1, 30) i;
      INSERT INTO book (title) SELECT 'b' || i FROM generate_series(1, 40) i;
      INSERT INTO mark SELECT r, b FROM generate_series(1, 30) r, generate_series(1, 40) b ${some};`,
  });
  const session = await postgres.connect(database.ownerUrl);
  const count = async (): Promise<number> =>
    Number((await session.query<{ n: string }>('SELECT count(*)::text AS n FROM mark')).rows[0]!.n);
  try {
    const before = await count();
    expect(before).toBeGreaterThan(200);
    const catalog = await postgres.inspect(session);
    const made = await makeInserts({
      engine: postgres,
      session,
      catalog,
      volumes: [],
      seed: 7,
      table: mark,
      rows: 200,
    });
    for (const values of made.values) await session.query(made.sql, values);
    expect(await count()).toBe(Math.min(before + 200, 30 * 40));
  } finally {
    await session.close();
  }
});

test.each([
  ['that reach beyond the window', -100],
  ['that begin within the window', -12],
])('rows to insert lie in the partitions %s', async (_, first) => {
  const day = (offset: number): string =>
    new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const database = await testDatabase({
    sql: `CREATE TABLE sensor (sensor_id int PRIMARY KEY);
      CREATE TABLE reading (sensor_id int NOT NULL REFERENCES sensor, at timestamptz NOT NULL, value int, PRIMARY KEY (sensor_id, at)) PARTITION BY RANGE (at);
      CREATE TABLE reading_old PARTITION OF reading FOR VALUES FROM ('${day(first)}') TO ('${day(-5)}');
      CREATE TABLE reading_new PARTITION OF reading FOR VALUES FROM ('${day(-5)}') TO ('${day(2)}');
      INSERT INTO sensor SELECT generate_series(1, 20);
      INSERT INTO reading SELECT 1 + n % 20, now() - n * interval '3 minutes', n FROM generate_series(1, 5000) AS n;`,
  });
  const session = await postgres.connect(database.ownerUrl);
  try {
    const catalog = await postgres.inspect(session);
    const table = { schema: 'public', name: 'reading' };
    const volume = { table, now: 5000, horizon: 5000, rows: 5000, basis: 'declared' as const };
    const made = await makeInserts({
      engine: postgres,
      session,
      catalog,
      volumes: [{ ...volume, scale: 1, slice: 1, perDay: 5000 / 30 }],
      seed: 7,
      table,
      rows: 300,
    });
    expect(made.values).toHaveLength(300);
    for (const values of made.values) await session.query(made.sql, values);
    const { rows } = await session.query<{ n: number }>('SELECT count(*)::int AS n FROM reading');
    expect(rows[0]!.n).toBe(5300);
  } finally {
    await session.close();
  }
});

test('an integer that tells rows apart with a parent goes on behind those that are there', async () => {
  const database = await testDatabase({
    sql: `CREATE TABLE shop (shop_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
      INSERT INTO shop (name) SELECT 's' || n FROM generate_series(1, 3) AS n;
      CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, size int CHECK (size > 0), shop_id int REFERENCES shop, UNIQUE (size, shop_id));
      INSERT INTO event (shop_id, size) SELECT 1 + n % 3, n FROM generate_series(1, 220) AS n`,
  });
  const session = await postgres.connect(database.ownerUrl);
  try {
    await postgres.grammar.ready();
    const catalog = await postgres.inspect(session);
    const event = { schema: 'public', name: 'event' };
    const options = { engine: postgres, session, catalog, volumes: [], seed: 1, table: event, rows: 60 };
    const { batch } = await makeInserts(options);
    for (const sql of batch) await session.query(sql);
    const { rows } = await session.query<{ n: number }>('SELECT count(*)::int AS n FROM event');
    expect(rows).toEqual([{ n: 280 }]);
  } finally {
    await session.close();
  }
});
