import { afterAll, describe, expect, test } from 'vitest';
import type { DbdError } from '../../src/base/error.ts';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { discard, reshape, type Shape } from '../../src/engines/postgres/pages/reshape.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';

const running: Sandbox[] = [];
afterAll(() => Promise.all(running.map((sandbox) => sandbox.stop())));

const structure = `
  CREATE TABLE t (id bigint PRIMARY KEY, code text NOT NULL, tags int[] NOT NULL, made timestamptz NOT NULL, note text);
  CREATE UNIQUE INDEX t_code ON t (code);
  CREATE INDEX t_tags ON t USING gin (tags);
  CREATE INDEX t_made ON t USING brin (made) WITH (pages_per_range = 4);
  CREATE INDEX t_hash ON t USING hash (code);
  CREATE INDEX t_point ON t USING gist (int8range(id, id + 1));
  CREATE INDEX t_note ON t USING spgist (code);
  CREATE TABLE child (t_id bigint NOT NULL REFERENCES t);
  CREATE UNLOGGED TABLE loose (id int PRIMARY KEY);`;

const rows = `
  INSERT INTO t SELECT n, md5(n::text), ARRAY[n % 1000, n % 77], '2026-01-01'::timestamptz + n * interval '1 minute', NULL FROM generate_series(1, 20000) AS n;
  INSERT INTO child SELECT n FROM generate_series(1, 20000) AS n;
  INSERT INTO loose SELECT n FROM generate_series(1, 20000) AS n;
  VACUUM ANALYZE;`;

const shapesQuery = `
  SELECT 'public' AS schema, c.relname AS name, (pg_relation_size(c.oid) / 8192)::int AS pages,
         CASE WHEN a.amname = 'btree' THEN (SELECT level::int FROM bt_metap(c.relname)) END AS level,
         CASE a.amname WHEN 'gin' THEN (SELECT json_build_object('pendingPages', n_pending_pages, 'pendingRows', n_pending_tuples, 'totalPages', n_total_pages,
                       'entryPages', n_entry_pages, 'dataPages', n_data_pages, 'entries', n_entries) FROM gin_metapage_info(get_raw_page(c.relname, 0)))
                       WHEN 'brin' THEN (SELECT json_build_object('pagesPerRange', pagesperrange, 'lastMapPage', lastrevmappage) FROM brin_metapage_info(get_raw_page(c.relname, 0))) END AS meta
    FROM pg_class c LEFT JOIN pg_am a ON a.oid = c.relam WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') ORDER BY 2`;

const figuresQuery = `SELECT json_agg(json_build_object('name', relname, 'pages', relpages, 'rows', reltuples, 'visible', relallvisible)) AS figures
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')`;

const queries = [
  'SELECT * FROM t WHERE id = 5',
  "SELECT * FROM t WHERE code = 'x'",
  'SELECT * FROM t WHERE tags @> ARRAY[5, 7]',
  "SELECT * FROM t WHERE made < '2026-01-01 05:00'",
  'SELECT * FROM t WHERE int8range(id, id + 1) && int8range(1, 10)',
  'SELECT count(*) FROM t',
  'SELECT * FROM loose WHERE id = 5',
  'SELECT count(*) FROM child JOIN t ON t.id = child.t_id WHERE child.t_id < 100',
];

async function plans(session: Session): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  for (const sql of queries) {
    const { totalCost, nodes } = await postgres.stats.explain(session, sql, [], false);
    told.push({ totalCost, nodes });
  }
  return told;
}

async function connected(sandbox: Sandbox, sql: readonly string[]): Promise<Session> {
  const database = await sandbox.createDatabase();
  const session = await postgres.connect(database.adminUrl);
  await session.run('CREATE EXTENSION pageinspect');
  // VACUUM does not run among other statements.
  for (const one of sql) for (const statement of one.split(';\n')) await session.run(statement);
  return session;
}

/** A server of that version, or undefined where it is not installed. */
async function server(major: number): Promise<Sandbox | undefined> {
  try {
    const sandbox = await startSandbox(postgres, { major, settings: { autovacuum: 'off', jit: 'off' } });
    running.push(sandbox);
    return sandbox;
  } catch (error) {
    if ((error as DbdError).code === 'sandbox.no-server') return undefined;
    throw error;
  }
}

