import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Observation } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';

/** Ways to the same structure. */
const routes: readonly (readonly [what: string, one: string, other: string])[] = [
  [
    'a table made at once and altered',
    `CREATE TABLE t (b text, a int PRIMARY KEY, c int DEFAULT 7 CONSTRAINT c_check CHECK (c > 0)); CREATE INDEX t_c ON t (c); COMMENT ON TABLE t IS 'x'`,
    `CREATE TABLE t (b text, a int NOT NULL, gone int); COMMENT ON TABLE t IS 'y'; ALTER TABLE t DROP gone; ALTER TABLE t ADD c int DEFAULT 7; CREATE INDEX t_c ON t USING btree (c); ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (a); COMMENT ON TABLE t IS 'x'; ALTER TABLE t ADD CONSTRAINT c_check CHECK (c > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c_check`,
  ],
  [
    'objects in another order',
    'CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE VIEW v AS SELECT x FROM a; CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; CREATE TABLE b (x int); CREATE TABLE a (x int); CREATE VIEW v AS SELECT x FROM a',
  ],
  [
    'renamed, and back',
    "CREATE TABLE t (a int, b text); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t; CREATE TYPE e AS ENUM ('x'); CREATE SEQUENCE s",
    `CREATE TABLE t (a int, b text); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t; CREATE TYPE e AS ENUM ('x'); CREATE SEQUENCE s; ALTER TABLE t RENAME a TO z; ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME z TO a; ALTER TABLE u RENAME TO t;
     ALTER INDEX i RENAME TO j; ALTER INDEX j RENAME TO i; ALTER TYPE e RENAME VALUE 'x' TO 'y'; ALTER TYPE e RENAME VALUE 'y' TO 'x'; ALTER SEQUENCE s INCREMENT 5; ALTER SEQUENCE s INCREMENT 1; CREATE OR REPLACE VIEW v AS SELECT a FROM t`,
  ],
  [
    'columns dropped before others',
    'CREATE TABLE t (a int, b int, c int, CONSTRAINT k UNIQUE (b, c)); CREATE STATISTICS s ON b, c FROM t; CREATE PUBLICATION p FOR TABLE t (b, c)',
    'CREATE TABLE t (g1 int, a int, g2 text, b int, c int, CONSTRAINT k UNIQUE (b, c)); CREATE STATISTICS s ON c, b FROM t; CREATE PUBLICATION p FOR TABLE t (c, b); ALTER TABLE t DROP g1, DROP g2',
  ],
  [
    'rights written out',
    "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; CREATE TYPE e AS ENUM ('x'); GRANT SELECT, INSERT ON t TO reader",
    `CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; CREATE TYPE e AS ENUM ('x'); GRANT INSERT ON t TO reader; GRANT SELECT, UPDATE ON t TO reader; REVOKE UPDATE ON t FROM reader;
     GRANT EXECUTE ON FUNCTION f() TO reader; REVOKE EXECUTE ON FUNCTION f() FROM reader; GRANT ALL ON TYPE e TO CURRENT_USER; GRANT SELECT (a) ON t TO reader; REVOKE SELECT (a) ON t FROM reader`,
  ],
  [
    'partitions made and attached',
    "CREATE TABLE p (k int, v text DEFAULT 'x') PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX p_v ON p (v)",
    `CREATE TABLE p1 (k int, v text DEFAULT 'x'); CREATE INDEX p1_v_idx ON p1 (v); CREATE TABLE p (k int, v text DEFAULT 'x') PARTITION BY LIST (k); CREATE INDEX p_v ON p (v); ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)`,
  ],
  [
    'labels in one go and one by one',
    `CREATE TYPE m AS ENUM ('a', 'b', 'c'); CREATE DOMAIN d AS text NOT NULL DEFAULT 'x' CONSTRAINT k CHECK (VALUE <> '')`,
    `CREATE TYPE m AS ENUM ('c'); ALTER TYPE m ADD VALUE 'a' BEFORE 'c'; ALTER TYPE m ADD VALUE 'b' AFTER 'a'; CREATE DOMAIN d AS text; ALTER DOMAIN d SET NOT NULL; ALTER DOMAIN d SET DEFAULT 'x'; ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE <> '') NOT VALID; ALTER DOMAIN d VALIDATE CONSTRAINT k`,
  ],
  [
    'what was there and went',
    'CREATE TABLE t (a int)',
    `CREATE TABLE t (a int); CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger(); DROP TRIGGER x ON t; CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING; DROP RULE r ON t; CREATE INDEX i ON t (a); DROP INDEX i; ALTER TABLE t SET (fillfactor = 50); ALTER TABLE t RESET (fillfactor);
     ALTER TABLE t ALTER a SET STATISTICS 5; ALTER TABLE t ALTER a SET STATISTICS -1; INSERT INTO t VALUES (1); ANALYZE t; CREATE TABLE k () INHERITS (t); DROP TABLE k; ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t DISABLE ROW LEVEL SECURITY`,
  ],
];

