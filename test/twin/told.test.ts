/** What a filled twin refuses and tells: generators that cannot work, and rows that do not follow the statistics. */
import { beforeAll, expect, test } from 'vitest';
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { filledDatabase, type FilledOptions, type FilledTwin } from '../../src/twin/sampled/sampled.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { answer } from './sampled-source.ts';

const common = { engine: postgres, emit: () => undefined, signal: new AbortController().signal };
let snapshot: Snapshot;

beforeAll(async () => {
  const source = await testDatabase({
    sql: `
      CREATE TABLE shops (id int PRIMARY KEY, tags text[] NOT NULL, code text NOT NULL);
      INSERT INTO shops SELECT n, ARRAY['a' || n % 3, 'b'], 'S-' || n FROM generate_series(1, 300) AS n;
      CREATE TABLE guests (id int PRIMARY KEY);
      INSERT INTO guests SELECT generate_series(1, 5);
      CREATE TABLE visits (shop_id int NOT NULL REFERENCES shops, guest_id int NOT NULL REFERENCES guests, hour int NOT NULL, UNIQUE (shop_id, guest_id, hour));
      INSERT INTO visits SELECT s, d, h FROM generate_series(1, 100) AS s, generate_series(1, 5) AS d, generate_series(1, 4) AS h;
      CREATE TABLE corners (shop_id int, room int, corner int, up_shop int, up_room int, PRIMARY KEY (shop_id, room), FOREIGN KEY (up_shop, up_room) REFERENCES corners);
      INSERT INTO corners SELECT s, r, 1, NULL, NULL FROM generate_series(1, 100) AS s, generate_series(1, 3) AS r;
      CREATE TABLE rentals (id int PRIMARY KEY, began timestamptz NOT NULL, touched timestamptz NOT NULL);
      INSERT INTO rentals SELECT n, '2026-01-01Z'::timestamptz + n % 300 * interval '1 day', CASE WHEN n % 500 = 0 THEN '2026-11-02Z'::timestamptz ELSE '2026-11-01Z' END FROM generate_series(1, 5000) AS n;
      ANALYZE;`,
  });
  const admin = await postgres.connect(source.adminUrl);
  snapshot = await postgres.capture
    .read(admin, { ...common, probes: ['fan-out', 'pairs', 'offsets'], statementMs: 30_000, statements: 0 })
    .finally(() => admin.close());
}, 60_000);

async function fill(more: Partial<FilledOptions> = {}): Promise<Omit<FilledTwin, 'sandbox'>> {
  return filledDatabase({ ...common, sandbox: await testSandbox(), snapshot, seed: 1, ...more });
}

test('a generator whose function does not exist is refused by its key', async () => {
  await expect(fill({ generators: { 'public.shops.code': 'no_such_function(n)' } })).rejects.toMatchObject({
    code: 'twin.fill',
    message: expect.stringMatching(
      /generator of public\.shops\.code makes no value: .*no_such_function/,
    ) as string,
  });
  const made = await fill({ generators: { 'public.shops.code': `'G-' || n` } });
  expect(await answer(made.database, `SELECT count(*)::int AS a FROM shops WHERE code LIKE 'G-%'`)).toBe(300);
});

test.each([
  ['public.shop.code', 'Did you mean public.shops.code?'],
  ['public.shops.codes', 'Did you mean public.shops.code?'],
  ['elsewhere.of.nothing', 'Name it as schema.table.column, or remove it from dbd.config.yaml.'],
])('a generator of %s, which is not there, is refused', async (key, hint) => {
  await expect(fill({ generators: { [key]: '1' } })).rejects.toMatchObject({ code: 'config.invalid', hint });
});

test('what does not follow the statistics is told, and only that', async () => {
  const { limits } = await fill();
  const all = limits.join('\n');
  expect(all).toContain('Values follow the statistics of the snapshot in 5 of 5 tables.');
  expect(all).toMatch(/Elements in one value of shops\.tags: /);
  expect(all).toMatch(
    /Rows of public\.visits are kept apart by visits_shop_id_guest_id_hour_key in even steps/,
  );
  expect(all).toMatch(/How rows of public\.corners hang below each other by corners_up_shop_up_room_fkey/);
  expect(all).not.toContain('made up from names');
  const blind = await fill({
    snapshot: { ...snapshot, columns: snapshot.columns.filter(({ relation }) => relation !== 'shops') },
  });
  expect(blind.limits.join('\n')).toContain('Values follow the statistics of the snapshot in 4 of 5 tables.');
  expect(blind.limits.join('\n')).toContain('Nothing is known of the values of shops: they are made up');
});

test('a date that nearly always is the same stays so, whatever its distance to another', async () => {
  expect(snapshot.probes.offsets.map(({ to }) => to)).toContain('touched');
  const { database } = await fill();
  expect(await answer(database, 'SELECT count(DISTINCT touched)::int AS a FROM rentals')).toBeLessThan(4);
});
