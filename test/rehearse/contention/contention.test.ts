import { beforeAll, expect, test } from 'vitest';
import { postgres } from '../../../src/engines/postgres/index.ts';
import type { Meeting, Tried } from '../../../src/rehearse/contention/model.ts';
import { rehearseContention } from '../../../src/rehearse/contention/contention.ts';
import { readTask } from '../../../src/task/task.ts';
import { testDatabase, testSandbox } from '../../support/database.ts';

const bank = `
  CREATE TABLE accounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, balance int NOT NULL DEFAULT 100, changed_at timestamptz NOT NULL DEFAULT now());
  INSERT INTO accounts (balance) SELECT 1000 + n FROM generate_series(1, 40) AS n;
  CREATE TABLE doctors (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ward int NOT NULL, on_call boolean NOT NULL DEFAULT true);
  INSERT INTO doctors (ward) SELECT 1 + n % 3 FROM generate_series(1, 30) AS n;
  CREATE TABLE places (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, show int NOT NULL, seat text NOT NULL);
  INSERT INTO places (show, seat) SELECT n % 4, 'seat ' || n FROM generate_series(1, 40) AS n;
  CREATE TABLE items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, price int NOT NULL, version int NOT NULL DEFAULT 1);
  INSERT INTO items (price) SELECT n FROM generate_series(1, 20) AS n;
  CREATE TABLE jobs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state text NOT NULL DEFAULT 'new', takes int NOT NULL DEFAULT 0);
  INSERT INTO jobs (state) SELECT 'new' FROM generate_series(1, 20);`;

const access = `
  Q1: { says: Add to a balance, transaction: ["SELECT balance FROM accounts WHERE id = :id", "UPDATE accounts SET balance = :balance, changed_at = now() WHERE id = :id"] }
  Q2: { says: Count up, sql: "UPDATE accounts SET balance = balance + 1 WHERE id = :id" }
  Q3: { says: Leave the ward, transaction: ["SELECT count(*) FROM doctors WHERE ward = :ward AND on_call", "UPDATE doctors SET on_call = false WHERE id = :id"] }
  Q4: { says: Take a seat, transaction: ["SELECT id FROM places WHERE show = :show AND seat = :seat", "INSERT INTO places (show, seat) VALUES (:show, :seat)"] }
  Q5: { says: Move money, transaction: ["UPDATE accounts SET balance = balance - :n WHERE id = :one", "UPDATE accounts SET balance = balance + :n WHERE id = :two"], params: { n: [1] } }
  Q6: { says: Price with a version, transaction: ["SELECT price, version FROM items WHERE id = :id", "UPDATE items SET price = :price, version = version + 1 WHERE id = :id AND version = :version"] }
  Q8: { says: New item, sql: "INSERT INTO items (id, price) OVERRIDING SYSTEM VALUE VALUES (:id, 1)", params: { id: [777] } }
  Q9: { says: Take a job, transaction: ["SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT 1", "UPDATE jobs SET state = 'taken', takes = takes + 1 WHERE id = :id"] }
  Q7: { says: Look only, sql: SELECT count(*) FROM accounts }`;

const rehearse = async (lines: string, stormMs = 100) => {
  await postgres.grammar.ready();
  const sandbox = await testSandbox();
  const base = await testDatabase({ sql: bank });
  const session = await postgres.connect(base.ownerUrl);
  const catalog = await postgres.inspect(session);
  await session.close();
  const task = readTask({ text: `# T-1 A\n\n\`\`\`yaml\ndbd: 1\naccess:${lines}\n\`\`\`\n`, name: 'T-1.md' });
  return rehearseContention({
    engine: postgres,
    sandbox,
    base,
    catalog,
    access: task.requirements.access,
    nevers: [],
    seed: 1,
    budgetMs: 60_000,
    stormMs,
    signal: new AbortController().signal,
  });
};

let result: Awaited<ReturnType<typeof rehearse>>;
beforeAll(async () => {
  result = await rehearse(access);
}, 60_000);

const of = (id: string, meets = 'the same rows', other = id): Tried =>
  result.tried.find(
    ({ scenario }) =>
      scenario.units[0].id === id && scenario.units[1].id === other && scenario.meets === meets,
  )!;
const shown = (met: readonly Meeting[]): readonly string[] =>
  met.map(({ anomaly, committed, serialization, deadlocks, conflicts, refused }) =>
    [
      anomaly ?? 'as in order',
      `${committed} committed`,
      serialization && '40001',
      deadlocks && '40P01',
      conflicts && 'version',
      refused,
    ]
      .filter(Boolean)
      .join(', '),
  );