describe.each([18, 15])('on PostgreSQL %i', (major) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox(postgres, major === 18 ? {} : { major });
    const database = await sandbox.createDatabase();
    const session = await postgres.connect(database.adminUrl);
    await session.run('CREATE ROLE reader').finally(() => session.close());
  });
  afterAll(() => sandbox.stop());

  async function made(sql: string): Promise<SandboxDatabase> {
    const database = await sandbox.createDatabase();
    const session = await postgres.connect(database.ownerUrl);
    await session.run(sql).finally(() => session.close());
    return database;
  }

  async function look(database: SandboxDatabase): Promise<Observation> {
    const session = await postgres.connect(database.adminUrl);
    return postgres.witness.observe(session, { owner: sandbox.owner }).finally(() => session.close());
  }

  test.each(routes)('the witness sees no difference between %s', async (_what, one, other) => {
    const [left, right] = [await made(one), await made(other)];
    const found = await look(left);
    expect(found.objects.size).toBeGreaterThan(2);
    expect(postgres.witness.compare(found, await look(right))).toEqual([]);
  });

  // No pg_dump comes along for 18, so none is asked there.
  const thirds = major === 18 ? [] : [`/usr/lib/postgresql/${major}/bin/pg_dump`];
  const there = thirds.filter((path) =>
    need(existsSync(path), `pg_dump ${major}: apt install postgresql-client-${major}`),
  );
  test.each(there)('%s agrees where it should, and names what differs', async () => {
    const [, one, other] = routes[0]!;
    const [left, right, wrong] = [
      await made(one),
      await made(other),
      await made(one.replace('DEFAULT 7', 'DEFAULT 8')),
    ];
    const alike = await postgres.witness.third(left.adminUrl, right.adminUrl, sandbox.serverVersion);
    expect(alike).toEqual({ name: expect.stringMatching(/^pg_dump \d+$/), before: [], after: [] });
    const apart = await postgres.witness.third(left.adminUrl, wrong.adminUrl, sandbox.serverVersion);
    expect(apart?.before.join()).toContain('DEFAULT 7');
    expect(apart?.after.join()).toContain('DEFAULT 8');
  });

  test('sums of rows tell one changed value, whatever the order of rows', async () => {
    const sums = async (sql: string): Promise<ReadonlyMap<string, string>> => {
      const session = await postgres.connect((await made(sql)).adminUrl);
      return postgres.witness.rows(session).finally(() => session.close());
    };
    const make = 'CREATE TABLE t (id int PRIMARY KEY, a text, b int); ';
    const before = await sums(`${make} INSERT INTO t VALUES (1, 'x', 1), (2, NULL, 2)`);
    expect(await sums(`${make} INSERT INTO t VALUES (2, NULL, 2), (1, 'x', 1)`)).toEqual(before);
    const changed = await sums(`${make} INSERT INTO t VALUES (1, NULL, 1), (2, 'x', 2)`);
    expect([...before].filter(([path, sum]) => changed.get(path) !== sum).map(([path]) => path)).toEqual([
      'table public.t column a',
    ]);
  });
});
