/** Rules that look at other rows and routines: proven when they hold, and turned by whatever breaks them. */
import { expect, test } from 'vitest';
import type { Claim } from '../../src/report/model.ts';
import { claimsOf } from './board.ts';

const block = `
entities:
  E1 Booking:
    table: bookings
    fields:
      during: { type: "\`tstzrange\`", required: true }
      people: { type: int, required: true, default: 1, check: people > 0 }
      code: { type: text(20), required: true, unique: true }
relations:
  L1: { from: E1, to: rooms, name: room, required: true }
rules:
  R1:
    says: A room is booked once at a time
    of: E1
    exclude: { room: '=', during: '&&' }
    given: [{ room: 1, during: '[2030-01-01 10:00Z,2030-01-01 11:00Z)' }]
    accept: [{ room: 1, during: '[2030-01-01 11:00Z,2030-01-01 12:00Z)' }, { room: 2, during: '[2030-01-01 10:00Z,2030-01-01 11:00Z)' }]
    reject: [{ room: 1, during: '[2030-01-01 10:30Z,2030-01-01 10:40Z)' }]
  R2:
    says: A room never holds more people than it has seats
    of: E1
    never: "SELECT FROM rooms AS r WHERE r.id = NEW.room_id AND r.seats < (SELECT sum(b.people) FROM bookings AS b WHERE b.room_id = r.id)"
    lock: [room]
    given: [{ room: 1, people: 3 }, { room: 1, people: 3 }]
    accept: [{ room: 1, people: 4 }, { room: 2, people: 10 }]
    reject: [{ room: 1, people: 5 }]
routines:
  F1 book: { kind: upsert, of: E1, on: [code], accept: [{ code: a, people: 2 }], reject: [{ code: a, people: 0 }] }
  F2 load_bookings: { kind: bulk, of: E1, on: [code], batch: 10, accept: [{ people: 2 }], reject: [{ people: 0 }, { people: many }] }
  F3 leave:
    kind: function
    arguments: { who: text }
    returns: int
    body: |
      DECLARE
        left_over int;
      BEGIN
        UPDATE bookings SET people = people - 1 WHERE code = who RETURNING people INTO left_over;
        IF left_over IS NULL THEN RAISE EXCEPTION 'nobody booked as %', who; END IF;
        RETURN left_over;
      END
    accept: [{ who: c-1 }]
    reject: [{ who: nobody }]
  F4 crowd: { kind: procedure, arguments: { n: int }, body: "UPDATE bookings SET people = people + n; COMMIT; UPDATE bookings SET people = people - n;", accept: [{ n: 1 }], reject: [{ n: -5 }] }
  F5 silent: { kind: function, returns: bigint, body: SELECT count(*) FROM bookings }
`;
const current = `
  CREATE TABLE rooms (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, seats int NOT NULL);
  INSERT INTO rooms (seats) SELECT 10 FROM generate_series(1, 4);`;
const rows = `
  INSERT INTO bookings (room_id, during, people, code)
  SELECT 1 + n % 4, tstzrange(timestamptz '2026-01-01 00:00Z' + n * interval '2 hours', timestamptz '2026-01-01 01:00Z' + n * interval '2 hours'), 2, 'c-' || n
  FROM generate_series(1, 8) AS n`;

const whole = claimsOf({ block, current, rows });
const one = async (id: string, spoil: string): Promise<Claim> =>
  (await claimsOf({ block, current, rows, spoil, only: id })).get(id)!;

test('what holds is proven, with what was seen', async () => {
  const claims = await whole;
  const told = (id: string): string => `${claims.get(id)!.verdict}: ${claims.get(id)!.because}`;
  expect(told('R1')).toBe(
    'proven: 2 rows accepted, 2 rows rejected by bookings_a_room_is_booked_once_at_a_time, as the task says, also when two sessions write at once.',
  );
  expect(told('R2')).toMatch(/^proven: 2 rows accepted, 2 rows rejected by bookings_a_room_never_holds/);
  expect(
    claims
      .get('R2')!
      .evidence.map(({ text }) => text)
      .slice(-4),
  ).toEqual([
    'Two sessions at once at read committed: 1 of 2 committed, the second waited, the other was told bookings_a_room_never_holds_more_people_than_it_has_seats.',
    'Two sessions at once at repeatable read: 0 of 2 committed, the other was told 25000.',
    expect.stringMatching(/^Two sessions at once at serializable: 1 of 2 committed/),
    'The same without its lock: 2 of 2 committed.',
  ]);
  expect(told('F1')).toMatch(/^proven: 1 call succeeded, 1 call failed as the task says, 1 promise held/);
  expect(told('F2')).toMatch(/^proven: 1 call succeeded, 2 calls failed as the task says, 2 promises held/);
  expect(told('F3')).toMatch(/^proven: 1 call succeeded, 1 call failed as the task says, 1 promise held/);
  expect(claims.get('F3')!.evidence[0]!.text).toContain('1 row returned; bookings: values changed');
  expect(told('F4')).toMatch(/^proven/);
  expect(told('F5')).toBe(
    'not-proven: The task gives no call that must succeed, so nothing shows that any does.',
  );
});

test.each([
  ['R1', 'ALTER TABLE bookings DROP CONSTRAINT bookings_a_room_is_booked_once_at_a_time', 'was accepted'],
  [
    'R2',
    'ALTER TABLE bookings DISABLE TRIGGER bookings_a_room_never_holds_more_people_than_it_has_seats',
    'was accepted',
  ],
  [
    'R2',
    `DO $do$ BEGIN EXECUTE replace(pg_get_functiondef('bookings_a_room_never_holds_more_people_than_it_has_seats'::regproc), 'PERFORM pg_advisory_xact_lock', 'PERFORM abs'); END $do$`,
    'Two sessions at once broke it at read committed',
  ],
  [
    'F1',
    'CREATE OR REPLACE FUNCTION book(p_room_id bigint, p_during tstzrange, p_code text, p_people integer DEFAULT NULL) RETURNS TABLE (id bigint, code text, inserted boolean) LANGUAGE sql AS $$ INSERT INTO bookings AS kept (room_id, during, people, code) VALUES (p_room_id, p_during, coalesce(p_people, 1), p_code || clock_timestamp()::text) RETURNING kept.id, kept.code, true $$',
    'was rejected',
  ],
  ['F2', 'ALTER TABLE bookings_load_error ADD CHECK (false) NOT VALID', 'A load ends without an error: no'],
  [
    'F3',
    'CREATE OR REPLACE FUNCTION leave(who text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN nothing_of_this_name; END $$',
    '42703',
  ],
  [
    'F3',
    'CREATE OR REPLACE FUNCTION leave(who text) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'was accepted',
  ],
  ['F4', 'DROP PROCEDURE crowd', 'finds no such routine'],
])('%s is missed after %s', async (id, spoil, because) => {
  const claim = await one(id, spoil);
  expect(claim.verdict, claim.because).toBe('missed');
  expect(claim.because).toContain(because);
});
