/** What roles with fewer rights capture: everything they may see, what they may not by name, and the grant that opens it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/engine/snapshot/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { hasPsql, outputOf, run, snapshotOf, steady } from './capture-tools.ts';

const structure = `
CREATE SCHEMA shop;
CREATE TABLE shop.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, gone int, email text NOT NULL, city text, region text, valid daterange);
INSERT INTO shop.customers (email, city, region, valid)
  SELECT 'c' || i || '@example.com', 'city ' || i % 20, 'region ' || i % 5, daterange('2026-01-01', date '2026-01-02' + i % 90) FROM generate_series(1, 2000) i;
ALTER TABLE shop.customers DROP COLUMN gone;
CREATE INDEX customers_mail_idx ON shop.customers (lower(email));
CREATE STATISTICS shop.customers_places (ndistinct, dependencies, mcv) ON city, region FROM shop.customers;
CREATE TABLE shop.secrets (id int PRIMARY KEY, body text);
INSERT INTO shop.secrets SELECT i, 'secret ' || i FROM generate_series(1, 100) i;
ALTER TABLE shop.secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY secrets_mine ON shop.secrets USING (body = current_user);
CREATE UNLOGGED TABLE shop.drafts (id int, body text);
INSERT INTO shop.drafts SELECT i, 'draft ' || i FROM generate_series(1, 100) i;
CREATE TABLE shop.fresh (id int);
INSERT INTO shop.fresh SELECT generate_series(1, 100);
CREATE TABLE shop.empty (id int);
CREATE SEQUENCE shop.numbers;
SELECT nextval('shop.numbers') FROM generate_series(1, 7);
ANALYZE shop.customers; ANALYZE shop.secrets; ANALYZE shop.drafts;`;

const prepare = `
CREATE ROLE watcher LOGIN; GRANT pg_monitor TO watcher;
CREATE ROLE rds_superuser; CREATE ROLE master LOGIN CREATEROLE CREATEDB; GRANT pg_monitor, rds_superuser TO master;
CREATE ROLE "nobody ""here" LOGIN PASSWORD 'hunter2';
CREATE SCHEMA "Stats ""of"; CREATE EXTENSION pg_stat_statements SCHEMA "Stats ""of"; GRANT USAGE ON SCHEMA "Stats ""of" TO PUBLIC;
CREATE EXTENSION pageinspect;
CREATE EXTENSION postgres_fdw; CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', dbname 'x');
CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (user 'me', password 'hunter2');
CREATE FOREIGN TABLE far (id int, name text) SERVER elsewhere;
ALTER ROLE watcher SET work_mem = '64MB';`;

describe.each([18, 15])('PostgreSQL %i', (major) => {
  let sandbox: Sandbox;
  let database: SandboxDatabase;
  const as = (role: string): string => {
    const url = new URL(database.ownerUrl);
    url.username = encodeURIComponent(role);
    return url.href;
  };
  beforeAll(async () => {
    sandbox = await startSandbox(postgres, { major, settings: { autovacuum: 'off' } });
    database = await sandbox.createDatabase();
    await run(database.adminUrl, prepare);
    await run(database.adminUrl, `ALTER DATABASE ${database.name} SET random_page_cost = 1.1`);
    await run(database.adminUrl, `ALTER DATABASE ${database.name} SET app.secret = 'hunter2'`);
    await run(database.ownerUrl, structure);
    await run(
      database.ownerUrl,
      'GRANT USAGE ON SCHEMA shop TO watcher; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO watcher',
    );
    for (let i = 0; i < 3; i += 1)
      await run(database.ownerUrl, `SELECT count(*) FROM shop.customers WHERE city = 'city 3'`);
  });
  afterAll(() => sandbox?.stop());

  const about = (snapshot: Snapshot, start: string) =>
    snapshot.unseen.filter(({ what }) => what.startsWith(start)).map(({ what, grant }) => ({ what, grant }));
  const ofShop = ({ workload }: Snapshot) => workload.statements.filter(({ sql }) => sql.includes('shop.'));
  const statisticsOf = (snapshot: Snapshot, relation: string): number =>
    snapshot.columns.filter((one) => one.relation === relation).length;
  const ranges = major < 17 ? ['GRANT SELECT ON pg_catalog.pg_statistic TO '] : [];

  test('a superuser sees everything but what was never analysed', async () => {
    const snapshot = await snapshotOf(database.adminUrl);
    expect(snapshot.unseen.map(({ grant }) => grant)).toEqual(['ANALYZE shop.fresh;']);
    expect(statisticsOf(snapshot, 'customers')).toBe(5);
    expect(snapshot.columns.find(({ column }) => column === 'valid')?.rangeBounds).toContain(
      '[2026-01-01,2026-0',
    );
    expect(snapshot.relations.find(({ name }) => name === 'customers_mail_idx')?.index).toEqual({
      method: 'btree',
      level: 1,
      levelBasis: 'measured',
    });
  });

  test('tables that are locked, and tablespaces with costs of their own, are told', async () => {
    const other = await postgres.connect(database.ownerUrl);
    try {
      await other.run('BEGIN; LOCK TABLE shop.fresh');
      await run(database.adminUrl, 'ALTER TABLESPACE pg_default SET (random_page_cost = 1.5)');
      const snapshot = await snapshotOf(database.adminUrl);
      expect(snapshot.relations.find(({ name }) => name === 'fresh')?.bytes).toBeUndefined();
      expect(snapshot.relations.find(({ name }) => name === 'drafts')?.bytes).toBe(8192);
      expect(snapshot.unseen.map(({ what }) => what)).toEqual([
        'length of the files of shop.fresh',
        expect.stringMatching(
          /^the tablespace pg_default with random_page_cost=1.5, where \d+ tables and indexes lie$/,
        ),
      ]);
    } finally {
      await other.close();
      await run(database.adminUrl, 'ALTER TABLESPACE pg_default RESET (random_page_cost)');
    }
  });

  test('pg_monitor with SELECT lacks row security, expressions, extended statistics and first pages', async () => {
    const snapshot = await snapshotOf(as('watcher'));
    expect(snapshot.unseen.map(({ grant }) => grant)).toEqual([
      'GRANT SELECT ON public.far TO watcher;',
      'GRANT pg_read_all_data TO watcher;',
      'ALTER ROLE watcher BYPASSRLS;',
      ...ranges.map((grant) => `${grant}watcher;`),
      'GRANT dbd_owner TO watcher;',
      undefined,
      'GRANT SELECT ON SEQUENCE shop.customers_id_seq, shop.numbers TO watcher;',
      'ANALYZE shop.fresh;',
      'ALTER ROLE watcher RESET work_mem;',
    ]);
    expect(statisticsOf(snapshot, 'customers')).toBe(5);
    expect(statisticsOf(snapshot, 'secrets')).toBe(0);
    expect(snapshot.extended).toEqual([]);
    expect(snapshot.workload.statements.find(({ sql }) => sql.includes('city = $1'))).toMatchObject({
      calls: 3,
      rows: 3,
      role: 'dbd_owner',
    });
    expect(snapshot.settings.filter(({ name }) => name === 'work_mem')).toMatchObject([
      { value: '64MB', from: 'user' },
      { value: '64MB', from: 'role', role: 'watcher' },
    ]);
    expect(snapshot.settings.filter(({ name }) => name === 'random_page_cost')).toEqual([
      { name: 'random_page_cost', value: '1.1', from: 'database', planner: true },
    ]);
  });

  test('the owner of the tables lacks first pages and the texts of others', async () => {
    const snapshot = await snapshotOf(database.ownerUrl);
    expect(statisticsOf(snapshot, 'secrets')).toBe(2);
    expect(statisticsOf(snapshot, 'customers_mail_idx')).toBe(1);
    // Numbers of columns are those of a table that never had the dropped one.
    expect(snapshot.extended).toMatchObject([
      {
        name: 'customers_places',
        distinct: '{"3, 4": 20}',
        dependencies: expect.stringContaining('"3 => 4": 1.0'),
      },
    ]);
    expect(snapshot.columns.find(({ column }) => column === 'city')?.position).toBe(3);
    expect(snapshot.sequences.find(({ name }) => name === 'numbers')?.last).toBe('7');
    expect(about(snapshot, 'statistics of')).toEqual([
      { what: 'statistics of public.far', grant: 'GRANT SELECT ON public.far TO dbd_owner;' },
      ...(major < 17
        ? [
            {
              what: 'statistics of ranges in shop.customers',
              grant: 'GRANT SELECT ON pg_catalog.pg_statistic TO dbd_owner;',
            },
          ]
        : []),
      { what: 'statistics of shop.fresh', grant: 'ANALYZE shop.fresh;' },
    ]);
    expect(
      snapshot.unseen.find(({ grant }) => grant === 'GRANT pg_read_all_stats TO dbd_owner;')?.what,
    ).toMatch(/^\d+ statements? of other roles \(\d+ % of all calls\)$/);
    expect(snapshot.workload.statements.every(({ role }) => role === 'dbd_owner')).toBe(true);
  });

  test('the master role of a managed service is named with what it lacks', async () => {
    const snapshot = await snapshotOf(as('master'));
    expect(snapshot.source).toMatchObject({
      service: 'Amazon RDS',
      role: { name: 'master', superuser: false },
    });
    expect(snapshot.source.role.memberOf).toEqual(expect.arrayContaining(['pg_monitor', 'rds_superuser']));
    expect(about(snapshot, 'statistics of ')[0]).toMatchObject({
      grant: 'GRANT SELECT ON public.far TO master;',
    });
    expect(about(snapshot, '5 tables: shop.customers')).toEqual([]);
    expect(about(snapshot, 'statistics of 5 tables')[0]!.grant).toBe(
      'GRANT SELECT ON shop.customers, shop.drafts, shop.empty, shop.fresh, shop.secrets TO master;',
    );
    expect(snapshot.columns).toEqual([]);
    expect(snapshot.workload.statements.some(({ sql }) => sql.includes('city = $1'))).toBe(true);
  });

  test('each grant opens what it is told to open', async () => {
    const role = 'nobody "here';
    const before = await snapshotOf(as(role));
    expect(before.columns).toEqual([]);
    expect(before.catalog.tables.map(({ name }) => name)).toContain('secrets');
    expect(before.relations.find(({ name }) => name === 'customers')?.bytes).toBeGreaterThan(8192);
    expect(ofShop(before)).toEqual([]);
    const grants = before.unseen.flatMap(({ grant }) => grant ?? []);
    expect(grants).toContain('GRANT pg_read_all_stats TO "nobody ""here";');
    for (const grant of grants) await run(database.adminUrl, grant);
    const after = await snapshotOf(as(role));
    // Only a superuser may look into pages.
    expect(after.unseen.map(({ what }) => what)).toEqual([
      'first pages of indexes: levels of b-trees, counts of GIN, ranges of BRIN',
    ]);
    const all = await snapshotOf(database.adminUrl);
    expect(after.columns).toEqual(all.columns);
    expect(after.extended).toEqual(all.extended);
    expect(after.sequences).toEqual(all.sequences);
    expect(ofShop(after).length).toBeGreaterThan(0);
  });

  test.skipIf(!hasPsql())('a script of a role without rights ends well and tells the same', async () => {
    for (const role of ['watcher', 'master', 'dbd_owner']) {
      const scripted = await postgres.capture.fromScript(await outputOf(as(role)));
      const direct = await snapshotOf(as(role));
      const told = ({ unseen }: Snapshot) =>
        unseen.map(({ what, grant }) => [what.replace(/^\d+ statements?.*/, ''), grant]);
      expect(told(scripted)).toEqual(told(direct));
      expect({ ...(steady(scripted) as object), unseen: [] }).toEqual({
        ...(steady(direct) as object),
        unseen: [],
      });
    }
  });

  test('no password and no setting of an application is in a snapshot', async () => {
    const snapshot = JSON.stringify(await snapshotOf(database.adminUrl));
    expect(snapshot).toContain('nobody \\"here');
    expect(snapshot).not.toContain('hunter2');
    if (hasPsql()) expect(await outputOf(database.adminUrl)).not.toContain('hunter2');
  });
});
