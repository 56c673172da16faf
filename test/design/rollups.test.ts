import { afterEach, expect, test } from 'vitest';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { board, type Board } from './board.ts';
import {
  countsByKind,
  daySummary,
  fourFigures,
  users,
  visitCount,
  visits,
  type Asked,
} from './day-summary.ts';

let open: Board | undefined;
afterEach(() => open?.session.close());

const block = (asked: Pick<Asked, 'set' | 'fields'>, onDelete = 'subtract'): string =>
  daySummary({ ...asked, keep: 'on-schedule', onDelete });
const counts = (onDelete?: string) => block(countsByKind, onDelete);
const figures = (onDelete?: string) => block(fourFigures, onDelete);
const lowest = block({ set: 'lowest: min amount', fields: 'lowest: { type: int, required: true }' });

const fill = `INSERT INTO events (user_id, kind, amount, created_at)
  SELECT 1 + n % 6, (ARRAY['view', 'click', NULL])[1 + n % 3], n, timestamptz '2026-01-01 UTC' + n * interval '5 hours' FROM generate_series(1, 90) AS n`;

const day = `(created_at AT TIME ZONE 'UTC')::date`;
const scratch: Readonly<Record<string, string>> = {
  counts: `SELECT user_id, day, coalesce(jsonb_object_agg(kind, n) FILTER (WHERE kind IS NOT NULL), '{}') AS counts FROM (SELECT user_id, ${day} AS day, kind, count(*) AS n FROM events GROUP BY 1, 2, 3) AS each GROUP BY 1, 2`,
  'n, total, lowest, highest': `SELECT user_id, ${day} AS day, count(*), sum(amount), min(amount), max(amount) FROM events GROUP BY 1, 2`,
  lowest: `SELECT user_id, ${day} AS day, min(amount) FROM events GROUP BY 1, 2`,
};

/** Rows of the summary that a count from scratch does not give, and the other way round. */
async function strays(session: Session, columns: string): Promise<number> {
  const kept = `SELECT user_id, day, ${columns} FROM day_summary`;
  const { count } = await session.query(
    `(${kept} EXCEPT ${scratch[columns]}) UNION ALL (${scratch[columns]} EXCEPT ${kept})`,
  );
  return count;
}

test.each([
  ['counts by a field', counts(), 'counts'],
  ['count, sum, lowest and highest', figures(), 'n, total, lowest, highest'],
  ['a lowest value alone', lowest, 'lowest'],
])('%s equal a count from scratch after each refresh', async (_name, text, columns) => {
  const { session, texts } = (open = await board(text, users));
  const refresh = async (): Promise<void> => {
    await session.query('SELECT day_summary_refresh()');
    expect(await strays(session, columns)).toBe(0);
    expect(await texts('SELECT count(*) FROM day_summary_changes')).toEqual(['0']);
  };
  await session.run(fill);
  expect(await texts('SELECT count(*) FROM day_summary')).toEqual(['0']);
  await refresh();
  expect(Number((await texts('SELECT count(*) FROM day_summary'))[0])).toBeGreaterThan(50);
  // Nothing noted, nothing done.
  expect(await texts('SELECT day_summary_refresh()')).toEqual(['0']);
  await session.run(`UPDATE events SET kind = 'other', amount = amount + 100 WHERE id % 7 = 0`);
  await session.run(
    `UPDATE events SET user_id = 1 + user_id % 6, created_at = created_at - interval '1 day' WHERE id % 3 = 0`,
  );
  await refresh();
  // Late rows, and rows that come and go between two runs.
  await session.run(`INSERT INTO events (user_id, kind, amount, created_at) VALUES (1, 'late', -5, '2020-02-02 UTC'), (1, 'gone', -9, '2020-02-02 UTC'), (2, 'gone', 7, '2019-02-02 UTC');
    DELETE FROM events WHERE kind = 'gone'`);
  await refresh();
  await session.run('DELETE FROM events WHERE id % 5 = 0');
  await session.run(`INSERT INTO events (user_id, kind) VALUES (2, 'view')`);
  await session.run('DELETE FROM users WHERE id = 2');
  await refresh();
  await session.run('TRUNCATE events');
  await refresh();
  expect(await texts('SELECT count(*) FROM day_summary')).toEqual(['0']);
});

test('deleted rows stay counted where the task says so, and nothing comes back for a parent that is gone', async () => {
  const { session, texts } = (open = await board(counts('keep'), users));
  await session.run(fill);
  await session.query('SELECT day_summary_refresh()');
  const sum = 'SELECT sum(value::int) FROM day_summary, jsonb_each_text(counts) WHERE user_id <> 3';
  const before = Number((await texts(sum))[0]);
  await session.run(
    `DELETE FROM events WHERE id % 2 = 0; INSERT INTO events (user_id, kind) VALUES (3, 'view'), (1, 'view'); DELETE FROM users WHERE id = 3`,
  );
  await session.query('SELECT day_summary_refresh()');
  expect(Number((await texts(sum))[0])).toBe(before + 1);
  expect(await texts('SELECT count(*) FROM day_summary WHERE user_id = 3')).toEqual(['0']);
});

