import { expect, test } from 'vitest';
import type { Session } from '../../src/engine/model.ts';
import type { DesignedFeature } from '../../src/design/model.ts';
import { another, failure, made, type Board } from './board.ts';

const featureOf = <K extends DesignedFeature['kind']>(
  { design }: Board,
  kind: K,
): Extract<DesignedFeature, { kind: K }> =>
  design.features.find((one): one is Extract<DesignedFeature, { kind: K }> => one.kind === kind)!;
const machine = `
entities:
  E1 Order:
    fields: { state: { type: enum(open, paid, sent, cancelled) }, note: { type: text } }
    states: { field: state, start: open, moves: { open: [paid, cancelled], paid: [sent] } }`;

test('a state begins at the start and moves along declared ways only', async () => {
  const { attempt, texts } = await made(machine);
  expect(await attempt(`INSERT INTO orders (note) VALUES ('a'), ('b')`)).toBe('ok');
  expect(await texts('SELECT DISTINCT state FROM orders')).toEqual(['open']);
  expect(await attempt(`INSERT INTO orders (state) VALUES ('paid')`)).toBe('orders_state_start');
  expect(await attempt(`UPDATE orders SET state = 'sent' WHERE id = 1`)).toBe('orders_state_moves');
  expect(await attempt(`UPDATE orders SET state = 'paid' WHERE id = 1`)).toBe('ok');
  expect(await attempt(`UPDATE orders SET state = 'paid', note = 'same' WHERE id = 1`)).toBe('ok');
  expect(await attempt(`UPDATE orders SET state = 'open' WHERE id = 1`)).toBe('orders_state_moves');
  expect(await attempt(`UPDATE orders SET state = 'lost' WHERE id = 1`)).toBe('orders_state_check');
  expect(await attempt(`UPDATE orders SET state = NULL WHERE id = 1`)).toBe('23502');
  expect(await attempt(`UPDATE orders SET state = 'cancelled' WHERE id = 2`)).toBe('ok');
  expect(await attempt(`UPDATE orders SET state = 'open' WHERE id = 2`)).toBe('orders_state_moves');
});

test('of two moves at once the second one sees the first, at every isolation level', async () => {
  const one = await made(machine);
  const other = await another(one);
  await one.session.query('INSERT INTO orders DEFAULT VALUES');
  await one.session.query('BEGIN');
  await one.session.query(`UPDATE orders SET state = 'cancelled'`);
  const waiting = failure(other.query(`UPDATE orders SET state = 'paid'`));
  await one.session.query('COMMIT');
  expect(await waiting).toBe('orders_state_moves');
  await one.session.query(`INSERT INTO orders (note) VALUES ('second')`);
  await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await other.query('SELECT count(*) FROM orders');
  await one.session.query(`UPDATE orders SET state = 'cancelled' WHERE note = 'second'`);
  expect(await failure(other.query(`UPDATE orders SET state = 'paid' WHERE note = 'second'`))).toBe('40001');
  await other.query('ROLLBACK');
});

test('states that the field does not list, and a default that is no start, are told', async () => {
  const wrong = (field: string): Promise<Board> =>
    made(`
entities:
  E1 Order: { fields: { state: ${field} }, states: { field: state, start: open, moves: { open: [paid] } } }`);
  await expect(wrong('{ type: "enum(open, done)" }')).rejects.toMatchObject({ code: 'task.wrong-value' });
  await expect(wrong('{ type: text, default: paid }')).rejects.toMatchObject({ code: 'task.wrong-value' });
});

test('names and states that are hostile stay names and states', async () => {
  const { attempt, design } = await made(`
entities:
  E1 Thing:
    table: 'a "quoted"; DROP TABLE x'
    fields: { 'the state': { type: text } }
    states: { field: 'the state', start: "o'pen $body$ %s", moves: { "o'pen $body$ %s": ["é; DROP"] } }
    optimistic: true
    outbox: true
    history: audit`);
  const name = `"a ""quoted""; DROP TABLE x"`;
  expect(await attempt(`INSERT INTO ${name} DEFAULT VALUES`)).toBe('ok');
  const { startRule } = design.features.find((one) => one.kind === 'states')!;
  expect(await attempt(`INSERT INTO ${name} (the_state) VALUES ('é; DROP')`)).toBe(startRule);
  expect(await attempt(`UPDATE ${name} SET the_state = 'é; DROP'`)).toBe('ok');
  expect(await attempt(`DELETE FROM ${name}`)).toBe('ok');
});

const versioned = `
entities:
  E1 Account: { optimistic: true, fields: { balance: { type: int, required: true } } }`;

