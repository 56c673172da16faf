/** Connections cut, servers and runners killed: afterwards the state is clear, and the next run goes on from it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { repair } from '../../src/runner/repair.ts';
import { verify } from '../../src/runner/verify.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { cutting } from './proxy.ts';
import { failing, folder, ground, groundOn, sleep, type Folder, type Ground } from './ground.ts';

const index = 'CREATE INDEX CONCURRENTLY t_n ON t (n)';
const table =
  'CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT i, i FROM generate_series(1, 20000) i';

function threeSteps(): Folder {
  const files = folder();
  files.change('20261120T0915-a', [
    { sql: 'ALTER TABLE t ADD COLUMN first_one int', undo: 'ALTER TABLE t DROP COLUMN first_one' },
    { sql: index, transaction: 'none', undo: 'DROP INDEX CONCURRENTLY t_n', undoOutside: true },
    { sql: 'ALTER TABLE t ADD COLUMN last_one int', undo: 'ALTER TABLE t DROP COLUMN last_one' },
  ]);
  return files;
}

/** Everything ran exactly once, and is noted so. */
async function isWhole(db: Ground, files: Folder): Promise<void> {
  expect(await db.states(files.path)).toEqual(['20261120T0915-a done']);
  expect(
    await db.value(
      `SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped`,
    ),
  ).toBe('id n first_one last_one');
  expect(await db.value(`SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass AND indisvalid`)).toBe(
    2,
  );
  expect(await db.value(`SELECT count(*) FROM pg_index WHERE NOT indisvalid`)).toBe(0);
  const found = await verify({ ...db.options(files.path), observe: false });
  expect(found).toMatchObject({ problems: [], half: [], drift: [] });
}

describe('a connection that is lost', () => {
  test.each(['before', 'after'] as const)(
    'around the commit, its request lost %s it reached the server',
    async (when) => {
      const files = threeSteps();
      const db = await ground(table);
      // The runner's own install commits first; the next one is the first step's.
      const way = await cutting(db.url, (text, count) =>
        text.includes('COMMIT') && !text.includes('CREATE') && count === 1 ? when : undefined,
      );
      try {
        const through = groundOn(way.url, db.adminUrl, db.session);
        const done = await through.run(files.path, { waitMs: 10_000 });
        expect(way.cuts).toBe(1);
        expect(done.losses).toBe(1);
        await isWhole(db, files);
        expect(await db.value(`SELECT count(*) FROM dbd.history WHERE kind = 'done' AND step = 'c1'`)).toBe(
          1,
        );
      } finally {
        await way.close();
      }
    },
  );

  test('between the end of a concurrent build and its note: the valid index is found', async () => {
    const files = threeSteps();
    const db = await ground(table);
    const way = await cutting(db.url, (text) =>
      text.includes('CREATE INDEX CONCURRENTLY') && text.startsWith('P') ? 'after' : undefined,
    );
    try {
      let cut = 0;
      const through = groundOn(way.url, db.adminUrl, db.session);
      const done = await through.run(files.path, { waitMs: 10_000 });
      cut = way.cuts;
      expect(cut).toBeGreaterThan(0);
      expect(done.losses).toBeGreaterThan(0);
      await isWhole(db, files);
    } finally {
      await way.close();
    }
  });

  test('again and again ends in an error, not in a loop', async () => {
    const files = threeSteps();
    const db = await ground(table);
    const way = await cutting(db.url, (text) => (text.includes('first_one') ? 'before' : undefined));
    try {
      const error = await failing(
        groundOn(way.url, db.adminUrl, db.session).run(files.path, { waitMs: 10_000 }),
      );
      expect(error).toMatchObject({ code: 'connect.lost' });
      expect(way.cuts).toBe(5);
    } finally {
      await way.close();
    }
    await db.run(files.path);
    await isWhole(db, files);
  });
});

