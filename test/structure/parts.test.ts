import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { finishedDatabase, restoredDatabase } from '../../src/twin/restored.ts';
import { testSandbox } from '../support/database.ts';
import { richSql } from './rich.sql.ts';
import { asked, captured, oidOrder, sourceDatabase } from './sources.ts';

const signal = new AbortController().signal;
let source: Sandbox;
beforeAll(async () => {
  source = await startSandbox(postgres);
});
afterAll(() => source.stop());

async function execute(database: SandboxDatabase, sql: string): Promise<void> {
  const session = await postgres.connect(database.ownerUrl);
  await session.run(sql).finally(() => session.close());
}

describe('a structure in two parts', () => {
  test('takes rows between bare tables and keys, and ends like a whole one', async () => {
    const there = await sourceDatabase(source, { owner: richSql(18) });
    const snapshot = await captured(there);
    const options = { engine: postgres, sandbox: await testSandbox(), snapshot, signal };
    const bare = await restoredDatabase({ ...options, part: 'tables' });
    expect(bare.leftOut.filter(({ path }) => !path.startsWith('role '))).toEqual([]);
    // Neither keys nor references nor triggers stand in the way, while values that columns make themselves are made.
    await execute(
      bare.database,
      `INSERT INTO app.zebra (name, share, amount) SELECT 'n' || g, 7, g FROM generate_series(1, 100) g; INSERT INTO app.alpha (zebra_id, note) SELECT 7 + 3 * (g % 100), 'x' FROM generate_series(1, 50) g;
       INSERT INTO app.keys_of VALUES ('eu'); INSERT INTO app.events SELECT g, date '2024-06-01' + g % 900, 'eu' FROM generate_series(1, 500) g;`,
    );
    const finished = await finishedDatabase(options, bare);
    expect(finished.differences).toEqual([]);
    expect(await asked(bare.database, oidOrder)).toEqual(await asked(there, oidOrder));
    expect(await asked(bare.database, 'SELECT sum(total)::int FROM app.zebra')).toEqual([10_100]);
    expect(await asked(bare.database, 'SELECT count(*) FROM app.m')).toEqual([97]);
    await expect(execute(bare.database, 'INSERT INTO app.alpha (zebra_id) VALUES (-1)')).rejects.toThrow(
      /foreign key/,
    );
  });

  test('tells the key that the rows do not allow', async () => {
    const there = await sourceDatabase(source, {
      owner: 'CREATE TABLE t (a integer CONSTRAINT one_a UNIQUE, b integer); CREATE INDEX t_b ON t (b)',
    });
    const snapshot = await captured(there);
    const options = { engine: postgres, sandbox: await testSandbox(), snapshot, signal };
    const bare = await restoredDatabase({ ...options, part: 'tables' });
    await execute(bare.database, 'INSERT INTO t VALUES (1, 1), (1, 2)');
    const { leftOut, differences: other } = await finishedDatabase(options, bare);
    expect(leftOut).toContainEqual({
      path: 'table public.t constraint one_a',
      why: expect.stringContaining('unique'),
      sqlstate: '23505',
    });
    expect(other.map(({ path }) => path)).toEqual(['table public.t index one_a']);
  });
});

test('a difference is seen', async () => {
  const there = await sourceDatabase(source, { owner: richSql(18) });
  const snapshot = await captured(there);
  const sandbox = await testSandbox();
  const { database } = await restoredDatabase({ engine: postgres, sandbox, snapshot, signal });
  const changes = [
    ['DROP INDEX app.zebra_hash', 'table app.zebra index zebra_hash'],
    ['ALTER INDEX app.zebra_b ALTER COLUMN 2 SET STATISTICS 78', 'table app.zebra index zebra_b definition'],
    ['ALTER INDEX app.zebra_pkey SET (fillfactor = 81)', 'table app.zebra index zebra_pkey definition'],
    ['ALTER TABLE app.zebra ALTER COLUMN name SET STATISTICS 501', 'table app.zebra column name statistics'],
    ['ALTER STATISTICS app.zebra_many SET STATISTICS 56', 'statistics app.zebra_many definition'],
    ['ALTER TABLE app.child NO INHERIT app.parent', 'table app.child inherits'],
    ['GRANT SELECT ON app.alpha TO PUBLIC', 'table app.alpha grant SELECT to PUBLIC'],
    ['DROP POLICY strict ON app.alpha', 'table app.alpha policy strict'],
    ['ALTER FUNCTION app.twice(integer) COST 8', 'function app.twice(n integer, OUT r integer) definition'],
  ] as const;
  for (const [sql, path] of changes) {
    await execute(database, sql);
    const session = await postgres.connect(database.ownerUrl);
    const found = differences(snapshot.catalog, await postgres.inspect(session)).map((one) => one.path);
    await session.close();
    expect(found).toContain(path);
  }
});

