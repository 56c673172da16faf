/** `dbd preflight` as it is called: verdicts of rows and of sessions, what a role cannot see, hostile questions. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as call } from '../../src/commands/run.ts';
import { changeHash } from '../../src/evidence/folder.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { readPreflight, refusesChange } from '../../src/preflight/file.ts';
import type { Report } from '../../src/report/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';
import { testDatabase } from '../support/database.ts';

const sql = `
  CREATE TABLE users (id int PRIMARY KEY, email text, team int);
  INSERT INTO users SELECT i, CASE WHEN i % 100 <> 0 THEN 'secret' || i || '@example.com' END, i % 7 FROM generate_series(1, 1000) i;
  CREATE TABLE other (id int);
  ANALYZE users`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-preflight-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string, name = 'm.sql'): Promise<string> {
  await writeFile(join(folder, name), text);
  return name;
}

async function held(
  text: string,
  database: SandboxDatabase,
  url = database.adminUrl,
  more = {},
): Promise<Report> {
  return call('preflight', { change: [await file(text)], database: url, ...more }, { cwd: folder });
}

async function within<T>(
  url: string,
  application: string,
  statements: readonly string[],
  work: (pid: number) => Promise<T>,
): Promise<T> {
  const session = await postgres.connect(url, { application });
  try {
    for (const one of statements) await session.run(one);
    return await work(session.pid);
  } finally {
    await session.close();
  }
}

const rules = (report: Report): readonly string[] => report.findings.map(({ rule }) => rule);
/** Longer than what counts as a short transaction. */
const grown = (): Promise<void> => new Promise((done) => setTimeout(done, 2300));

describe('verdicts', () => {
  test('go, and the result beside the change lets a runner go on; another change, database or day does not', async () => {
    const database = await testDatabase({ sql });
    const change = join(folder, 'change');
    await mkdir(join(change, 'up'), { recursive: true });
    await writeFile(join(change, 'up/01.sql'), 'ALTER TABLE users ALTER COLUMN team SET NOT NULL;');
    const report = await call(
      'preflight',
      { change: [change], database: database.adminUrl },
      { cwd: folder },
    );
    expect(report).toMatchObject({ verdict: 'proven', output: { go: 'go' } });
    const result = readPreflight(await readFile(join(change, 'preflight.json'), 'utf8'))!;
    const demand = {
      change: await changeHash(change),
      database: database.name,
      system: result.server.system!,
      maxAgeMs: 60_000,
    };
    expect(refusesChange(result, demand)).toBeUndefined();
    expect(refusesChange(result, { ...demand, change: 'other' })).toContain('other files');
    expect(refusesChange(result, { ...demand, database: 'other' })).toContain('another database');
    expect(refusesChange(result, { ...demand, system: '1' })).toContain('another database');
    expect(refusesChange(result, { ...demand, now: new Date(Date.now() + 120_000) })).toContain('older');
    expect(refusesChange({ ...result, verdict: 'open' }, demand)).toContain('open');
  });

  test('stop, with the count and a few keys, and no private value anywhere', async () => {
    const database = await testDatabase({ sql });
    const report = await held(
      'ALTER TABLE users ALTER COLUMN email SET NOT NULL; CREATE UNIQUE INDEX ON users (left(email, 7));',
      database,
    );
    expect(report.headline).toContain('10 rows offend, such as (id 100, email null)');
    expect(report.claims[1]).toMatchObject({ verdict: 'missed' });
    expect(JSON.stringify(report)).not.toContain('secret1');
  });

  test('wait for whoever holds a lock, and go once they are gone', async () => {
    const database = await testDatabase({ sql });
    const naive = 'ALTER TABLE users ADD COLUMN age int;';
    const report = await within(
      database.ownerUrl,
      'report',
      ['BEGIN', 'SELECT count(*) FROM users'],
      async (pid) => {
        await grown();
        const made = await held(naive, database);
        expect(made.findings[0]).toMatchObject({ rule: 'lock-holder', place: 'step 1' });
        expect(made.findings[0]!.message).toContain(`session ${pid} (report)`);
        return made;
      },
    );
    expect(report).toMatchObject({ verdict: 'failed', output: { go: 'wait' } });
    expect(await held(naive, database)).toMatchObject({ output: { go: 'go' } });
  });

  test('a concurrent build waits for a snapshot over another table, and not for an idle transaction', async () => {
    const database = await testDatabase({ sql });
    const build = 'CREATE INDEX CONCURRENTLY users_team ON users (team);';
    await within(database.ownerUrl, 'idle', ['BEGIN', 'SELECT 1'], async () => {
      await grown();
      expect(await held(build, database)).toMatchObject({ output: { go: 'go' } });
    });
    await within(
      database.ownerUrl,
      'report',
      ['BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT count(*) FROM other'],
      async () => {
        await grown();
        const report = await held(build, database);
        expect(report.output['go']).toBe('wait');
        expect(rules(report)).toContain('old-snapshot');
      },
    );
  });

  test('an invalid index under the name of a new one is a stop, IF NOT EXISTS or not', async () => {
    const database = await testDatabase({ sql });
    const session = await postgres.connect(database.ownerUrl);
    await session.run('CREATE UNIQUE INDEX CONCURRENTLY users_team ON users (team)').catch(() => undefined);
    await session.close();
    const report = await held(
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS users_team ON users (team);',
      database,
    );
    expect(report.output['go']).toBe('stop');
    expect(report.claims[0]!.because).toContain('invalid one');
  });
});