test('what is read and then written is lost at read committed, and not where the read locks', () => {
  const { meetings, advised } = of('Q1');
  expect(shown(meetings)).toEqual([
    'lost update, 2 committed',
    'as in order, 2 committed, 40001',
    'as in order, 2 committed, 40001',
  ]);
  expect(advised!.shown[0]).toBe('SELECT balance FROM accounts WHERE id = :id\nFOR UPDATE');
  expect(advised!.meetings[0]).toMatchObject({ committed: 2, serialization: 0 });
  expect(shown(advised!.meetings)[0]).toBe('as in order, 2 committed');
});

test('an update that calculates in the server loses nothing; the second waits', () => {
  const { meetings, advice } = of('Q2');
  expect(shown(meetings)).toEqual([
    'as in order, 2 committed',
    'as in order, 2 committed, 40001',
    'as in order, 2 committed, 40001',
  ]);
  expect(meetings.map(({ waits }) => waits)).toEqual([1, 1, 1]);
  expect(advice).toBeUndefined();
});

test('two that leave because the other is there both leave, but not at serializable', () => {
  const { meetings, advice, advised } = of('Q3', 'rows of one check');
  expect(shown(meetings)).toEqual([
    'write skew, 2 committed',
    'write skew, 2 committed',
    'as in order, 2 committed, 40001',
  ]);
  expect(advice).toContain('SERIALIZABLE');
  expect(advised).toBeUndefined();
});

test('a check before an insert lets two rows in; a unique constraint does not', () => {
  const { meetings, advised } = of('Q4');
  expect(shown(meetings)).toEqual([
    'phantom, 2 committed',
    'phantom, 2 committed',
    'as in order, 2 committed, 40001',
  ]);
  expect(advised!.shown[0]).toBe('CREATE UNIQUE INDEX ON places (show, seat)');
  expect(shown(advised!.meetings)[0]).toBe('as in order, 2 committed');
});

test('rows taken in opposite order end in a deadlock; locked first in order of their keys they do not', () => {
  const { meetings, advised } = of('Q5', 'the same rows in opposite order');
  expect(meetings[0]).toMatchObject({ deadlocks: 1, committed: 2 });
  expect(meetings[0]!.anomaly).toBeUndefined();
  expect(advised!.meetings.map(({ deadlocks }) => deadlocks)).toEqual([0, 0, 0]);
  expect(shown(advised!.meetings)[0]).toBe('as in order, 2 committed');
});

test('a version that is checked turns a lost update into another try', () => {
  expect(shown(of('Q6').meetings)[0]).toBe('as in order, 2 committed, version');
});

test('the first free row is taken twice, and once where locked rows are passed over', () => {
  const { meetings, advised } = of('Q9');
  expect(shown(meetings)[0]).toBe('taken twice, 2 committed');
  expect(advised!.form).toBe('SELECT … FOR UPDATE SKIP LOCKED');
  expect(advised!.meetings[0]).toMatchObject({ committed: 2, waits: 0 });
  expect(shown(advised!.meetings)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^as in order/)),
  );
});

test('of two equal keys one is refused, as it would be one after the other', () => {
  const { meetings, advice } = of('Q8');
  expect(shown(meetings)).toEqual(Array.from({ length: 3 }, () => 'as in order, 1 committed, items_pkey'));
  expect(advice).toContain('ON CONFLICT');
});

test('patterns that only read are left out, and different units meet each other', () => {
  expect(result.tried.flatMap(({ scenario }) => scenario.units.map(({ id }) => id))).not.toContain('Q7');
  expect(shown(of('Q1', 'the same rows', 'Q2').meetings)[0]).toBe('lost update, 2 committed');
});

test('a storm counts what was lost, and nothing is lost in the advised form', () => {
  const storms = (id: string, form: (text: string) => boolean, isolation = 'read committed') =>
    result.storms.find((each) => each.unit === id && form(each.form) && each.isolation === isolation)!;
  const written = storms('Q1', (form) => form === 'as written');
  expect(written.commits).toBeGreaterThan(10);
  expect(written.lost).toBeGreaterThan(0);
  expect(storms('Q1', (form) => form.includes('FOR UPDATE'))).toMatchObject({ lost: 0, refused: 0 });
  expect(storms('Q1', (form) => form === 'as written', 'serializable').lost).toBe(0);
  expect(storms('Q4', (form) => form === 'as written').duplicates).toBeGreaterThan(0);
  expect(storms('Q4', (form) => form.includes('ON CONFLICT'))).toMatchObject({ duplicates: 0 });
  expect(storms('Q5', (form) => form.includes('locked first'))).toMatchObject({ deadlocks: 0 });
});

test('what cannot be run is said', async () => {
  const { tried, limits } = await rehearse(
    `\n  Q1: { says: Broken, transaction: ["SELECT balance FROM accounts WHERE id = :id", "UPDATE accounts SET balance = 1 / 0 WHERE id = :id"] }\n  Q2: { says: Unknown, sql: "UPDATE nothing SET a = 1 WHERE b = :b" }`,
  );
  expect(tried).toEqual([]);
  expect(limits.join('\n')).toContain('Q1 could not be run on the twin by one session');
});
