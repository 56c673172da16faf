/** Negative controls of changes: ways back that forget, steps that depend on rows, limits that nobody could have exceeded. */
import { expect, test } from 'vitest';
import { roundTripClaim } from '../../src/deliver/claims/change-claims.ts';
import {
  blockedClaim,
  dataClaims,
  ownRowsClaims,
  runsClaim,
} from '../../src/deliver/claims/rehearsal-claims.ts';
import type { Rehearsed } from '../../src/deliver/rehearsal/rehearsed.ts';
import { rehearseFiles, type RehearsalOptions } from '../../src/rehearse/rehearse.ts';
import type { Workload } from '../../src/workload/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const keyed = `CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, age int);
  INSERT INTO people SELECT n, 'p' || n, n % 90 FROM generate_series(1, 300) AS n;`;
const keyless = `CREATE TABLE marks (who text, mark int); INSERT INTO marks VALUES ('a', 1), ('b', 2), ('c', 3);`;

const rate = { perSecond: 40, peakPerSecond: 40 };
const elsewhere: Workload = {
  source: 'test',
  queries: [{ name: 'marks', sql: 'SELECT * FROM marks', rate, params: {} }],
};

async function rehearse(
  up: string,
  more: Partial<Pick<RehearsalOptions, 'workload' | 'load'>> & {
    readonly down?: string;
    readonly sql?: string;
  } = {},
): Promise<Rehearsed> {
  const { down, sql = keyed + keyless, ...rest } = more;
  const base = await testDatabase({ sql });
  const rehearsal = await rehearseFiles({
    engine: postgres,
    sandbox: await testSandbox(),
    base,
    load: false,
    seed: 1,
    emit: () => undefined,
    signal: new AbortController().signal,
    files: [{ path: 'up.sql', sql: up }],
    ...(down === undefined ? {} : { down: [{ path: 'down.sql', sql: down }] }),
    ...rest,
  });
  return {
    title: '',
    engine: postgres,
    before: rehearsal.before,
    source: '',
    server: '',
    serverVersion: 180_000,
    rehearsal,
    fill: { rows: 303, volumes: [], limits: [] },
    limits: [],
    ...(rest.workload ? { workload: rest.workload } : {}),
  };
}

test.each([
  ['forgets a column', 'ALTER TABLE people ADD COLUMN nick text', 'SELECT 1', 'structure differs'],
  [
    'brings a column back empty',
    'ALTER TABLE people DROP COLUMN age',
    'ALTER TABLE people ADD COLUMN age int',
    'age',
  ],
  ['leaves values that a backfill changed', 'UPDATE people SET name = upper(name)', 'SELECT 1', 'name'],
  ['loses rows', 'DELETE FROM people WHERE id > 200', 'SELECT 1', 'people'],
  ['leaves a default', 'ALTER TABLE people ALTER COLUMN age SET DEFAULT 3', 'SELECT 1', 'structure differs'],
  [
    'puts the right values into the wrong rows of a table without a key',
    `UPDATE marks SET mark = 4 - mark`,
    'SELECT 1',
    'marks',
  ],
])('a way back that %s is missed', async (_fault, up, down, because) => {
  const { rehearsal } = await rehearse(up, { down });
  expect(roundTripClaim(rehearsal)).toMatchObject({
    verdict: 'missed',
    because: expect.stringContaining(because) as string,
  });
});

test('a clean way back is proven, and on tables without rows it is not', async () => {
  const up = 'ALTER TABLE people ADD COLUMN nick text';
  const full = await rehearse(up);
  expect([roundTripClaim(full.rehearsal).verdict, ...dataClaims(full).map(({ verdict }) => verdict)]).toEqual(
    ['proven', 'proven'],
  );
  const empty = await rehearse(up, { sql: 'CREATE TABLE people (id int PRIMARY KEY)' });
  expect([
    roundTripClaim(empty.rehearsal).verdict,
    ...dataClaims(empty).map(({ verdict }) => verdict),
  ]).toEqual(['not-proven', 'not-proven']);
  expect(runsClaim({ ...empty, fill: { ...empty.fill, rows: 0 } })).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('no table held a row') as string,
  });
});

test.each([
  'ALTER TABLE people ADD COLUMN code text UNIQUE',
  'ALTER TABLE people ALTER COLUMN age SET NOT NULL',
  'ALTER TABLE people ALTER COLUMN name TYPE char(5) USING name::char(5)',
  'ALTER TABLE people ADD CHECK (age < 200)',
  'ALTER TABLE people ADD CONSTRAINT other EXCLUDE (name WITH =)',
  'ALTER TABLE people ADD CONSTRAINT later CHECK (age < 200) NOT VALID; ALTER TABLE people VALIDATE CONSTRAINT later',
  'CREATE UNIQUE INDEX ON people (name) WHERE age > 3',
  'CREATE UNIQUE INDEX CONCURRENTLY names ON people (lower(name))',
  'ALTER TABLE marks ADD COLUMN person int REFERENCES people DEFAULT 1',
  'UPDATE people SET age = age * 2',
  'DELETE FROM people WHERE age = 3',
  'CREATE TABLE copies AS SELECT name::varchar(9) FROM people',
  'DO $$ BEGIN UPDATE people SET age = 1; END $$',
  'CREATE DOMAIN years AS int; ALTER TABLE people ALTER COLUMN age TYPE years; ALTER DOMAIN years ADD CHECK (VALUE < 200)',
  'CREATE TABLE all_people (LIKE people) PARTITION BY RANGE (id); ALTER TABLE all_people ATTACH PARTITION people FOR VALUES FROM (1) TO (1000)',
])('generated rows do not show that yours allow: %s', async (up) => {
  const done = await rehearse(up);
  expect(done.rehearsal.upFailed).toBeUndefined();
  const claims = ownRowsClaims(done, done.rehearsal.statements, (name) =>
    done.rehearsal.before.tables.some((table) => `${table.schema}.${table.name}` === name) ? 1 : 0,
  );
  expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual([['your-rows', 'not-proven']]);
});

test.each([
  'ALTER TABLE people ADD COLUMN nick text',
  'ALTER TABLE people ADD COLUMN points int NOT NULL DEFAULT 0',
  'CREATE INDEX ON people (age)',
  'CREATE TABLE pets (id int PRIMARY KEY, owner int REFERENCES people); INSERT INTO pets VALUES (1, NULL)',
  'ALTER TABLE people RENAME COLUMN age TO years',
])('what no row can stop needs no probe: %s', async (up) => {
  const done = await rehearse(up);
  expect(
    ownRowsClaims(done, done.rehearsal.statements, () => 1)
      .map(({ because }) => because)
      .filter((text) => !text.includes('INSERT INTO pets')),
  ).toEqual([]);
});

test('a limit is not proven by queries that never use what is locked', async () => {
  const load = { baselineMs: 300, readerMs: 700 };
  const done = await rehearse(
    `ALTER TABLE people ADD COLUMN nick text; DO $$ BEGIN PERFORM pg_sleep(0.6); END $$`,
    { workload: elsewhere, load },
  );
  expect(blockedClaim(done, 200, () => 0)).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('public.people') as string,
  });
});

test('a change that locks no table of today holds nobody up', async () => {
  const done = await rehearse('CREATE TABLE pets (id int PRIMARY KEY)', {
    workload: elsewhere,
    load: { baselineMs: 300, readerMs: 300 },
  });
  expect(blockedClaim(done, 200, () => 0)).toMatchObject({
    verdict: 'proven',
    because: 'It locks no existing table against others.',
  });
});
