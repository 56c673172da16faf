/** What a connection captures, and that a script's output gives the very same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../src/engine/session/model.ts';
import type { Snapshot } from '../../src/engine/snapshot/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { production, type Production } from '../support/production.ts';
import { hasPsql, outputOf, read, run, snapshotOf, steady, usual } from './capture-tools.ts';

describe.each([18, 15])('production on PostgreSQL %i', (major) => {
  let source: Production;
  let snapshot: Snapshot;
  beforeAll(async () => {
    source = await production({ major, rows: 3000, days: 80 });
    await source.sandbox.installExtension(source.database, 'pg_stat_statements');
    const admin = await postgres.connect(source.database.adminUrl);
    await admin
      .run('CREATE SCHEMA "Tools ""x"; CREATE EXTENSION pageinspect SCHEMA "Tools ""x"')
      .finally(() => admin.close());
    snapshot = await snapshotOf(source.database.adminUrl);
  });
  afterAll(() => source?.stop());

  test('has the structure that a live session inspects', async () => {
    const session = await postgres.connect(source.database.adminUrl);
    const live = await postgres.inspect(session).finally(() => session.close());
    expect(snapshot.catalog).toEqual(live);
    expect(snapshot.catalog.tables.length).toBeGreaterThan(20);
  });

  test.skipIf(!hasPsql())("is the same from the script's output", async () => {
    const output = await outputOf(source.database.adminUrl);
    const scripted = await postgres.capture.fromScript(output);
    expect(scripted.source.how).toBe('script');
    expect(steady(scripted)).toEqual(steady(await snapshotOf(source.database.adminUrl)));
  });

  test('has the figures of the catalogs and the real length of files', async () => {
    const [row] = await read<{ pages: number; rows: number; bytes: string; toast: string }>(
      source.database.adminUrl,
      `SELECT relpages AS pages, reltuples AS rows, pg_relation_size(oid) AS bytes, pg_relation_size(reltoastrelid) AS toast
         FROM pg_class WHERE oid = 'sales.orders'::regclass`,
    );
    expect(
      snapshot.relations.find(({ schema, name }) => schema === 'sales' && name === 'orders'),
    ).toMatchObject({
      kind: 'table',
      pages: row!.pages,
      rows: row!.rows,
      bytes: Number(row!.bytes),
    });
    expect(row!.rows).toBeGreaterThan(1000);
  });

  test('levels of b-trees are read, and worked out alike where they cannot be', async () => {
    const trees = snapshot.relations.filter(
      ({ kind, index }) => kind === 'index' && index?.method === 'btree',
    );
    expect(new Set(trees.map(({ index }) => index!.levelBasis))).toEqual(new Set(['measured']));
    const watched = await snapshotOf(source.url('shop_watcher'));
    const derived = new Map(watched.relations.map((one) => [`${one.schema}.${one.name}`, one.index]));
    const levels = trees.map(
      ({ schema, name, index }) => [index!.level, derived.get(`${schema}.${name}`)] as const,
    );
    expect(levels.every(([, one]) => one!.levelBasis === 'derived')).toBe(true);
    expect(levels.filter(([level, one]) => level !== one!.level)).toEqual([]);
    expect(new Set(levels.map(([level]) => level)).size).toBeGreaterThan(1);
  });

  test('GIN and BRIN tell the counts of their first page', () => {
    const metas = snapshot.relations.flatMap(({ index }) => (index?.meta ? [index] : []));
    const gin = metas.find(({ method, meta }) => method === 'gin' && meta!['entries']! > 0);
    expect(gin?.meta).toMatchObject({ totalPages: expect.any(Number), entryPages: expect.any(Number) });
    expect(metas.find(({ method }) => method === 'brin')?.meta).toMatchObject({
      pagesPerRange: expect.any(Number),
      lastMapPage: expect.any(Number),
    });
  });

  test('refuses servers that are too old', async () => {
    const session = await postgres.connect(source.database.adminUrl);
    await expect(
      postgres.capture
        .read({ ...bound(session), serverVersion: 120_022 }, usual)
        .finally(() => session.close()),
    ).rejects.toMatchObject({
      code: 'connect.refused',
      message: 'The server is PostgreSQL 12; dbd reads PostgreSQL 13 and later.',
    });
  });

  test('takes a fixed number of queries, however many tables there are', async () => {
    const asked = async (url: string): Promise<number> => {
      const session = await postgres.connect(url);
      let count = 0;
      const counting: Session = {
        ...bound(session),
        query: (sql, values) => ((count += 1), session.query(sql, values)),
      };
      await postgres.capture.read(counting, usual).finally(() => session.close());
      return count;
    };
    const empty = await source.sandbox.createDatabase();
    await run(empty.adminUrl, 'CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pageinspect');
    expect(await asked(source.database.adminUrl)).toBe(await asked(empty.adminUrl));
  });

  test('statistics of every kind are there', async () => {
    const [{ count }] = (await read<{ count: string }>(
      source.database.adminUrl,
      `SELECT count(*) FROM pg_stats WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'`,
    )) as [{ count: string }];
    expect(snapshot.columns).toHaveLength(Number(count));
    const kinds = (key: keyof (typeof snapshot.columns)[number]): number =>
      snapshot.columns.filter((one) => one[key] !== undefined && one[key] !== false).length;
    for (const key of [
      'commonValues',
      'histogram',
      'correlation',
      'commonElements',
      'elementHistogram',
      'rangeBounds',
      'rangeLengths',
      'inherited',
    ] as const)
      expect([key, kinds(key) > 0]).toEqual([key, true]);
    const indexes = new Set(snapshot.relations.flatMap((one) => (one.index ? [one.name] : [])));
    expect(snapshot.columns.some(({ relation }) => indexes.has(relation))).toBe(true);
    expect(snapshot.extended.some(({ common }) => (common?.values.length ?? 0) > 0)).toBe(true);
    expect(snapshot.extended.some(({ expressions }) => expressions.length > 0)).toBe(true);
    expect(snapshot.unseen.filter(({ what }) => what.startsWith('statistics'))).toMatchObject([
      { what: 'statistics of public.imports', grant: 'ANALYZE public.imports;' },
    ]);
  });
});

/** The session's parts as plain properties, so that one of them can be replaced. */
const bound = (session: Session): Session => ({
  pid: session.pid,
  announced: session.announced,
  serverVersion: session.serverVersion,
  query: (sql, values) => session.query(sql, values),
  analyse: (sql) => session.analyse(sql),
  run: (sql) => session.run(sql),
  cancel: () => session.cancel(),
  close: () => session.close(),
});
