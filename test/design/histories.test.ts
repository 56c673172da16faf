import { afterEach, expect, test } from 'vitest';
import { board, type Board } from './board.ts';

let open: Board | undefined;
afterEach(() => open?.session.close());
const made = async (block: string, current = ''): Promise<Board> => (open = await board(block, current));

test('an audit writes down every change, without sensitive fields and without updates that change nothing', async () => {
  const { session, texts } = await made(`
entities:
  E1 Account: { history: audit, fields: { name: { type: text, required: true }, pin: { type: text, sensitive: true } } }`);
  await session.run(
    `INSERT INTO accounts (name, pin) VALUES ('a', '1234'), ('b', '5'); UPDATE accounts SET name = 'c' WHERE name = 'a'; UPDATE accounts SET name = name; DELETE FROM accounts WHERE name = 'b'`,
  );
  expect(
    await texts(
      `SELECT concat_ws(' ', operation, id, old_row->>'name', new_row->>'name') FROM account_audit ORDER BY audit_id`,
    ),
  ).toEqual(['INSERT 1 a', 'INSERT 2 b', 'UPDATE 1 a c', 'DELETE 2 b']);
  expect(await texts(`SELECT count(*) FROM account_audit WHERE old_row ? 'pin' OR new_row ? 'pin'`)).toEqual([
    '0',
  ]);
});

test('a soft delete frees the unique values, and the view shows living rows', async () => {
  const { attempt, texts } = await made(`
entities:
  E1 Customer: { history: soft-delete, fields: { code: { type: text, required: true, unique: true } } }
rules:
  R1: { says: Codes are unique together with ids, of: E1, unique: [code, id] }`);
  expect(await attempt(`INSERT INTO customers (code) VALUES ('x')`)).toBe('ok');
  expect(await attempt(`INSERT INTO customers (code) VALUES ('x')`)).toBe('customers_code_key');
  expect(await attempt(`UPDATE customers SET deleted_at = now()`)).toBe('ok');
  expect(await attempt(`INSERT INTO customers (code) VALUES ('x')`)).toBe('ok');
  expect(await texts(`SELECT count(*) FROM live_customers`)).toEqual(['1']);
});

test('a lookup table comes with its rows', async () => {
  const { texts } = await made(`
entities:
  E1 Status: { table: statuses, key: [code], fields: { code: { type: text, required: true }, label: { type: text } }, lookup: [{ code: open, label: It's open }, { code: done }] }`);
  expect(await texts(`SELECT concat_ws('=', code, label) FROM statuses ORDER BY 1`)).toEqual([
    'done',
    "open=It's open",
  ]);
});

test('a purge deletes old rows batch by batch and keeps the young ones', async () => {
  const { design, session, texts } = await made(`
entities:
  E1 Event: { fields: { kind: { type: text }, created_at: { type: instant, required: true, default: now } } }
lifecycle:
  C1: { of: E1, keep: 30 days, then: delete }`);
  await session.run(
    `INSERT INTO events (created_at) SELECT now() - n * interval '1 hour' FROM generate_series(1, 12000) AS n`,
  );
  const counts: number[] = [];
  for (;;) {
    const { count } = await session.query(design.purges.get('C1')!.sql);
    counts.push(count);
    if (count === 0) break;
  }
  expect(counts).toEqual([5000, 5000, 12000 - 720 + 1 - 10000, 0]);
  expect(await texts('SELECT count(*) FROM events')).toEqual(['719']);
});

test('what has no age becomes a question, what is not designed is refused by name', async () => {
  const { design } = await made(`
entities:
  E1 Event: { fields: { kind: { type: text } } }
lifecycle:
  C1: { of: E1, keep: 30 days, then: delete }`);
  expect(design.questions.map(({ about }) => about)).toEqual(['C1']);
  await expect(
    board('entities:\n  E1 Event: { history: temporal, fields: { kind: { type: text } } }'),
  ).rejects.toMatchObject({ code: 'task.refused' });
});