describe('a half built index', () => {
  /** An intent without an end, and an index that is not valid, as a runner leaves them that was killed while it built. */
  async function half(): Promise<{ readonly db: Ground; readonly files: Folder }> {
    const files = threeSteps();
    const db = await ground(table);
    await db.run(files.path);
    const admin = await postgres.connect(db.adminUrl);
    await admin.run(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_n'::regclass`);
    await admin.close();
    await db.session.run(`ALTER TABLE t DROP COLUMN last_one;
      DELETE FROM dbd.history WHERE kind IN ('complete', 'structure') OR step = 'c3' OR (step = 'c2' AND kind = 'done')`);
    const seen = await verify({ ...db.options(files.path), observe: false });
    expect(seen).toMatchObject({ invalid: ['public.t_n'], half: [{ step: '01-expand, c2' }] });
    return { db, files };
  }

  test('is taken away and built again by the next run', async () => {
    const { db, files } = await half();
    await db.run(files.path);
    await isWhole(db, files);
  });

  test('is shown by repair, and taken away when that is asked for', async () => {
    const { db, files } = await half();
    const shown = await repair({ ...db.options(files.path), clear: false, done: false });
    expect(shown.half).toMatchObject([{ step: 'c2', found: [{ state: 'half' }] }]);
    expect(await db.value(`SELECT count(*) FROM pg_class WHERE relname = 't_n'`)).toBe(1);
    const cleared = await repair({ ...db.options(files.path), clear: true, done: false });
    expect(cleared.half[0]?.settled).toMatch(/taken away/);
    expect(await db.value(`SELECT count(*) FROM pg_class WHERE relname = 't_n'`)).toBe(0);
    await db.run(files.path);
    await isWhole(db, files);
  });

  test('that somebody else is building is left to them', async () => {
    const { db, files } = await half();
    const other = await postgres.connect(db.url);
    await other.run('BEGIN; LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE');
    const error = await failing(db.run(files.path));
    expect(error).toMatchObject({ code: 'runner.unclear' });
    expect(error.message).toMatch(new RegExp(`Process ${other.pid} is building on t`));
    await other.run('COMMIT');
    await other.close();
    await db.run(files.path);
    await isWhole(db, files);
  });

  test('of a stranger, under the name that a change wants, is not taken away', async () => {
    const files = folder({ '1_a.sql': `${index};` });
    const db = await ground(`${table}; CREATE INDEX t_n ON t (id)`);
    expect((await failing(db.run(files.path))).message).toMatch(/"t_n" already exists/);
    const admin = await postgres.connect(db.adminUrl);
    await admin.run(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_n'::regclass`);
    await admin.close();
    await repair({ ...db.options(files.path), clear: false, done: false, acceptStructure: 'test' });
    expect((await failing(db.run(files.path))).message).toMatch(/"t_n" already exists/);
    expect(await db.value(`SELECT count(*) FROM pg_class WHERE relname = 't_n'`)).toBe(1);
  });
});

test('a step of which nobody can tell asks for a person', async () => {
  const files = folder();
  files.change('20261120T0915-a', [{ sql: 'SELECT 1', transaction: 'none' }, { sql: 'SELECT 2' }]);
  const db = await ground();
  await db.run(files.path);
  await db.session.run(`DELETE FROM dbd.history WHERE kind IN ('complete', 'structure', 'done')`);
  const error = await failing(db.run(files.path));
  expect(error).toMatchObject({ code: 'runner.unclear' });
  expect(error.hint).toMatch(/dbd repair --done.*dbd repair --clear/);
  await repair({ ...db.options(files.path), clear: false, done: true });
  expect((await db.run(files.path)).ran[0]?.steps.map(({ step }) => step)).toEqual(['c2']);
});

test('a server that is killed and comes back', async () => {
  const sandbox = await startSandbox(postgres);
  try {
    const { ownerUrl, adminUrl } = await sandbox.createDatabase();
    const session = await postgres.connect(ownerUrl);
    await session.run(table);
    const db = groundOn(ownerUrl, adminUrl, session);
    const files = threeSteps();
    files.change('20261120T0916-b', [{ sql: 'SELECT pg_sleep(3)' }, { sql: 'CREATE TABLE b (id int)' }]);
    const admin = await postgres.connect(adminUrl);
    const run = db.run(files.path, { waitMs: 20_000 });
    await sleep(1200);
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'dbd runner'`,
    );
    // A session that is killed takes all others with it: the server recovers.
    process.kill(rows[0]!.pid, 'SIGKILL');
    await admin.close();
    const done = await run;
    expect(done.losses).toBeGreaterThan(0);
    await session.close();
    const after = groundOn(ownerUrl, adminUrl, await postgres.connect(ownerUrl));
    expect(await after.states(files.path)).toEqual(['20261120T0915-a done', '20261120T0916-b done']);
    await after.session.close();
  } finally {
    await sandbox.stop();
  }
});

describe('a runner that is killed', () => {
  const bin = join(import.meta.dirname, '../../dist/bin.js');

  /** Runs the command line until the history holds so many events, then ends it with the signal. */
  async function killedAt(
    db: Ground,
    files: Folder,
    events: number,
    signal: NodeJS.Signals,
  ): Promise<number | NodeJS.Signals | null> {
    const child = spawn(
      process.execPath,
      [bin, 'migrate', '--database', db.url, '--changes', files.path, '--quiet'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const end = new Promise<number | NodeJS.Signals | null>((resolve) =>
      child.once('close', (code, by) => resolve(code ?? by)),
    );
    for (let i = 0; i < 2000 && child.exitCode === null; i++) {
      const seen = await db.value('SELECT count(*) FROM dbd.history').catch(() => 0);
      if (Number(seen) >= events) break;
      await sleep(2);
    }
    child.kill(signal);
    return end;
  }

  test('at any boundary: status says where it stands, and the next run ends the same', async () => {
    const seen: string[] = [];
    for (const [events, signal] of [
      [1, 'SIGKILL'],
      [3, 'SIGKILL'],
      [4, 'SIGKILL'],
      [4, 'SIGINT'],
    ] as const) {
      const files = threeSteps();
      const db = await ground(`${table}; INSERT INTO t SELECT i, i FROM generate_series(20001, 200000) i`);
      const end = await killedAt(db, files, events, signal);
      expect(signal === 'SIGKILL' ? ['SIGKILL', 0] : [130, 0]).toContain(end);
      seen.push(...(await db.states(files.path)));
      await db.run(files.path, { waitMs: 20_000 });
      await isWhole(db, files);
    }
    // Negative control: some of them were cut off in the middle.
    expect(seen).toContain('20261120T0915-a partly');
  });
});
