/** What is said to be saved is what is saved: each change is made, and the files are measured. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import { healthLimits } from '../../src/rules/health/limits.ts';
import type { HealthFacts } from '../../src/rules/health/model.ts';
import { storageSavings } from '../../src/tune/storage/storage.ts';
import type { SavingKind, StorageAdvice } from '../../src/tune/storage/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { factsOf, runAll } from './fixtures.ts';

const limits = { ...healthLimits, smallBytes: 20_000, largeBytes: 100_000, manyRows: 5000, quietDays: 0 };

const sql = `
  CREATE TABLE flags (a boolean NOT NULL, id bigint NOT NULL, b boolean NOT NULL, at timestamptz NOT NULL, c boolean NOT NULL, "n; --" bigint NOT NULL);
  INSERT INTO flags SELECT true, n, false, now(), true, n FROM generate_series(1, 20000) n;
  CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, seen timestamptz, note text NOT NULL) WITH (fillfactor = 70);
  INSERT INTO events SELECT n, now() - (20000 - n) * interval '2 hours', CASE WHEN n % 50 = 0 THEN now() END, 'note ' || n % 77 FROM generate_series(1, 20000) n;
  CREATE INDEX events_at_idx ON events (at);
  CREATE INDEX events_seen_idx ON events (seen);
  CREATE INDEX events_note_idx ON events (note);
  CREATE INDEX events_note_twice_idx ON events (note);
  CREATE TABLE holes (id bigint NOT NULL, note text NOT NULL) WITH (autovacuum_enabled = false);
  CREATE INDEX holes_id_idx ON holes (id);
  INSERT INTO holes SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n;
  DELETE FROM holes WHERE id % 4 <> 0;
  CREATE TABLE tidy (id bigint NOT NULL PRIMARY KEY, note text NOT NULL);
  INSERT INTO tidy SELECT n, 'note ' || n FROM generate_series(1, 20000) n;`;

let database: SandboxDatabase;
let session: Session;
let facts: HealthFacts;
let advice: StorageAdvice;

const { signal } = new AbortController();
const of = (kind: SavingKind) => advice.savings.filter((one) => one.kind === kind);

beforeAll(async () => {
  await postgres.grammar.ready();
  database = await testDatabase({ sql });
  session = await postgres.connect(database.ownerUrl);
  await session.query('VACUUM (ANALYZE)');
  facts = await factsOf(database.adminUrl);
  advice = await storageSavings({ engine: postgres, facts, limits, signal });
});
afterAll(() => session?.close());

async function bytesOf(name: string): Promise<number> {
  const { rows } = await session.query<{ bytes: number }>(
    'SELECT pg_relation_size($1::regclass)::float8 AS bytes',
    [name],
  );
  return rows[0]!.bytes;
}

async function given(name: string, ...statements: readonly string[]): Promise<number> {
  const before = await bytesOf(name);
  for (const statement of statements) await runAll(session, statement);
  return before - (await bytesOf(name));
}

test('what is tidy is left alone, and each object is counted once', () => {
  expect(advice.savings.filter(({ object }) => object.startsWith('public.tidy'))).toEqual([]);
  expect(advice.bytes).toBeLessThan(advice.of);
  expect(advice.savings.map(({ bytes }) => bytes)).toEqual(
    advice.savings.map(({ bytes }) => bytes).toSorted((a, b) => b - a),
  );
});

test('holes in an index: a rebuild gives back what was said', async () => {
  const [index] = of('index-bloat').filter(({ object }) => object === 'public.holes index holes_id_idx');
  expect(index).toMatchObject({ basis: 'derived', sql: 'REINDEX INDEX CONCURRENTLY holes_id_idx;' });
  const real = await given('holes_id_idx', index!.sql!);
  expect(index!.bytes / real).toBeGreaterThan(0.95);
  expect(index!.bytes / real).toBeLessThan(1.05);
});

test('holes in a table: so does a fresh copy', async () => {
  const [table] = of('table-bloat').filter(({ object }) => object === 'public.holes');
  const real = await given('holes', 'VACUUM FULL holes');
  expect(table!.bytes / real).toBeGreaterThan(0.9);
  expect(table!.bytes / real).toBeLessThan(1.1);
});

test('an order of columns is tried on the rows of a twin, and is not in the twin afterwards', async () => {
  expect(of('column-order')).toMatchObject([{ object: 'public.flags', basis: 'derived' }]);
  await session.close();
  const sandbox = await testSandbox();
  const tried = await storageSavings({
    engine: postgres,
    facts,
    limits,
    filled: { sandbox, database },
    signal,
  });
  session = await postgres.connect(database.ownerUrl);
  const [one] = tried.savings.filter(({ kind }) => kind === 'column-order');
  expect(one).toMatchObject({ object: 'public.flags', basis: 'measured' });
  expect(Math.abs(one!.share - of('column-order')[0]!.share)).toBeLessThan(0.05);
  expect((await session.query("SELECT FROM pg_class WHERE relname LIKE 'dbd_%'")).count).toBe(0);
});

test('entries without a value, and ranges instead of a tree', async () => {
  const [nulls] = of('null-entries');
  expect(nulls!.object).toBe('public.events index events_seen_idx');
  await runAll(session, 'CREATE INDEX seen_only ON events (seen) WHERE seen IS NOT NULL');
  const left = (await bytesOf('events_seen_idx')) - (await bytesOf('seen_only'));
  expect(nulls!.bytes / left).toBeGreaterThan(0.9);
  expect(nulls!.bytes / left).toBeLessThan(1.1);
  const [ranges] = of('ranges-instead-of-tree');
  expect(ranges!.object).toBe('public.events index events_at_idx');
  await runAll(session, 'CREATE INDEX at_ranges ON events USING brin (at)');
  const saved = (await bytesOf('events_at_idx')) - (await bytesOf('at_ranges'));
  expect(ranges!.bytes / saved).toBeGreaterThan(0.95);
  expect(ranges!.bytes / saved).toBeLessThan(1.05);
});

test('old rows, twins of indexes and room for updates that never come', () => {
  // Rows of 20,000 two-hour steps: two years are 8,766 of them.
  const [old] = of('old-rows');
  expect(old).toMatchObject({ object: 'public.events', basis: 'derived' });
  expect(old!.share).toBeGreaterThan(0.53);
  expect(old!.share).toBeLessThan(0.59);
  expect(of('duplicate-index')).toMatchObject([
    {
      object: 'public.events index events_note_twice_idx',
      share: 1,
      sql: 'DROP INDEX CONCURRENTLY events_note_twice_idx;',
    },
  ]);
  expect(of('room-for-updates')).toMatchObject([
    { object: 'public.events', sql: 'ALTER TABLE events RESET (fillfactor);' },
  ]);
});

test('pages that were read count more than statistics', async () => {
  const measured = await storageSavings({
    engine: postgres,
    facts: {
      ...facts,
      densities: [
        {
          schema: 'public',
          name: 'tidy',
          kind: 'table',
          bytes: 1_000_000,
          free: 0.5,
          dead: 0.1,
          how: 'pgstattuple_approx',
        },
      ],
    },
    limits,
    signal,
  });
  expect(measured.savings.filter(({ object }) => object === 'public.tidy')).toMatchObject([
    { kind: 'table-bloat', basis: 'measured', share: 0.6 },
  ]);
});

test('the server’s own extension reads pages', async () => {
  const admin = await postgres.connect(database.adminUrl);
  try {
    await admin.query('CREATE SCHEMA "my tools"');
    await admin.query('CREATE EXTENSION pgstattuple SCHEMA "my tools"');
    const read = await postgres.health.density(admin, [
      { schema: 'public', name: 'flags', kind: 'table' },
      { schema: 'public', name: 'events_at_idx', kind: 'index' },
    ]);
    expect(read.map(({ name, how }) => [name, how])).toEqual([
      ['flags', 'pgstattuple_approx'],
      ['events_at_idx', 'pgstatindex'],
    ]);
    for (const { free, dead } of read) expect(free + dead).toBeLessThan(0.2);
  } finally {
    await admin.close();
  }
});
