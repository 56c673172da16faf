import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { another, made } from './board.ts';

const rooms = `CREATE TABLE rooms (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, seats int NOT NULL DEFAULT 2);
  INSERT INTO rooms (seats) VALUES (2), (5);`;
const stock = `
entities:
  E1 Stock:
    table: stock
    fields:
      code: { type: "\`varchar(8)\`", required: true }
      amount: { type: int, required: true, check: amount >= 0 }
      state: { type: text, required: true, default: open }
      note: { type: text }
      seen: { type: instant, required: true, default: now }
relations:
  L1: { from: E1, to: rooms, name: room, required: true }
routines:`;

test('an upsert inserts once and updates after that, and tells which', async () => {
  const { session, texts } = await made(
    `${stock}\n  F1 upsert_stock: { kind: upsert, of: E1, on: [code] }`,
    rooms,
  );
  const call = (amount: number, state = ''): Promise<readonly string[]> =>
    texts(
      `SELECT id || ' ' || inserted FROM upsert_stock(p_code => 'a', p_amount => ${amount}, p_room_id => 1, p_note => NULL${state})`,
    );
  expect(await call(1, ", p_state => 'shut'")).toEqual(['1 true']);
  expect(await call(2)).toEqual(['1 false']);
  expect(await texts('SELECT code || amount || state FROM stock')).toEqual(['a2shut']);
  await expect(call(-1)).rejects.toThrow('stock_amount_check');
  const sessions = [await another(), await another()];
  await sessions[0]!.query('BEGIN');
  const insert =
    "SELECT inserted FROM upsert_stock(p_code => 'b', p_amount => 1, p_room_id => 1, p_note => NULL)";
  await sessions[0]!.query(insert);
  const second = sessions[1]!.query<{ inserted: boolean }>(insert);
  await sessions[0]!.query('COMMIT');
  expect((await second).rows[0]!.inserted).toBe(false);
  expect(await session.query("SELECT FROM stock WHERE code = 'b'")).toMatchObject({ count: 1 });
});

test('an upsert by what may be empty is refused', async () => {
  await expect(made(`${stock}\n  F1: { kind: upsert, of: E1, on: [note] }`, rooms)).rejects.toThrow(
    'may be empty',
  );
});

test('a bulk load commits batch by batch, leaves out what is bad with its reason, and goes on where it stopped', async () => {
  const { session, texts } = await made(
    `${stock}\n  F1: { kind: bulk, of: E1, on: [code], batch: 2 }`,
    rooms,
  );
  const stage = (rows: string): Promise<unknown> =>
    session.query(`INSERT INTO stock_load (code, amount, room_id) VALUES ${rows}`);
  const call = async (): Promise<unknown> => (await session.query('CALL load_stock()')).rows[0];
  await stage(
    "('a', '1', '1'), ('b', '-2', '1'), ('c', 'x', '1'), ('d', '4', '99'), ('toolongcode', '5', '1'), ('e', '6', '1'), ('a', '7', '1')",
  );
  expect(await call()).toEqual({ loaded: 3, failed: 4 });
  expect(await texts('SELECT code || amount FROM stock ORDER BY code')).toEqual(['a7', 'e6']);
  expect(
    await texts(
      "SELECT (staged_row ->> 'code') || ' ' || sqlstate || ' ' || coalesce(constraint_name, '-') FROM stock_load_error ORDER BY error_id",
    ),
  ).toEqual(['b 23514 stock_amount_check', 'c 22P02 -', 'd 23503 stock_room_id_fkey', 'toolongcode 22001 -']);
  expect(await texts('SELECT count(*) FROM stock_load')).toEqual(['0']);
  await session.run(`CREATE SEQUENCE stop_at; CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('stop_at') = 4 THEN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END IF; RETURN NULL; END $$;
    CREATE TRIGGER stop AFTER INSERT ON stock FOR EACH ROW EXECUTE FUNCTION stop()`);
  await stage("('k', '1', '1'), ('l', '1', '1'), ('m', '1', '1'), ('n', '1', '1'), ('o', '1', '1')");
  await expect(call()).rejects.toMatchObject({ fields: { sqlstate: '40001' } });
  expect(await texts('SELECT count(*) FROM stock_load')).toEqual(['3']);
  expect(await call()).toEqual({ loaded: 3, failed: 0 });
  expect(await texts("SELECT count(*) FROM stock WHERE code > 'j'")).toEqual(['5']);
});

