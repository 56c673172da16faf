/** A whole task with rules about other rows, routines, dependencies and units of work. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { deliverableNames } from '../../src/deliver/deliverable-names.ts';
import { deliverTask, filesIn, scratch, sqlOf, taskOf, type Delivered } from './delivery.ts';

const without = deliverableNames.filter((name) => name !== 'normal-forms' && name !== 'contention').join(',');
const schema = `
CREATE TABLE rooms (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, seats int NOT NULL);
CREATE TABLE members (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, town text, credit int NOT NULL DEFAULT 100);
INSERT INTO rooms (name, seats) SELECT 'room ' || n, 10 FROM generate_series(1, 20) AS n;
INSERT INTO members (email, town) SELECT 'm' || n || '@example.org', 't' FROM generate_series(1, 60) AS n;`;

const lines = `
change: { kind: alter }
entities:
  E1 Booking:
    table: bookings
    fields:
      during: { type: "\`tstzrange\`", required: true }
      people: { type: int, required: true, default: 1, check: people > 0 }
      code: { type: text(20), required: true, unique: true }
      room_name: { type: text }
      room_floor: { type: int }
    depends:
      - { on: [room], sets: [room_name], why: the receipt keeps the name of that day }
      - { on: [room], sets: [room_floor] }
  E2 Member:
    table: members
    fields: { zip: { type: text }, town: { type: text } }
    depends: [{ on: [town], sets: [zip] }]
relations:
  L1: { from: E1, to: rooms, name: room, required: true }
  L2: { from: E1, to: members, name: member, required: true, on_delete: cascade }
rules:
  R1:
    says: A room is booked once
    of: E1
    exclude: { room: '=', during: '&&' }
    given: [{ room: 1, during: '[2030-01-01 10:00Z,2030-01-01 11:00Z)' }]
    accept: [{ room: 2, during: '[2030-01-01 10:00Z,2030-01-01 11:00Z)' }]
    reject: [{ room: 1, during: '[2030-01-01 10:30Z,2030-01-01 10:40Z)' }]
  R2:
    says: A member has one booking ahead
    of: E1
    never: SELECT FROM bookings AS b WHERE b.member_id = NEW.member_id AND upper(b.during) > now() HAVING count(*) > 1
    lock: [member]
    given: [{ member: 1, during: '[2099-01-01 10:00Z,2099-01-01 11:00Z)' }]
    accept: [{ member: 2, during: '[2099-01-03 10:00Z,2099-01-03 11:00Z)' }]
    reject: [{ member: 1, during: '[2099-01-03 10:00Z,2099-01-03 11:00Z)' }]
routines:
  F1 keep_booking: { kind: upsert, of: E1, on: [code], reject: [{ people: 0 }] }
  F2 load_bookings: { kind: bulk, of: E1, on: [code], batch: 10, reject: [{ people: 0 }] }
access:
  Q1:
    says: Pay
    transaction: ["SELECT credit FROM members WHERE id = :id", "UPDATE members SET credit = :credit WHERE id = :id"]
    rate: 1/s
volume:
  V1: { of: E1, now: 300, per_day: 1, horizon: 10 days }`;

const with_ = async (text: string): Promise<Delivered> => {
  const current = join(scratch(), 'schema.sql');
  writeFileSync(current, schema);
  return deliverTask(taskOf(text), { current, without });
};

let made: Delivered;
beforeAll(async () => {
  made = await with_(lines);
}, 120_000);

test('rules and routines are proven, and the change goes there and back', () => {
  expect(
    made.verdicts,
    JSON.stringify([...made.claims.values()].filter(({ verdict }) => verdict !== 'proven')),
  ).toMatchObject({
    R1: 'proven',
    R2: 'proven',
    F1: 'proven',
    F2: 'proven',
    'round-trip': 'proven',
  });
  const up = sqlOf(made.out, 'up');
  for (const text of [
    'CREATE EXTENSION IF NOT EXISTS btree_gist',
    'EXCLUDE USING gist',
    'CREATE TRIGGER bookings_a_member',
    'CREATE FUNCTION keep_booking',
    'CREATE PROCEDURE load_bookings',
  ])
    expect(up).toContain(text);
  const down = sqlOf(made.out, 'down');
  for (const text of [
    'DROP PROCEDURE load_bookings',
    'DROP FUNCTION keep_booking',
    'DROP TRIGGER bookings_a_member',
  ])
    expect(down).toContain(text);
});

test('normal forms: an explained dependency is a choice, another one a finding, and rows that are there are asked', () => {
  const findings = made.report.findings.filter(({ rule }) => rule.startsWith('not-in-'));
  expect(findings.map(({ rule, place, message }) => `${rule} ${place} ${message.split(':')[0]}`)).toEqual([
    'not-in-3nf E1 Booking room → room_floor',
    'not-in-3nf E2 Member town → zip',
  ]);
  const table = made.report.blocks.find(({ id }) => id === 'normal-forms');
  expect(JSON.stringify(table)).toContain('wanted: the receipt keeps the name of that day');
  expect(made.claims.get('schema')).toMatchObject({ verdict: 'not-proven' });
});

test('contention: the lost update is told with a form that was tried', () => {
  const finding = made.report.findings.find(({ rule }) => rule === 'lost-update');
  expect(finding).toMatchObject({ place: 'Q1', severity: 'warning' });
  expect(finding!.instead).toContain('Tried again with SELECT … FOR UPDATE: as in order');
  expect(finding!.fix).toContain('SELECT credit FROM members WHERE id = :id\nFOR UPDATE');
  const table = made.report.blocks.find(({ id }) => id === 'contention');
  expect(JSON.stringify(table)).toContain('lost update');
  expect(made.report.blocks.map(({ id }) => id)).toContain('contention-storms');
});

test('a dependency between columns that are there is asked of the rows that are there', async () => {
  const { out } = await with_(
    `
change: { kind: alter }
entities:
  E1 Member:
    table: members
    fields: { email: { type: text }, town: { type: text }, zip: { type: text } }
    depends: [{ on: [email], sets: [town], why: both come with the register }, { on: [town], sets: [zip] }]`,
  );
  expect(filesIn(out)['probes.sql']).toContain(
    'SELECT email\nFROM members\nGROUP BY email\nHAVING count(DISTINCT ROW(town)::text) > 1',
  );
  expect(filesIn(out)['probes.sql']).not.toContain('GROUP BY town');
});

test.each([
  ['never: SELECT FROM nothing WHERE id = NEW.id', 'R2'],
  ['never: SELECT WHERE NEW.colour = 1', 'R2'],
  ['never: SELECT WHERE OLD.people = 1', 'R2'],
])('a rule with `%s` is refused with its id', async (query, id) => {
  await expect(with_(lines.replace(/never: .*/, query))).rejects.toMatchObject({
    message: expect.stringMatching(new RegExp(`^${id}: `)),
    code: 'sql.failed',
  });
});

test('a unit of work that ends its own transaction is refused', async () => {
  await expect(with_(lines.replace('"SELECT credit FROM members WHERE id = :id"', 'COMMIT'))).rejects.toThrow(
    'has a BEGIN or COMMIT in place 1',
  );
});
