import { afterEach, expect, test } from 'vitest';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { board, type Board } from './board.ts';
import { countsByKind, daySummary, fourFigures, users, visitCount, visits } from './day-summary.ts';

let open: Board | undefined;
afterEach(() => open?.session.close());

const counts = daySummary({ ...countsByKind, keep: 'on-write' });
const figures = daySummary({ ...fourFigures, keep: 'on-write' });

const fill = `INSERT INTO events (user_id, kind, amount, created_at)
  SELECT 1 + n % 6, (ARRAY['view', 'click', 'form'])[1 + n % 3], n, timestamptz '2026-01-01 UTC' + n * interval '5 hours' FROM generate_series(1, 90) AS n`;

/** Rows of the summary that a count from scratch does not give, and the other way round. */
async function strays(session: Session, columns: string): Promise<number> {
  const scratch = columns.startsWith('counts')
    ? `SELECT user_id, day, jsonb_object_agg(kind, n) AS counts FROM (SELECT user_id, (created_at AT TIME ZONE 'UTC')::date AS day, kind, count(*) AS n FROM events GROUP BY 1, 2, 3) AS each GROUP BY 1, 2`
    : `SELECT user_id, (created_at AT TIME ZONE 'UTC')::date AS day, count(*), sum(amount), min(amount), max(amount) FROM events GROUP BY 1, 2`;
  const kept = `SELECT user_id, day, ${columns} FROM day_summary`;
  const { count } = await session.query(`(${kept} EXCEPT ${scratch}) UNION ALL (${scratch} EXCEPT ${kept})`);
  return count;
}

test.each([
  ['counts by a field', counts, 'counts'],
  ['count, sum, lowest and highest', figures, 'n, total, lowest, highest'],
])('%s equal a count from scratch after every kind of write', async (_name, text, columns) => {
  const { session, design, texts } = (open = await board(text, users));
  const agree = async (): Promise<void> => expect(await strays(session, columns)).toBe(0);
  await session.run(fill);
  expect(Number((await texts('SELECT count(*) FROM day_summary'))[0])).toBeGreaterThan(50);
  await agree();
  await session.run(`UPDATE events SET kind = 'other', amount = amount + 100 WHERE id % 7 = 0`);
  await agree();
  await session.run(
    `UPDATE events SET user_id = 1 + user_id % 6, created_at = created_at - interval '1 day' WHERE id % 3 = 0`,
  );
  await agree();
  await session.run('UPDATE events SET kind = kind');
  await agree();
  await session.run('DELETE FROM events WHERE id % 5 = 0');
  await agree();
  await session.run('DELETE FROM users WHERE id = 2');
  await agree();
  await session.run(
    "INSERT INTO events (user_id, kind) VALUES (1, 'view') ON CONFLICT DO NOTHING; DELETE FROM events WHERE user_id = 3",
  );
  await agree();
  await session.run('DELETE FROM day_summary');
  await session.query(design.derived[0]!.refill);
  await agree();
  await session.run('TRUNCATE events');
  expect(await texts('SELECT count(*) FROM day_summary')).toEqual(['0']);
});

test('deleted rows stay counted where the task says so', async () => {
  const { session, texts } = (open = await board(
    daySummary({ ...countsByKind, keep: 'on-write', onDelete: 'keep' }),
    users,
  ));
  await session.run(fill);
  const before = await texts('SELECT sum(value::int) FROM day_summary, jsonb_each_text(counts)');
  await session.run('DELETE FROM events WHERE id % 2 = 0');
  expect(await texts('SELECT sum(value::int) FROM day_summary, jsonb_each_text(counts)')).toEqual(before);
});

test('a group without rows in a table that has rows already is filled when the triggers are made', async () => {
  const { session, texts } = (open = await board(visitCount('on-write'), visits));
  expect(await texts('SELECT visits FROM visit_counts ORDER BY user_id')).toEqual(['10', '10', '10']);
  await session.run('INSERT INTO visits (user_id) VALUES (1), (NULL); DELETE FROM users WHERE id = 2');
  expect(await texts("SELECT user_id || ':' || visits FROM visit_counts ORDER BY user_id")).toEqual([
    '1:11',
    '3:10',
  ]);
});

test('eight sessions that write at once lose nothing and do not block each other in circles', async () => {
  const { session, url } = (open = await board(counts, users));
  const sessions = await Promise.all(Array.from({ length: 8 }, () => postgres.connect(url)));
  const failures: string[] = [];
  try {
    await Promise.all(
      sessions.map(async (one, number) => {
        for (let round = 0; round < 25; round++) {
          const insert = `INSERT INTO events (user_id, kind, created_at) SELECT 1 + (n * ${number + 7}) % 6, (ARRAY['a', 'b', 'c'])[1 + n % 3], timestamptz '2026-01-01 UTC' + (n % 4) * interval '1 day' FROM generate_series(1, 20) AS n ORDER BY random()`;
          const write =
            round % 5 === 4
              ? `UPDATE events SET kind = 'z', user_id = 1 + (user_id + 1) % 6 WHERE id % 8 = ${number} AND id % 3 = 0`
              : round % 5 === 3
                ? `DELETE FROM events WHERE id % 16 = ${number}`
                : insert;
          await one.query(write).catch((error: unknown) => failures.push(String(error)));
        }
      }),
    );
  } finally {
    await Promise.all(sessions.map((one) => one.close()));
  }
  expect(failures).toEqual([]);
  expect(await strays(session, 'counts')).toBe(0);
});

test('lowest and highest follow updates where deleted rows stay counted, and stay as they were once one was deleted', async () => {
  const columns = 'n, total, lowest, highest';
  const { session, texts } = (open = await board(figures.replace('delete: subtract', 'delete: keep'), users));
  await session.run(fill);
  await session.run('UPDATE events SET amount = 500 - amount WHERE id % 2 = 0');
  await session.run('UPDATE events SET user_id = 1 + user_id % 6 WHERE id % 3 = 0');
  expect(await strays(session, columns)).toBe(0);
  const [first] = await texts(
    `INSERT INTO events (user_id, kind, amount, created_at) VALUES (2, 'a', 1, '2020-02-02 UTC'), (2, 'a', 8, '2020-02-02 UTC') RETURNING id`,
  );
  await session.query(`DELETE FROM events WHERE id = ${first}`);
  await session.run('UPDATE events SET amount = 9 WHERE amount = 8');
  expect(
    await texts(
      `SELECT (n, total, lowest, highest) FROM day_summary WHERE user_id = 2 AND day = '2020-02-02'`,
    ),
  ).toEqual(['(2,10,1,9)']);
});