test('hundreds of partitions keep the names and the parts of their indexes', async () => {
  const parts = Array.from(
    { length: 200 },
    (_, day) =>
      `CREATE TABLE log_${day} PARTITION OF log FOR VALUES FROM (date '2024-01-01' + ${day}) TO (date '2024-01-02' + ${day});`,
  );
  const there = await sourceDatabase(source, {
    owner: `CREATE TABLE log (id bigint NOT NULL, day date NOT NULL, text text, PRIMARY KEY (day, id)) PARTITION BY RANGE (day); CREATE INDEX log_first ON log (text); CREATE INDEX log_again ON log (text);
      ${parts.join('\n')} ALTER INDEX log_17_text_idx RENAME TO "Seventeen"; CREATE INDEX only_here ON log_3 (id);`,
  });
  const snapshot = await captured(there);
  const made = await restoredDatabase({ engine: postgres, sandbox: await testSandbox(), snapshot, signal });
  expect(made.differences).toEqual([]);
  expect(made.notExact.filter(({ what }) => !what.startsWith('role '))).toEqual([]);
  expect(await asked(made.database, oidOrder)).toEqual(await asked(there, oidOrder));
  expect(await asked(made.database, 'SELECT count(*) FROM pg_index WHERE NOT indisvalid')).toEqual([0]);
  expect(
    await asked(made.database, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'log_again'::regclass"),
  ).toEqual([200]);
});

describe('what this server lacks', () => {
  test('is left out by name, with what needs it and nothing else', async () => {
    const there = await sourceDatabase(source, {
      owner: `CREATE TABLE places (id integer PRIMARY KEY, name text, at point NOT NULL, far integer DEFAULT 3); CREATE INDEX places_at ON places USING gist (at); CREATE INDEX places_name ON places (name);
        CREATE TABLE visits (id integer PRIMARY KEY, place integer REFERENCES places); CREATE VIEW near AS SELECT at FROM places; CREATE VIEW names AS SELECT name FROM places;`,
    });
    const honest = await captured(there);
    const geometry = (text: string): string => text.replaceAll('point', 'public.geometry(Point,4326)');
    const snapshot: Snapshot = {
      ...honest,
      catalog: {
        ...honest.catalog,
        extensions: [{ name: 'postgis_of_the_future', schema: 'public', version: '9.1' }],
        tables: honest.catalog.tables.map((table) => ({
          ...table,
          columns: table.columns.map((column) => ({ ...column, type: geometry(column.type) })),
        })),
      },
    };
    const made = await restoredDatabase({ engine: postgres, sandbox: await testSandbox(), snapshot, signal });
    expect(made.leftOut.map(({ path }) => path).filter((path) => !path.startsWith('role '))).toEqual([
      'extension postgis_of_the_future',
      'table public.places column at',
      'table public.places constraint places_at_not_null',
      'table public.places index places_at',
      'view public.near',
    ]);
    expect(made.leftOut.find(({ path }) => path.endsWith('column at'))!.why).toBe(
      'its type public.geometry(Point,4326) is not known here',
    );
    expect(made.differences.map(({ path }) => path)).toEqual([]);
    expect(await asked(made.database, 'SELECT count(*) FROM names')).toEqual([0]);
  });

  test('does not empty a table of its other defaults', async () => {
    const there = await sourceDatabase(source, {
      owner:
        'CREATE TABLE t (a integer DEFAULT 5, b uuid DEFAULT gen_random_uuid(), c integer, d integer GENERATED ALWAYS AS (c + 1) STORED)',
    });
    const honest = await captured(there);
    const change = (name: string) =>
      name === 'b'
        ? { default: 'public.uuid_of_the_future()' }
        : name === 'd'
          ? { generated: { kind: 'stored' as const, expression: 'public.of_the_future(c)' } }
          : {};
    const snapshot: Snapshot = {
      ...honest,
      catalog: {
        ...honest.catalog,
        tables: honest.catalog.tables.map((table) => ({
          ...table,
          columns: table.columns.map((column) => ({ ...column, ...change(column.name) })),
        })),
      },
    };
    const made = await restoredDatabase({ engine: postgres, sandbox: await testSandbox(), snapshot, signal });
    expect(made.leftOut.map(({ path }) => path).filter((path) => !path.startsWith('role '))).toEqual([
      'table public.t column b default',
    ]);
    expect(made.notExact.map(({ what }) => what).filter((what) => !what.startsWith('role '))).toEqual([
      'table public.t column d generated',
    ]);
    expect(made.differences).toEqual([]);
    await execute(made.database, 'INSERT INTO t (c) VALUES (1)');
    expect(await asked(made.database, 'SELECT a FROM t')).toEqual([5]);
  });
});

test('sequences go on from where they stood, unless rows have taken them further', async () => {
  const places = `SELECT pg_catalog.format('%s %s', sequencename, last_value) FROM pg_sequences ORDER BY sequencename COLLATE "C"`;
  const there = await sourceDatabase(source, {
    owner: `
CREATE SEQUENCE alone; SELECT setval('alone', 41);
CREATE SEQUENCE back INCREMENT BY -2 MINVALUE -900 MAXVALUE 10 START WITH 10; SELECT setval('back', -30);
CREATE SEQUENCE fresh START WITH 5;
CREATE TABLE few (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY); SELECT setval('few_id_seq', 7000);
CREATE TABLE many (id serial PRIMARY KEY); SELECT setval('many_id_seq', 50);`,
  });
  const taken = await captured(there);
  const wrong = { schema: 'public', name: 'fresh', last: '0' };
  const snapshot = {
    ...taken,
    sequences: [...taken.sequences.filter(({ name }) => name !== 'fresh'), wrong],
  };
  const options = { engine: postgres, sandbox: await testSandbox(), snapshot, signal };
  const bare = await restoredDatabase({ ...options, part: 'tables' });
  await execute(
    bare.database,
    `SELECT setval('many_id_seq', 80), setval('few_id_seq', 9), setval('back', -4)`,
  );
  const { database, notExact } = await finishedDatabase(options, bare);
  expect(await asked(database, places)).toEqual([
    'alone 41',
    'back -30',
    'few_id_seq 7000',
    'fresh ',
    'many_id_seq 80',
  ]);
  expect(notExact.map(({ what }) => what)).toContain('sequence public.fresh place');
});
