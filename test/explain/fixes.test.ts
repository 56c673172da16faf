/** Fixes that are no indexes, from the finding to the measured verdict: statistics, a setting, a rewrite. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { writeSnapshot } from '../../src/snapshot/file.ts';
import { snapshotOf } from '../hollow/plans.ts';
import { call, outputOf, type Output } from './shop.ts';

/** Rows lie by country, so that a city tells its country. */
const structure = `
  CREATE TABLE people (id int PRIMARY KEY, country text NOT NULL, city text NOT NULL, points int NOT NULL);
  CREATE TABLE visits (id int PRIMARY KEY, person_id int NOT NULL REFERENCES people, day int NOT NULL);
  INSERT INTO people SELECT n, 'country ' || to_char(n / 1000, 'FM00'), 'city ' || to_char(n / 1000, 'FM00'), n % 100 FROM generate_series(0, 29999) n;
  INSERT INTO visits SELECT n, n::bigint * 7919 % 30000, n % 365 FROM generate_series(1, 60000) n;
  CREATE INDEX ON visits (person_id);
  ANALYZE`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-fixes-'));
  const sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  try {
    const database = await sandbox.createDatabase();
    const session = await postgres.connect(database.ownerUrl);
    await session.run(structure).finally(() => session.close());
    const snapshot = await snapshotOf(database.adminUrl);
    await writeSnapshot(join(folder, 'people.dbds'), snapshot);
    const settings = snapshot.settings.map((one) =>
      ['enable_indexscan', 'enable_bitmapscan', 'enable_indexonlyscan'].includes(one.name)
        ? { ...one, value: 'off', from: 'configuration file' }
        : one,
    );
    await writeSnapshot(join(folder, 'switched.dbds'), { ...snapshot, settings });
  } finally {
    await sandbox.stop();
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

type Fix = Output['fixes'][number];

/** Once with `npm run corpus`, never in a shorter run: one kind of fix is always tried. */
const onWhole = process.env.DBD_WHOLE === '1' ? [1] : [];

async function fixOf(rule: string, given: string, more: object = {}): Promise<Fix | undefined> {
  const asked = { snapshot: 'people.dbds', analyze: true, rows: 90_000, given, ...more };
  return outputOf(await call(folder, asked)).fixes.find(({ rules }) => rules.includes(rule));
}

async function findsOf(given: string, more: object = {}): Promise<readonly string[]> {
  const asked = { snapshot: 'people.dbds', tries: false, given, ...more };
  return outputOf(await call(folder, asked)).planFindings.map(({ rule }) => rule);
}

/** Timed in turns, and the verdict is what the interval says. */
function expectMeasured(fix: Fix | undefined): asserts fix is Fix {
  expect(fix).toMatchObject({ basis: 'measured' });
  const { n, value, low, high } = fix!.time!.ratio;
  expect(n).toBeGreaterThanOrEqual(7);
  if (fix!.verdict === 'helps') expect(high).toBeLessThan(1);
  if (fix!.verdict === 'slower') expect(low).toBeGreaterThan(1);
  if (high >= 1 && low <= 1) expect(fix!.verdict).toBe('no-gain');
  expect(value).toBeGreaterThan(0);
}

test.each(onWhole)(
  'statistics over columns that depend on each other are made, analysed and timed',
  async () => {
    const both =
      "SELECT count(*) FROM people p JOIN visits v ON v.person_id = p.id WHERE p.country = 'country 07' AND p.city = 'city 07'";
    const fix = await fixOf('correlated-columns', both);
    expect(fix!.shown).toMatch(/^CREATE STATISTICS ON (city, country|country, city) FROM people; ANALYZE/);
    expectMeasured(fix);
    // The control: one column alone is estimated well.
    const alone = both.replace(" AND p.city = 'city 07'", '');
    expect(await findsOf(alone, { analyze: true, rows: 90_000 })).not.toContain('correlated-columns');
  },
);

test('a switch that is off at the source is off on the twin, and turning it on is timed', async () => {
  const one = 'SELECT count(*) FROM visits WHERE person_id = 17';
  const fix = await fixOf('planner-switch', one, { snapshot: 'switched.dbds' });
  expect(fix!.shown).toMatch(/^SET enable_\w+ = 'on';/);
  expectMeasured(fix);
  expect(fix.time!.ratio.value).toBeLessThan(0.7);
  expect(await findsOf(one)).not.toContain('planner-switch');
});

test.each(onWhole)('a rewrite is timed in turns with the statement', async () => {
  const fix = await fixOf(
    'not-in-subquery',
    'SELECT count(*) FROM people WHERE id NOT IN (SELECT person_id FROM visits WHERE day > 100)',
  );
  expectMeasured(fix);
});

test('where no rewrite is known that is said', async () => {
  // Rows of several columns: the rewrite of one column would ask for something else.
  const several = await fixOf(
    'not-in-subquery',
    'SELECT count(*) FROM people WHERE (id, points) NOT IN (SELECT person_id, day FROM visits)',
    { analyze: false },
  );
  expect(several).toMatchObject({
    verdict: 'not-tried',
    because: expect.stringContaining('No rewrite is known') as string,
  });
});