test('a version rises with every update, and an update with an old version changes nothing', async () => {
  const one = await made(versioned);
  const other = await another(one);
  await one.session.query('INSERT INTO accounts (balance) VALUES (100)');
  const read = (await one.texts('SELECT version FROM accounts'))[0]!;
  const save = (session: Session, balance: number): Promise<{ count: number }> =>
    session.query('UPDATE accounts SET balance = $1 WHERE id = 1 AND version = $2', [balance, read]);
  await one.session.query('BEGIN');
  expect((await save(one.session, 150)).count).toBe(1);
  const waiting = save(other, 90);
  await one.session.query('COMMIT');
  expect((await waiting).count).toBe(0);
  expect(await one.texts(`SELECT concat_ws(' ', balance, version) FROM accounts`)).toEqual(['150 2']);
  expect(await one.attempt('UPDATE accounts SET balance = 1, version = version + 1')).toBe('ok');
  expect(await one.attempt('UPDATE accounts SET balance = 2, version = 1')).toBe('accounts_version');
  expect(await one.attempt('UPDATE accounts SET balance = 2, version = 9')).toBe('accounts_version');
  expect(await one.attempt('UPDATE accounts SET balance = 2, version = NULL')).toBe('accounts_version');
  expect(await one.texts('SELECT version FROM accounts')).toEqual(['3']);
});

const told = `
entities:
  E1 Order: { outbox: true, fields: { total: { type: int }, card: { type: text, sensitive: true } } }
  E2 Customer: { outbox: true, fields: { name: { type: text } } }`;

test('every change becomes a message in its transaction, and a rollback leaves none', async () => {
  const { session, texts } = await made(told);
  await session.run(`
    INSERT INTO orders (total, card) VALUES (1, '4111'), (2, '4222');
    UPDATE orders SET total = 5 WHERE id = 1; UPDATE orders SET total = total; DELETE FROM orders WHERE id = 2;
    INSERT INTO customers (name) VALUES ('Ann'); TRUNCATE customers`);
  await session.run('BEGIN; DELETE FROM orders; ROLLBACK');
  expect(
    await texts(
      `SELECT concat_ws(' ', topic, key->>'id', operation, payload->>'total', payload->>'name') FROM outbox ORDER BY id`,
    ),
  ).toEqual([
    'orders 1 INSERT 1',
    'orders 2 INSERT 2',
    'orders 1 UPDATE 5',
    'orders 2 DELETE 2',
    'customers 1 INSERT Ann',
    'customers 1 DELETE Ann',
  ]);
  expect(await texts(`SELECT count(*) FROM outbox WHERE payload ? 'card'`)).toEqual(['0']);
});

test('consumers at once never take the same message, keep the order of each row, and give back what they roll back', async () => {
  const one = await made(told);
  const { take } = featureOf(one, 'outbox');
  await one.session.run(
    `INSERT INTO orders (total) SELECT 0 FROM generate_series(1, 20); UPDATE orders SET total = 1; UPDATE orders SET total = 2`,
  );
  const taken: { id: string; key: string }[] = [];
  const consume = async (session: Session, fails: boolean): Promise<void> => {
    for (let round = 0, empty = 0; round < 200 && empty < 5; round++) {
      await session.query('BEGIN');
      const { rows } = await session.query<{ id: string; key: unknown }>(take, [3]);
      empty = rows.length === 0 ? empty + 1 : 0;
      const back = fails && round % 3 === 0;
      if (!back) taken.push(...rows.map(({ id, key }) => ({ id: String(id), key: JSON.stringify(key) })));
      await session.query(back ? 'ROLLBACK' : 'COMMIT');
    }
  };
  await Promise.all([consume(await another(one), false), consume(await another(one), true)]);
  expect(taken.length).toBe(60);
  expect(new Set(taken.map(({ id }) => id)).size).toBe(60);
  for (const key of new Set(taken.map((message) => message.key))) {
    const ids = taken.filter((message) => message.key === key).map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  }
  expect(await one.texts('SELECT count(*) FROM outbox')).toEqual(['0']);
});

test('a history tells who, for whom, when and what, also of truncated rows, and lets nobody change it', async () => {
  const { attempt, texts } = await made(`
entities:
  E1 Account: { history: audit, fields: { name: { type: text, required: true }, data: { type: "\`json\`" } } }
lifecycle:
  C1: { of: account_audit, keep: 30 days, then: delete }`);
  expect(await attempt(`INSERT INTO accounts (name, data) VALUES ('a', '{}'), ('b', '{}')`)).toBe('ok');
  expect(await attempt(`SELECT set_config('app.user', 'ann', false)`)).toBe('ok');
  expect(await attempt(`UPDATE accounts SET data = '{ }' WHERE name = 'a'`)).toBe('ok');
  expect(await attempt('TRUNCATE accounts')).toBe('ok');
  expect(
    await texts(
      `SELECT concat_ws(' ', operation, id, changed_by = session_user, changed_for, old_row->>'name', new_row->>'name') FROM account_audit ORDER BY operation = 'TRUNCATE', id, audit_id`,
    ),
  ).toEqual([
    'INSERT 1 t a',
    'UPDATE 1 t ann a a',
    'INSERT 2 t b',
    'TRUNCATE 1 t ann a',
    'TRUNCATE 2 t ann b',
  ]);
  for (const sql of [
    'UPDATE account_audit SET operation = operation',
    'DELETE FROM account_audit',
    'TRUNCATE account_audit',
  ])
    expect(await attempt(sql)).toBe('account_audit_append_only');
});