describe.each([14, 15, 16, 17, 18])('on PostgreSQL %i', (major) => {
  test('relations that were read already take the lengths and first pages of real ones, and cost the same', async ({
    skip,
  }) => {
    const sandbox = await server(major);
    if (!sandbox) return skip(!need(false, `PostgreSQL ${major}: dbd sandbox install ${major}`));
    expect(Math.floor(sandbox.serverVersion / 10_000)).toBe(major);
    const real = await connected(sandbox, [structure, rows]);
    const hollow = await connected(sandbox, [structure]);
    const { rows: shapes } = await real.query<Shape & Record<string, unknown>>(shapesQuery);
    // Every page that will change is in the server's memory before.
    await plans(hollow);
    await hollow.query('SELECT * FROM gin_metapage_info(get_raw_page($1, 0))', ['t_tags']);
    const before = await plans(hollow);

    const told = shapes.map(
      ({ level, meta, ...shape }) =>
        ({
          ...shape,
          ...(level === null ? {} : { level }),
          ...(meta ? { meta } : {}),
        }) as Shape,
    );
    const { leftovers, relations } = await reshape(hollow, told);
    expect(relations).toBe(shapes.length);
    expect((await hollow.query(shapesQuery)).rows).toEqual(shapes);
    await discard(hollow, leftovers);
    expect((await hollow.query(shapesQuery)).rows).toEqual(shapes);
    const { rows: meta } = await hollow.query('SELECT allequalimage FROM bt_metap($1)', ['t_pkey']);
    expect(meta).toEqual((await real.query('SELECT allequalimage FROM bt_metap($1)', ['t_pkey'])).rows);

    for (const session of [real, hollow]) await session.run('DELETE FROM pg_statistic');
    const { rows: figures } = await real.query<{ figures: unknown }>(figuresQuery);
    await hollow.query(
      `UPDATE pg_class c SET relpages = f.pages, reltuples = f.rows, relallvisible = f.visible
           FROM json_to_recordset($1) AS f(name text, pages int, rows float4, visible int) WHERE c.relname = f.name AND c.relnamespace = 'public'::regnamespace`,
      [JSON.stringify(figures[0]!.figures)],
    );
    const wanted = await plans(real);
    expect(await plans(hollow)).toEqual(wanted);
    expect(before).not.toEqual(wanted);

    // Trees are empty, not broken.
    await hollow.run('SET enable_seqscan = off');
    expect((await hollow.query('SELECT * FROM t WHERE id BETWEEN 5 AND 500 ORDER BY id DESC')).rows).toEqual(
      [],
    );
    expect((await hollow.query("SELECT * FROM t WHERE code = 'x'")).rows).toEqual([]);
    await hollow.run('SET enable_bitmapscan = on');
    expect((await hollow.query('SELECT * FROM t WHERE tags @> ARRAY[5, 7]')).rows).toEqual([]);
    await real.close();
    await hollow.close();
  });
});

test('figures that no relation can have are refused before a file is touched', async () => {
  const sandbox = (await server(18))!;
  const session = await connected(sandbox, [structure]);
  const size = async (): Promise<unknown> =>
    (
      await session.query(
        "SELECT pg_relation_size('t') AS heap, pg_relation_filenode('t_pkey') AS file, pg_relation_size('t_code') AS code",
      )
    ).rows;
  const before = await size();
  const name = (name: string): { schema: string; name: string } => ({ schema: 'public', name });
  for (const wrong of [
    { ...name('t'), pages: 2 ** 32 },
    { ...name('t'), pages: 1, toastPages: -1 },
    { ...name('t_code'), pages: 0.5 },
    { ...name('t_code'), pages: 3, level: 2 },
    { ...name('t_code'), pages: 100, level: 1e9 },
    { ...name('t_tags'), pages: 9, meta: { entries: -5 } },
    { ...name('t_made'), pages: 9, meta: { pagesPerRange: 2 ** 40, lastMapPage: 1 } },
  ])
    await expect(reshape(session, [{ ...name('t_pkey'), pages: 9 }, wrong])).rejects.toMatchObject({
      code: 'twin.hollow',
    });
  expect(await size()).toEqual(before);
  expect((await reshape(session, [{ ...name('nobody'), pages: 3 }])).relations).toBe(0);
  await session.close();
});