test('bodies become functions in the language they are written in, with a search_path of their own', async () => {
  const { texts, after, session } = await made(
    `${stock}
  F1 total: { kind: function, arguments: { room: bigint }, returns: bigint, body: "SELECT coalesce(sum(amount), 0) FROM stock WHERE room_id = room" }
  F2 take: { kind: function, arguments: { wanted: text, n: int }, returns: "TABLE (code text, left_over int)", body: "IF n < 1 THEN RAISE EXCEPTION 'nothing to take'; END IF; RETURN QUERY UPDATE stock AS s SET amount = amount - n WHERE s.code = wanted RETURNING s.code::text, s.amount;" }
  F3 tidy: { kind: procedure, body: "DELETE FROM stock WHERE amount = 0; COMMIT;" }
  F4 both: { kind: procedure, arguments: { "odd name": "numeric(10, 2)" }, body: "UPDATE stock SET amount = amount; DELETE FROM stock WHERE amount < 0" }`,
    rooms,
  );
  const definition = (name: string): string => after.routines.find((each) => each.name === name)!.definition;
  expect(definition('total')).toContain('LANGUAGE sql');
  expect(definition('take')).toContain('LANGUAGE plpgsql');
  expect(definition('take')).toContain('SET search_path');
  expect(definition('tidy')).not.toContain('SET search_path');
  await session.query("INSERT INTO stock (code, amount, room_id) VALUES ('a', 3, 1), ('b', 0, 1)");
  expect(await texts('SELECT total(1)')).toEqual(['3']);
  expect(await texts("SELECT left_over FROM take('a', 2)")).toEqual(['1']);
  await expect(texts("SELECT take('a', 0)")).rejects.toThrow('nothing to take');
  await session.query('CALL tidy()');
  expect(await texts('SELECT count(*) FROM stock')).toEqual(['1']);
});

test.each([
  [
    'arguments: { a: "int) RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$ --" }, body: SELECT 1',
    'SQL type',
  ],
  ['returns: int SECURITY DEFINER, body: SELECT 1', 'SQL type'],
  ['arguments: { a: "int, b int" }, body: SELECT 1', 'SQL type'],
  ['body: "SELECT pg_read_file(\'x\')"', 'reaches beyond'],
])('a body with %s is refused', async (text, why) => {
  await expect(made(`${stock}\n  F1 hostile: { kind: function, ${text} }`, rooms)).rejects.toThrow(why);
});

test('hostile names stay names in rules and routines', async () => {
  const table = 'odd "x"; DROP TABLE rooms; -- é';
  const { attempt, texts, session, after } = await made(
    `
entities:
  E1 Odd:
    table: ${JSON.stringify(table)}
    fields: { select: { type: int, required: true }, "o'clock $rule$": { type: text, default: "it's" }, load_id: { type: text }, batch: { type: int }, taken: { type: text } }
    unique: [[select]]
relations:
  L1: { from: E1, to: rooms, name: room, required: true }
rules:
  R1: { says: "Never' 13; DROP TABLE rooms", of: E1, never: "SELECT WHERE NEW.select = 13", lock: [select] }
  R2: { says: once, of: E1, exclude: { select: "=", room: "=" } }
routines:
  F1 put it: { kind: upsert, of: E1, on: [select] }
  F2: { kind: bulk, of: E1, on: [select], batch: 2 }`,
    rooms,
  );
  expect(after.tables.map(({ name }) => name)).toContain('rooms');
  const upsert = after.routines.find(({ name }) => name.startsWith('put'))!.name;
  const call = (n: number): string =>
    `SELECT inserted FROM ${postgres.quote.identifier(upsert)}(p_select => ${n}, p_room_id => 1, p_load_id => NULL, p_batch => NULL, p_taken => NULL)`;
  expect(await texts(call(1))).toEqual(['true']);
  expect(await texts(call(1))).toEqual(['false']);
  expect(await attempt(call(13))).toMatch(/never_13_drop_table_rooms$/);
  const staging = after.tables.find(({ name }) => name.endsWith('_load'))!.name;
  const load = after.routines.find(({ kind }) => kind === 'procedure')!.name;
  await session.query(
    `INSERT INTO ${postgres.quote.identifier(staging)} ("select", room_id, batch, taken) VALUES ('2', '1', '7', 't'), ('13', '1', '7', 't'), ('3', '1', 'x', 't')`,
  );
  expect((await session.query(`CALL ${postgres.quote.identifier(load)}()`)).rows).toEqual([
    { loaded: 1, failed: 2 },
  ]);
});

test('an upsert among rows that are deleted softly brings no dead row back', async () => {
  const { texts, session } = await made(
    `
entities:
  E1 Tag:
    history: soft-delete
    fields: { name: { type: text, required: true }, note: { type: text } }
routines:
  F1 keep_tag: { kind: upsert, of: E1, on: [name] }`,
  );
  const call = "SELECT inserted FROM keep_tag(p_name => 'a', p_note => NULL)";
  expect(await texts(call)).toEqual(['true']);
  expect(await texts(call)).toEqual(['false']);
  await session.query('UPDATE tags SET deleted_at = now()');
  expect(await texts(call)).toEqual(['true']);
  expect(await texts('SELECT count(*) FROM tags')).toEqual(['2']);
});

test('a load without a key only inserts', async () => {
  const { texts, session } = await made(`${stock}\n  F1: { kind: bulk, of: E1, batch: 2 }`, rooms);
  await session.query(
    "INSERT INTO stock_load (code, amount, room_id) VALUES ('a', '1', '1'), ('a', '2', '1')",
  );
  await session.query('CALL load_stock()');
  expect(await texts('SELECT count(*) FROM stock')).toEqual(['2']);
});