describe('nothing is taken for granted', () => {
  test('a plain role: what it may not see, and may not read, is named with the grant', async () => {
    const database = await testDatabase({ sql });
    const session = await postgres.connect(database.adminUrl);
    await session.run('DROP ROLE IF EXISTS passerby; CREATE ROLE passerby LOGIN');
    await session.close();
    const url = new URL(database.adminUrl);
    url.username = 'passerby';
    await within(database.ownerUrl, 'somebody', ['BEGIN', 'SELECT 1'], async () => {
      const report = await held('ALTER TABLE users ALTER COLUMN team SET NOT NULL;', database, url.href);
      expect(report.output['go']).toBe('open');
      expect(report.claims[0]).toMatchObject({ verdict: 'not-proven' });
      expect(report.claims[0]!.because).toContain('GRANT SELECT ON');
      expect(report.findings.map(({ instead }) => instead)).toContain('GRANT pg_monitor TO "passerby";');
    });
  });

  test('row security does not hide offending rows', async () => {
    const database = await testDatabase({
      sql: `${sql}; ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON users USING (id = 1)`,
    });
    const session = await postgres.connect(database.adminUrl);
    await session.run(
      'DROP ROLE IF EXISTS tenant; CREATE ROLE tenant LOGIN; GRANT SELECT ON users TO tenant',
    );
    await session.close();
    const url = new URL(database.adminUrl);
    url.username = 'tenant';
    const set = 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;';
    const report = await held(set, database, url.href);
    expect(report.claims[0]).toMatchObject({ verdict: 'not-proven' });
    expect(report.claims[0]!.because).toContain('BYPASSRLS');
    expect((await held(set, database)).claims[0]).toMatchObject({ verdict: 'missed' });
  });

  test('too long a question is open, with what a sample said', async () => {
    const database = await testDatabase({
      sql: `${sql}; CREATE FUNCTION slow(int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT sum(i) > 0 FROM generate_series(1, 300000) i'`,
    });
    const report = await held('ALTER TABLE users ADD CHECK (slow(id));', database, database.adminUrl, {
      timeout: '300ms',
    });
    expect(report.output['go']).toBe('open');
    expect(report.claims[0]!.because).toMatch(/took longer|longer than the limit/);
  });

  test.each([
    ['a DO block', 'DO $$ BEGIN UPDATE users SET team = 1; END $$'],
    ['a function that may do anything', 'SELECT set_up()'],
    ['rows from elsewhere', 'INSERT INTO users SELECT id, NULL, NULL FROM other'],
    ['a trigger in the way', 'CREATE TABLE made AS SELECT 1 AS id; UPDATE made SET id = 2'],
    [
      'a join in an UPDATE',
      'UPDATE users SET team = other.id FROM other WHERE other.id = users.id; ALTER TABLE users ALTER COLUMN team SET NOT NULL',
    ],
    ['a name that two schemas have', 'ALTER TABLE twice ALTER COLUMN id SET NOT NULL'],
  ])('%s is not proven', async (_name, text) => {
    const database = await testDatabase({
      sql: `${sql}; CREATE TABLE twice (id int); CREATE SCHEMA app; CREATE TABLE app.twice (id int)`,
    });
    expect((await held(text, database)).output['go']).toBe('open');
  });

  test('questions of a change are read only, single, and call nothing that may do more than read', async () => {
    const database = await testDatabase({ sql });
    const change = (probe: string): string =>
      `-- dbd: change C · c\n-- dbd: lock_timeout 500\n-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.\n\n-- dbd:boundary\nBEGIN;\nSET LOCAL lock_timeout = '500ms';\n\n-- dbd: step 1\n-- Why.\n-- dbd: probe ${probe}\nDO $x$ BEGIN NULL; END $x$;\n\nCOMMIT;\n`;
    const target = join(folder, 'hostile');
    await mkdir(join(target, 'up'), { recursive: true });
    for (const probe of [
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity',
      'DELETE FROM users RETURNING 1',
      'WITH gone AS (DELETE FROM users RETURNING 1) SELECT * FROM gone',
      'SELECT 1 FROM users; DROP TABLE users',
      'SELECT * FROM users FOR UPDATE',
      "SELECT pg_read_file('/etc/passwd')",
      'SELECT 1 FROM users) AS x; DROP TABLE users; --',
    ]) {
      await writeFile(join(target, 'up/01-expand.sql'), change(probe));
      const report = await call(
        'preflight',
        { change: [target], database: database.adminUrl },
        { cwd: folder },
      );
      expect(report.output['go'], probe).toBe('open');
      expect(JSON.stringify(report.claims), probe).toContain('It was not asked');
    }
    const session = await postgres.connect(database.adminUrl);
    expect((await session.query<{ n: number }>('SELECT count(*)::int AS n FROM users')).rows[0]!.n).toBe(
      1000,
    );
    await session.close();
  });
});

