/** The clock of captured statements stands still, and the planner does not notice. */
import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';

const structure = `
  CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, at timestamptz NOT NULL, day date NOT NULL);
  INSERT INTO orders SELECT n, n / 7.0, now() - n * interval '1 hour', current_date - n / 24 FROM generate_series(1, 9000) AS n;
  CREATE INDEX orders_at_idx ON orders (at);
  ANALYZE;`;

describe('the clock', () => {
  test('stands still at the time of the snapshot, and plans as the running one does', async () => {
    const source = await testDatabase({ sql: structure });
    const on = await postgres.connect(source.ownerUrl);
    try {
      await on.run(`SET timezone = 'Asia/Kathmandu'; BEGIN`);
      const { rows } = await on.query<{ at: string }>(`SELECT to_json(now())#>>'{}' AS at`);
      const moment = { at: rows[0]!.at, zone: 'Asia/Kathmandu' };
      for (const sql of [
        `SELECT * FROM orders WHERE at > now() - interval '200 days'`,
        'SELECT * FROM orders WHERE at < current_timestamp AND total > 3',
        'SELECT * FROM orders WHERE day = current_date',
        `SELECT * FROM orders WHERE at < localtimestamp(2)`,
        'SELECT now(), current_date, current_timestamp(3), localtimestamp, current_time, localtime, /* now() */ transaction_timestamp() FROM orders LIMIT 1',
      ]) {
        const frozen = postgres.capturedSql.freeze(sql, moment);
        expect(frozen.sql).not.toBe(sql);
        const [there, here] = [await on.query(`EXPLAIN ${sql}`), await on.query(`EXPLAIN ${frozen.sql}`)];
        expect(costs(here.rows), sql).toEqual(costs(there.rows));
        if (sql.startsWith('SELECT now()'))
          expect((await on.query(frozen.sql)).rows).toEqual((await on.query(sql)).rows);
      }
      // Negative control: a year later the estimate is another one.
      const later = postgres.capturedSql.freeze(
        `SELECT * FROM orders WHERE at > now() - interval '200 days'`,
        {
          ...moment,
          at: new Date(Date.parse(moment.at) + 366 * 86_400_000).toISOString(),
        },
      );
      const now = await on.query(`EXPLAIN SELECT * FROM orders WHERE at > now() - interval '200 days'`);
      expect(costs((await on.query(`EXPLAIN ${later.sql}`)).rows)).not.toEqual(costs(now.rows));
    } finally {
      await on.close();
    }
  });

  test('volatile functions stay volatile, functions of that name elsewhere stay', () => {
    const { sql, left } = postgres.capturedSql.freeze(
      `SELECT app.now(), age(at) FROM orders WHERE at < clock_timestamp() AND note = 'now()'`,
      { at: '2026-05-01T10:00:00.123456Z', zone: 'UTC' },
    );
    expect(sql).toContain('app.now()');
    expect(sql).toContain(`random() * '0'::interval`);
    expect(sql).toContain(`'now()'`);
    expect(left).toEqual(['age() follows the clock']);
  });
});

function costs(rows: readonly Record<string, unknown>[]): readonly string[] {
  return rows.flatMap((row) => /\(cost=.*?\)/.exec(String(row['QUERY PLAN']))?.[0] ?? []);
}
