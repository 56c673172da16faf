import { existsSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';
import { board, type Board } from './board.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
const made = async (block: string): Promise<Board> => {
  const one = await board(block);
  open.push(one.session);
  return one;
};

const prices = `
entities:
  E1 Product: { fields: { name: { type: text, required: true } } }
  E2 Price: { key: [product], history: temporal, fields: { amount: { type: int, required: true }, label: { type: text, unique: true } } }
  E3 Contract: { history: temporal, fields: { kind: { type: text } } }
  E4 Clause: { history: temporal, fields: { body: { type: text } } }
relations:
  L1: { from: E2, to: E1, name: product, required: true, on_delete: cascade }
  L2: { from: E4, to: E3, name: contract, required: true }`;

test('two rows never speak of the same thing at the same time, and the view shows what is true now', async () => {
  const { attempt, texts } = await made(prices);
  expect(await attempt(`INSERT INTO products (name) VALUES ('a'), ('b')`)).toBe('ok');
  expect(
    await attempt(
      `INSERT INTO prices (product_id, amount, valid) VALUES (1, 10, '[2024-01-01,2025-01-01)'), (1, 20, '[2025-01-01,)')`,
    ),
  ).toBe('ok');
  expect(
    await attempt(`INSERT INTO prices (product_id, amount, valid) VALUES (1, 5, '[2024-06-01,2024-07-01)')`),
  ).toBe('prices_pkey');
  expect(await attempt(`INSERT INTO prices (product_id, amount, valid) VALUES (2, 5, 'empty')`)).toMatch(
    /prices_valid_check|23514|22000/,
  );
  expect(await attempt(`INSERT INTO prices (product_id, amount, valid) VALUES (2, 5, '(,2024-01-01)')`)).toBe(
    'prices_valid_check',
  );
  expect(await attempt(`INSERT INTO prices (product_id, amount, label) VALUES (2, 5, 'x')`)).toBe('ok');
  expect(await attempt(`UPDATE prices SET label = 'x' WHERE amount = 20`)).toMatch(/^prices_label/);
  expect(await texts('SELECT amount FROM current_prices ORDER BY 1')).toEqual(['5', '20']);
});

test('a foreign key between periods wants its target for the whole time', async () => {
  const { attempt } = await made(prices);
  expect(
    await attempt(
      `INSERT INTO contracts (id, valid) VALUES (1, '[2024-01-01,2025-01-01)'), (1, '[2025-01-01,2026-01-01)')`,
    ),
  ).toBe('ok');
  expect(
    await attempt(`INSERT INTO clauses (contract_id, valid) VALUES (1, '[2024-06-01,2025-06-01)')`),
  ).toBe('ok');
  expect(
    await attempt(`INSERT INTO clauses (contract_id, valid) VALUES (1, '[2025-06-01,2027-01-01)')`),
  ).toBe('clauses_contract_id_fkey');
  expect(await attempt('DELETE FROM contracts')).toBe('clauses_contract_id_fkey');
  const changed = (since: string): string =>
    `SELECT change_contract(jsonb_populate_record(v, '{"kind": "new"}'), '${since}') FROM contracts AS v WHERE id = 1 AND valid @> timestamptz '${since}'`;
  expect(await attempt(changed('2024-07-01'))).toBe('ok');
  expect(await attempt(changed('2024-07-01'))).toBe('ok');
});

const change = (session: Session, amount: number, since: string): Promise<unknown> =>
  session.query(
    `SELECT change_price(jsonb_populate_record(v, jsonb_build_object('amount', $1::int)), $2::timestamptz) FROM prices AS v WHERE product_id = 1 AND valid @> $2::timestamptz`,
    [amount, since],
  );
const history = `SELECT amount || ' ' || lower(valid)::date || ' ' || coalesce(upper(valid)::date::text, '-') FROM prices ORDER BY valid`;

test('a change from a moment on ends what was true and keeps what is planned for later', async () => {
  const { session, texts } = await made(prices);
  await session.run(
    `INSERT INTO products (name) VALUES ('a'); INSERT INTO prices (product_id, amount, valid) VALUES (1, 10, '[2024-01-01,)')`,
  );
  await change(session, 30, '2026-01-01');
  await change(session, 20, '2025-01-01');
  await change(session, 21, '2025-01-01');
  expect(await texts(history)).toEqual([
    '10 2024-01-01 2025-01-01',
    '21 2025-01-01 2026-01-01',
    '30 2026-01-01 -',
  ]);
});

test('sessions that change the same thing at once leave neither gap nor overlap', async () => {
  const one = await made(prices);
  await one.session.run(
    `INSERT INTO products (name) VALUES ('a'); INSERT INTO prices (product_id, amount, valid) VALUES (1, 0, '[2024-01-01,)')`,
  );
  const sessions = await Promise.all(
    [1, 2, 3, 4].map(() => postgres.connect(one.url, { statementTimeoutMs: 10_000 })),
  );
  open.push(...sessions);
  await Promise.all(
    sessions.map(async (session, index) => {
      for (let month = 1; month <= 12; month++)
        await change(
          session,
          index,
          `2025-${String(((month * 5 + index * 3) % 12) + 1).padStart(2, '0')}-0${index + 1}`,
        );
    }),
  );
  expect(await one.texts('SELECT count(*) FROM prices')).toEqual(['49']);
  expect(await one.texts('SELECT range_agg(valid)::text FROM prices')).toEqual([
    '{["2024-01-01 00:00:00+00",)}',
  ]);
});

test.each([
  [
    'from rows without a time',
    '  E2 Note: { fields: { body: { type: text } } }\nrelations:\n  L1: { from: E2, to: E1 }',
    /for a time only/,
  ],
  [
    'that cascades',
    '  E2 Note: { history: temporal, fields: { body: { type: text } } }\nrelations:\n  L1: { from: E2, to: E1, on_delete: cascade }',
    /no action only/,
  ],
])('a reference to a temporal row %s is refused', async (_what, more, message) => {
  await expect(
    board(`entities:\n  E1 Thing: { history: temporal, fields: { name: { type: text } } }\n${more}`),
  ).rejects.toThrow(message);
});

const old = '/usr/lib/postgresql/15/bin/postgres';

test.skipIf(!need(existsSync(old), 'PostgreSQL 15: apt install postgresql-15'))(
  'before 18 an exclusion keeps rows apart, and a foreign key between periods is refused',
  async () => {
    const sandbox = await startSandbox(postgres, { major: 15 });
    try {
      const plain = prices.replace(/ {2}L2:.*$/m, '');
      const one = await board(plain, '', sandbox);
      open.push(one.session);
      await one.session.run(
        `INSERT INTO products (name) VALUES ('a'); INSERT INTO prices (product_id, amount, label, valid) VALUES (1, 10, 'x', '[2024-01-01,)')`,
      );
      const again = `INSERT INTO prices (product_id, amount, valid) VALUES (1, 5, '[2024-06-01,2024-07-01)')`;
      expect(await one.attempt(again)).toBe('prices_no_overlap');
      await change(one.session, 30, '2026-01-01');
      expect(await one.texts(history)).toEqual(['10 2024-01-01 2026-01-01', '30 2026-01-01 -']);
      expect(await one.attempt(`INSERT INTO products (name) VALUES ('b')`)).toBe('ok');
      expect(await one.attempt(`INSERT INTO prices (product_id, amount, label) VALUES (2, 1, 'x')`)).toBe(
        'prices_label_key',
      );
      await expect(board(prices, '', sandbox)).rejects.toThrow(/which PostgreSQL 15 does not have/);
      await Promise.all(open.splice(0).map((each) => each.close()));
    } finally {
      await sandbox.stop();
    }
  },
);

test('an archive takes the versions of a row that have ended, by their end, and leaves what is valid', async () => {
  const { attempt, design, session, texts } = await made(`${prices.replace(
    'amount: { type: int, required: true }, label',
    'amount: { type: int, required: true }, entered: { type: instant, required: true, default: now }, label',
  )}
lifecycle:
  C1: { of: E2, keep: 30 days, then: archive }`);
  expect(await attempt(`INSERT INTO products (name) VALUES ('a')`)).toBe('ok');
  expect(
    await attempt(
      `INSERT INTO prices (product_id, amount, entered, valid) VALUES (1, 10, '2024-01-01', '[2024-01-01,2025-01-01)'), (1, 20, '2025-01-01', '[2025-01-01,2025-02-01)'), (1, 30, '2025-02-01', '[2025-02-01,)')`,
    ),
  ).toBe('ok');
  expect(await attempt(`INSERT INTO products (name) VALUES ('b')`)).toBe('ok');
  // Written long ago, ended ten days ago.
  expect(
    await attempt(
      `INSERT INTO prices (product_id, amount, entered, valid) SELECT max(id), 40, '2020-01-01', tstzrange('2020-01-01', now() - interval '10 days') FROM products`,
    ),
  ).toBe('ok');
  await session.query(design.purges.get('C1')!.sql);
  expect(await texts('SELECT amount FROM prices_archive ORDER BY 1')).toEqual(['10', '20']);
  expect(await texts('SELECT amount FROM prices ORDER BY 1')).toEqual(['30', '40']);
});