test('disk: more than a little has to be said, and too little is a stop', async () => {
  const database = await testDatabase({
    sql: 'CREATE TABLE big (id int, body text); ALTER TABLE big ALTER body SET STORAGE EXTERNAL; INSERT INTO big SELECT i, repeat(md5(i::text), 400) FROM generate_series(1, 11000) i; ANALYZE big',
  });
  const rewrite = 'ALTER TABLE big ALTER COLUMN id TYPE bigint;';
  const report = await held(rewrite, database);
  expect(report.output['go']).toBe('open');
  expect(rules(report)).toContain('disk-space');
  expect((await held(rewrite, database, database.adminUrl, { free: '10GB' })).output['go']).toBe('go');
  expect((await held(rewrite, database, database.adminUrl, { free: '100MB' })).output['go']).toBe('stop');
});

const others = [14, 15, 16, 17];
test.each(others)('looks and asks on %i', async (major) => {
  const sandbox = await startSandbox(postgres, { major }).catch(() => undefined);
  if (!need(sandbox !== undefined, `PostgreSQL ${major}: dbd sandbox install ${major}`)) return;
  try {
    const { ownerUrl, adminUrl, name } = await sandbox!.createDatabase();
    const session = await postgres.connect(ownerUrl);
    await session.run(sql).finally(() => session.close());
    const report = await held(
      'ALTER TABLE users ALTER COLUMN email SET NOT NULL; CREATE INDEX CONCURRENTLY ON users (team);',
      { name, ownerUrl, adminUrl },
    );
    expect(report.output['go']).toBe('stop');
    expect(report.headline).toContain('10 rows offend');
    expect(rules(report).filter((rule) => rule === 'unseen')).toEqual([]);
  } finally {
    await sandbox!.stop();
  }
});
