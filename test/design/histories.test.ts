import { afterEach, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
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

test('what has no age becomes a question', async () => {
  const { design } = await made(`
entities:
  E1 Event: { fields: { kind: { type: text } } }
lifecycle:
  C1: { of: E1, keep: 30 days, then: delete }`);
  expect(design.questions.map(({ about }) => about)).toEqual(['C1']);
});

const expiring = (then: string): string => `
entities:
  E1 Event: { fields: { email: { type: email, required: true, unique: true }, phone: { type: text }, kind: { type: text }, created_at: { type: instant, required: true, default: now } } }
lifecycle:
  C1: { of: E1, keep: 30 days, then: ${then}, hold: "kind = 'evidence'" }
privacy:
  P1: { of: E1.email, class: personal, mask: email }
  P2: { of: E1.phone, class: personal }`;
const events = `INSERT INTO events (email, phone, kind, created_at)
  SELECT 'u' || n || '@b.c', '0' || n, CASE WHEN n % 10 = 0 THEN 'evidence' END, now() - n * interval '1 hour' FROM generate_series(1, 8000) AS n`;
const due = 8000 - 719;
const held = 800 - 71;

test('an archive takes whole rows, holds stay, and an interruption loses and doubles nothing', async () => {
  const { design, session, texts } = await made(expiring('archive'));
  await session.run(events);
  const { sql } = design.purges.get('C1')!;
  await session.query('BEGIN');
  expect((await session.query(sql)).count).toBe(5000);
  await session.query('ROLLBACK');
  expect(await texts('SELECT count(*) FROM events')).toEqual(['8000']);
  expect(await texts('SELECT count(*) FROM events_archive')).toEqual(['0']);
  let moved = 0;
  for (;;) {
    const { count } = await session.query(sql);
    moved += count;
    if (count === 0) break;
  }
  expect(moved).toBe(due - held);
  expect(
    await texts(
      `SELECT count(DISTINCT id) || ' ' || count(*) FROM (SELECT id FROM events UNION ALL SELECT id FROM events_archive) AS every`,
    ),
  ).toEqual(['8000 8000']);
  expect(await texts(`SELECT count(*) FROM events_archive WHERE kind = 'evidence' OR email IS NULL`)).toEqual(
    ['0'],
  );
});

test('anonymised rows stay, their people do not, held ones are left alone, and each row is done once', async () => {
  const { design, session, texts } = await made(expiring('anonymise'));
  await session.run(events);
  const { sql } = design.purges.get('C1')!;
  const counts: number[] = [];
  for (;;) {
    const { count } = await session.query(sql);
    counts.push(count);
    if (count === 0) break;
  }
  expect(counts).toEqual([5000, due - held - 5000, 0]);
  expect(await texts('SELECT count(*) FROM events')).toEqual(['8000']);
  expect(
    await texts(
      `SELECT count(*) FROM events WHERE anonymised_at IS NOT NULL AND email LIKE 'anonymous-%@example.invalid' AND phone IS NULL AND kind IS NULL`,
    ),
  ).toEqual([String(due - held)]);
  expect(await texts(`SELECT count(*) FROM events WHERE kind = 'evidence' AND phone IS NOT NULL`)).toEqual([
    '800',
  ]);
});

test('to anonymise without a privacy claim is a question', async () => {
  const { design } = await made(expiring('anonymise').replace(/privacy:[^]*$/, ''));
  expect(design.questions.map(({ about }) => about)).toEqual(['C1']);
});

const family = `
entities:
  E1 Customer: { history: soft-delete, fields: { code: { type: text, required: true, unique: true } } }
  E2 Address: { history: soft-delete, fields: { city: { type: text } } }
  E3 Invoice: { fields: { total: { type: int } } }
  E4 Card: { history: soft-delete, fields: { pan: { type: text } } }
relations:
  L1: { from: E2, to: E1, name: customer, required: true, on_delete: cascade }
  L2: { from: E3, to: E1, name: customer, on_delete: restrict }
  L3: { from: E4, to: E1, name: customer, one: true, on_delete: cascade }`;

test('no row begins to refer to a deleted one, and what would be deleted along is deleted softly along', async () => {
  const { attempt, texts } = await made(family);
  const insert = (table: string, customer: number): Promise<string> =>
    attempt(`INSERT INTO ${table} (customer_id) VALUES (${customer})`);
  expect(await attempt(`INSERT INTO customers (code) VALUES ('a'), ('b')`)).toBe('ok');
  for (const table of ['addresses', 'invoices', 'cards']) expect(await insert(table, 1)).toBe('ok');
  expect(await insert('cards', 1)).toBe('cards_customer_id_key');
  expect(await insert('addresses', 1)).toBe('ok');
  expect(await attempt('UPDATE addresses SET deleted_at = now() WHERE id = 2')).toBe('ok');
  expect(await attempt(`UPDATE customers SET deleted_at = now() + interval '1 minute' WHERE id = 1`)).toBe(
    'ok',
  );
  expect(
    await texts(
      'SELECT count(*) FROM live_addresses UNION ALL SELECT count(*) FROM live_cards UNION ALL SELECT count(*) FROM invoices',
    ),
  ).toEqual(['0', '0', '1']);
  for (const table of ['addresses', 'invoices', 'cards'])
    expect(await insert(table, 1)).toBe(`${table}_customer_id_alive`);
  expect(await attempt('UPDATE addresses SET deleted_at = NULL WHERE id = 1')).toBe(
    'addresses_customer_id_alive',
  );
  expect(await attempt('UPDATE invoices SET total = 1')).toBe('ok');
  expect(await attempt('UPDATE customers SET deleted_at = NULL WHERE id = 1')).toBe('ok');
  expect(await texts('SELECT id FROM live_addresses')).toEqual(['1']);
  expect(await insert('invoices', 1)).toBe('ok');
});

test('a row that is deleted while another begins to refer to it: one of both gives way', async () => {
  const one = await made(family);
  const other = await postgres.connect(one.url, { statementTimeoutMs: 10_000 });
  try {
    await one.session.query(`INSERT INTO customers (code) VALUES ('a')`);
    await one.session.query('BEGIN');
    await one.session.query('UPDATE customers SET deleted_at = now()');
    const waiting = other.query('INSERT INTO invoices (customer_id) VALUES (1)').then(
      () => 'ok',
      (error: { fields?: { constraint?: string } }) => error.fields?.constraint,
    );
    await one.session.query('COMMIT');
    expect(await waiting).toBe('invoices_customer_id_alive');
  } finally {
    await other.close();
  }
});

test('two sessions that each add a row and then change its parent do not stand in each other’s way for ever', async () => {
  const one = await made(family);
  const other = await postgres.connect(one.url, { statementTimeoutMs: 10_000 });
  try {
    await one.session.query(`INSERT INTO customers (code) VALUES ('a')`);
    for (const session of [one.session, other]) {
      await session.query('BEGIN');
      await session.query('INSERT INTO invoices (customer_id) VALUES (1)');
    }
    await one.session.query(`SET LOCAL statement_timeout = '5s'`);
    await one.session.query(`UPDATE customers SET code = 'b'`);
    const second = other.query(`UPDATE customers SET code = 'c'`);
    await one.session.query('COMMIT');
    await second;
    await other.query('COMMIT');
    expect(await one.texts('SELECT code FROM customers')).toEqual(['c']);
  } finally {
    await other.close();
  }
});

test('a soft deletion waits for the row that is being written below it, and takes it along', async () => {
  const one = await made(family);
  const other = await postgres.connect(one.url, { statementTimeoutMs: 10_000 });
  try {
    await one.session.query(`INSERT INTO customers (code) VALUES ('a')`);
    await one.session.query('BEGIN');
    await one.session.query('INSERT INTO addresses (customer_id) VALUES (1)');
    const deleted = other.query('UPDATE customers SET deleted_at = now()');
    await one.session.query('COMMIT');
    await deleted;
    expect(await one.texts('SELECT count(*) FROM live_addresses')).toEqual(['0']);
  } finally {
    await other.close();
  }
});

test('an archive and an outbox say which private values they hold, a history what it leaves out', async () => {
  const { after, design } = await made(`
entities:
  E1 Visit:
    key: [mail]
    history: audit
    outbox: true
    fields: { mail: { type: text, required: true }, name: { type: text }, pin: { type: text, sensitive: true }, created_at: { type: instant, required: true, default: now } }
lifecycle:
  C1: { of: E1, keep: 30 days, then: archive }
privacy:
  P1: { of: E1.mail, class: personal, readers: [app] }
  P2: { of: E1.name, class: health }`);
  const said = (table: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      after.tables
        .find(({ name }) => name === table)!
        .columns.flatMap(({ name, comment }) => (comment?.includes('(T-1') ? [[name, comment]] : [])),
    );
  expect(said('visits_archive')).toEqual({
    mail: '[class: personal; readers: app] (T-1 P1)',
    name: '[class: health] (T-1 P2)',
    pin: 'Sensitive (T-1 E1)',
  });
  const whole = 'JSON of rows: holds visits.mail, visits.name [class: personal, health] (T-1 P1 P2)';
  expect(said('outbox')).toEqual({
    payload: whole,
    key: 'JSON of rows: holds visits.mail [class: personal; readers: app] (T-1 P1)',
  });
  expect(said('visit_audit')).toEqual({
    mail: '[class: personal; readers: app] (T-1 P1)',
    old_row: whole,
    new_row: whole,
  });
  expect(design.copies.filter(({ from }) => from === 'pin').map(({ table }) => table.name)).toEqual([
    'visits_archive',
  ]);
});

test('uniques of a table of today go on to count rows that are marked as deleted, and the statement that changes it is told', async () => {
  const { attempt, design, session } = await made(
    `
change: { engine: postgres, kind: alter }
entities:
  E1 Customer: { table: customers, history: soft-delete, fields: { alias: { type: text, unique: true } } }`,
    `CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, mail text);
     CREATE UNIQUE INDEX customers_mail ON customers (lower(mail)) WHERE mail <> '';`,
  );
  expect(design.choices.find(({ chosen }) => chosen.startsWith('soft delete'))!.because).toContain(
    'customers_code_key, customers_mail stay as today and count deleted rows too;',
  );
  expect(design.notes.map(({ rule }) => rule)).toEqual([
    'unique-counts-deleted-rows',
    'unique-counts-deleted-rows',
  ]);
  const insert = `INSERT INTO customers (code, mail, alias) VALUES ('c', 'M', 'a')`;
  expect(await attempt(insert)).toBe('ok');
  expect(await attempt('UPDATE customers SET deleted_at = now()')).toBe('ok');
  expect(await attempt(insert)).toBe('customers_code_key');
  for (const { instead } of design.notes)
    for (const sql of instead.replace(/, which the server.*/, '').split('; then ')) await session.query(sql);
  expect(await attempt(insert)).toBe('ok');
  expect(await attempt(insert.replace(`'c'`, `'d'`).replace(`'a'`, `'b'`))).toBe('customers_mail_alive');
});
