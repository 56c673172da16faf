import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { makeInserts } from '../../src/twin/insert.ts';
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