test('what commits late is counted once, whichever run comes between', async () => {
  const { session, texts, url } = (open = await board(figures(), users));
  const slow = await postgres.connect(url);
  try {
    await slow.run(
      `BEGIN ISOLATION LEVEL REPEATABLE READ; INSERT INTO events (user_id, amount, created_at) VALUES (1, 5, '2026-01-01 UTC')`,
    );
    await session.run(`INSERT INTO events (user_id, amount, created_at) VALUES (1, 7, '2026-01-01 UTC')`);
    expect(await texts('SELECT day_summary_refresh()')).toEqual(['1']);
    expect(await texts('SELECT total FROM day_summary')).toEqual(['7']);
    await slow.run('COMMIT');
    await session.query('SELECT day_summary_refresh()');
    expect(await texts('SELECT total FROM day_summary')).toEqual(['12']);
  } finally {
    await slow.close();
  }
});

test('a table that has rows already is counted when the triggers are made', async () => {
  const { session, texts } = (open = await board(visitCount('on-schedule'), visits));
  expect(await texts('SELECT visits FROM visit_counts ORDER BY user_id')).toEqual(['10', '10', '10']);
  await session.run('INSERT INTO visits (user_id) VALUES (1), (NULL); DELETE FROM users WHERE id = 2');
  await session.query('SELECT visit_counts_refresh()');
  expect(await texts("SELECT user_id || ':' || visits FROM visit_counts ORDER BY user_id")).toEqual([
    '1:11',
    '3:10',
  ]);
});

test('six sessions write while two refresh: nothing is lost, doubled or blocked', async () => {
  const { session, url } = (open = await board(figures(), users));
  const sessions = await Promise.all(Array.from({ length: 8 }, () => postgres.connect(url)));
  const failures: string[] = [];
  try {
    await Promise.all(
      sessions.map(async (one, number) => {
        for (let round = 0; round < 25; round++) {
          const insert = `INSERT INTO events (user_id, amount, created_at) SELECT 1 + (n * ${number + 7}) % 6, n, timestamptz '2026-01-01 UTC' + (n % 4) * interval '1 day' FROM generate_series(1, 20) AS n ORDER BY random()`;
          const write =
            number < 2
              ? 'SELECT day_summary_refresh()'
              : round % 5 === 4
                ? `UPDATE events SET amount = amount + 1, user_id = 1 + (user_id + 1) % 6 WHERE id % 8 = ${number} AND id % 3 = 0`
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
  await session.query('SELECT day_summary_refresh()');
  expect(await strays(session, 'n, total, lowest, highest')).toBe(0);
});

test('lowest and highest follow updates where deleted rows stay counted, and stay as they were once one was deleted', async () => {
  const columns = 'n, total, lowest, highest';
  const { session, texts } = (open = await board(figures('keep'), users));
  const refresh = () => session.query('SELECT day_summary_refresh()');
  await session.run(fill);
  await refresh();
  await session.run('UPDATE events SET amount = 500 - amount WHERE id % 2 = 0');
  await session.run(`INSERT INTO events (user_id, amount, created_at) VALUES (1, -7, '2020-02-02 UTC');
    UPDATE events SET amount = 3 WHERE amount = -7`);
  await refresh();
  expect(await strays(session, columns)).toBe(0);
  const [first] = await texts(
    `INSERT INTO events (user_id, amount, created_at) VALUES (2, 1, '2020-02-02 UTC'), (2, 8, '2020-02-02 UTC') RETURNING id`,
  );
  await refresh();
  await session.query(`DELETE FROM events WHERE id = ${first}`);
  await session.run('UPDATE events SET amount = 9 WHERE amount = 8');
  await refresh();
  expect(
    await texts(
      `SELECT (n, total, lowest, highest) FROM day_summary WHERE user_id = 2 AND day = '2020-02-02'`,
    ),
  ).toEqual(['(2,10,1,9)']);
});

test('the function that notes with its owner’s rights looks for what it calls in the catalog first', async () => {
  open = await board(counts(), users);
  const sql = open.design.wishes.map((wish) => wish.sql).filter((one) => one.includes('SECURITY DEFINER'));
  expect(sql.length).toBeGreaterThan(0);
  for (const one of sql) expect(one).toMatch(/\n {2}SET search_path = pg_catalog, (?:public, )?pg_temp\n/);
  expect(sql[0]).toContain('INSERT INTO public.day_summary_changes');
});
