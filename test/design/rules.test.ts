import { expect, test } from 'vitest';
import { another, made, type Board } from './board.ts';

const rooms = `CREATE TABLE rooms (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, seats int NOT NULL DEFAULT 2);
  INSERT INTO rooms (seats) VALUES (2), (5);`;
const booking = (rule: string): string => `
entities:
  E1 Booking:
    fields: { during: { type: "\`tstzrange\`", required: true }, people: { type: int, required: true, default: 1 } }
relations:
  L1: { from: E1, to: rooms, name: room, required: true }
rules:
  R1: { says: A room is booked once, of: E1, ${rule} }`;
const book = (room: number, from: number, people = 1): string =>
  `INSERT INTO bookings (room_id, people, during) VALUES (${room}, ${people}, tstzrange('2026-01-01'::timestamptz + ${from} * interval '1 hour', '2026-01-01'::timestamptz + ${from + 2} * interval '1 hour'))`;

test('an exclusion keeps two rows of a room apart, needs its extension, and names the rule', async () => {
  const { attempt, design } = await made(booking('exclude: { during: "&&", room: "=" }'), rooms);
  expect(design.wishes[0]!.sql).toBe('CREATE EXTENSION IF NOT EXISTS btree_gist');
  expect(design.wishes.map(({ sql }) => sql).join('\n')).toContain(
    'EXCLUDE USING gist (room_id WITH =, during WITH &&)',
  );
  expect(await attempt(book(1, 0))).toBe('ok');
  expect(await attempt(book(1, 2))).toBe('ok');
  expect(await attempt(book(2, 1))).toBe('ok');
  expect(await attempt(book(1, 1))).toBe('bookings_a_room_is_booked_once');
});

test('on a table that is there, a query shows the rows which stand in the way', async () => {
  const { design, texts, session } = await made(
    `rules:\n  R1: { says: One room per name, of: rooms, exclude: { seats: "=" } }`,
    rooms,
  );
  const { probe } = design.wishes.find(({ sql }) => sql.includes('EXCLUDE'))!;
  expect(await texts(probe!)).toEqual([]);
  await session.query(`ALTER TABLE rooms DROP CONSTRAINT ${design.constraints.get('R1')!}`);
  await session.query('INSERT INTO rooms (seats) VALUES (2)');
  expect(await texts(probe!)).toHaveLength(1);
});

test('ranges alone need no extension', async () => {
  const { design } = await made(booking('exclude: { during: "&&" }'), rooms);
  expect(design.wishes.filter(({ sql }) => sql.includes('EXTENSION'))).toEqual([]);
});

const crowded = booking(`never: |
      SELECT FROM rooms AS r
      WHERE r.id = NEW.room_id
        AND r.seats < (SELECT sum(b.people) FROM bookings AS b WHERE b.room_id = r.id AND b.during && NEW.during) -- too many
    , lock: [room]`).replace(
  /never: \|([\s\S]*?)\n {4}, lock: \[room\]/,
  (_all, query: string) => `never: ${JSON.stringify(query.trim())}, lock: [room]`,
);

test('a rule that no constraint can hold rejects rows and changes with the name of the rule', async () => {
  const { attempt, design } = await made(crowded, rooms);
  expect(design.constraints.get('R1')).toBe('bookings_a_room_is_booked_once');
  expect(await attempt(book(1, 0, 2))).toBe('ok');
  expect(await attempt(book(1, 1, 1))).toBe('bookings_a_room_is_booked_once');
  expect(await attempt(book(1, 4, 1))).toBe('ok');
  expect(await attempt('UPDATE bookings SET people = 3 WHERE people = 1')).toBe(
    'bookings_a_room_is_booked_once',
  );
  expect(await attempt('UPDATE bookings SET people = 2 WHERE people = 1')).toBe('ok');
  expect(design.nevers[0]).toMatchObject({ reads: ['rooms'], lock: ['room_id'] });
});

/** Two sessions book the same room at the same time; how many of them were let in. */
async function race(
  { session: owner, design }: Board,
  isolation: string,
): Promise<{ readonly ok: number; readonly broken: number; readonly said: readonly string[] }> {
  const [one, two] = [await another(), await another()];
  const said: string[] = [];
  const note = (error: unknown): void => {
    const { fields } = error as { fields: { constraint?: string; sqlstate: string } };
    said.push(fields.constraint ?? fields.sqlstate);
  };
  await one.query(`BEGIN ISOLATION LEVEL ${isolation}`);
  await two.query(`BEGIN ISOLATION LEVEL ${isolation}`);
  for (const session of [one, two]) await session.query('SELECT count(*) FROM rooms');
  let ok = 0;
  const first = await one.query(book(1, 0, 2)).then(
    () => true,
    (error: unknown) => (note(error), false),
  );
  const second = two.query(book(1, 1, 2)).then(
    () => true,
    (error: unknown) => (note(error), false),
  );
  // A session that waits for the other never answers before it has ended.
  await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 400))]);
  await one.query('COMMIT').then(() => (ok += Number(first)), note);
  const written = await second;
  await two.query('COMMIT').then(() => (ok += Number(written)), note);
  const { count } = await owner.query(design.nevers[0]!.broken);
  return { ok, broken: count, said };
}

test('the rule holds while two sessions write at once, at every isolation level', async () => {
  const one = await made(crowded, rooms);
  const { session } = one;
  expect(await race(one, 'READ COMMITTED')).toEqual({
    ok: 1,
    broken: 0,
    said: ['bookings_a_room_is_booked_once'],
  });
  await session.query('DELETE FROM bookings');
  expect(await race(one, 'SERIALIZABLE')).toMatchObject({ ok: 1, broken: 0 });
  await session.query('DELETE FROM bookings');
  expect(await race(one, 'REPEATABLE READ')).toEqual({ ok: 0, broken: 0, said: ['25000', '25000'] });
});

test('without its lock the same rule is broken by two sessions', async () => {
  const one = await made(crowded, rooms);
  await one.session.query(one.design.nevers[0]!.unlocked);
  expect(await race(one, 'READ COMMITTED')).toEqual({ ok: 2, broken: 2, said: [] });
});

test.each([
  ['DELETE FROM rooms', 'must be one SELECT'],
  ['SELECT 1; SELECT 2', 'must be one SELECT'],
  ['WITH gone AS (DELETE FROM rooms RETURNING id) SELECT FROM gone', 'writes'],
  ['SELECT 1 INTO TEMP t', 'writes'],
  ["SELECT pg_read_file('/etc/passwd')", 'reaches beyond'],
  ['SELECT FROM rooms WHERE id = :room', 'parameters'],
])('`never: %s` is refused', async (query, why) => {
  await expect(made(booking(`never: ${JSON.stringify(query)}`), rooms)).rejects.toThrow(why);
});

test('a query that holds the tag of its own quotes stays inside them', async () => {
  const { attempt } = await made(
    booking(`never: "SELECT WHERE '$rule$' = 'x' OR NEW.people > 3 -- $rule$"`),
    rooms,
  );
  expect(await attempt(book(1, 0, 3))).toBe('ok');
  expect(await attempt(book(1, 0, 4))).toBe('bookings_a_room_is_booked_once');
});
