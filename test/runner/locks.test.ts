/** Other runners, strangers' locks, poolers, standbys and missing rights. */
import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { statusOf } from '../../src/runner/status.ts';
import { pooling } from './proxy.ts';
import { failing, folder, ground, groundOn, sleep, targetOf } from './ground.ts';

const users = 'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);';

describe('two runners', () => {
  test('the second says who the first is, or waits for it, and nothing runs twice', async () => {
    const files = folder({
      '1_a.sql': `${users} SELECT pg_sleep(1);`,
      '2_b.sql': 'CREATE TABLE b (id int);',
    });
    const db = await ground();
    const first = db.run(files.path);
    await sleep(500);
    const refused = await failing(db.run(files.path));
    expect(refused).toMatchObject({ code: 'runner.locked' });
    expect(refused.message).toMatch(/process \d+ on \S+ as \S+ \(dbd runner\) since 20\d\d-/);
    const { holder } = await statusOf(db.options(files.path));
    expect(holder?.pid).toBeGreaterThan(0);
    const second = db.run(files.path, { waitMs: 20_000 });
    expect((await first).ran.map(({ change }) => change)).toEqual(['1_a', '2_b']);
    expect((await second).ran).toEqual([]);
    expect(await db.value(`SELECT count(*) FROM dbd.history WHERE kind = 'done' AND change = '2_b'`)).toBe(1);
  });

  test('the lock ends with the session that held it', async () => {
    const files = folder({ '1_a.sql': users });
    const db = await ground();
    const dead = await postgres.connect(db.url, { application: 'dbd runner' });
    expect(await postgres.history.hold(dead, 'dbd')).toBe(true);
    expect(await failing(db.run(files.path))).toMatchObject({ code: 'runner.locked' });
    await db.session.query('SELECT pg_terminate_backend($1)', [dead.pid]);
    await dead.close();
    expect((await db.run(files.path, { waitMs: 10_000 })).ran).toHaveLength(1);
  });
});

describe('a lock that a stranger holds', () => {
  const change = { '1_a.sql': 'ALTER TABLE users ADD COLUMN city text;' };

  test('is waited for, and named when patience ends', async () => {
    const files = folder(change);
    const db = await ground(users, { budgets: { patienceMs: 900, lockMs: 60 } });
    const stranger = await postgres.connect(db.url, { application: 'nightly report' });
    await stranger.run('BEGIN; SELECT * FROM users');
    const error = await failing(db.run(files.path));
    expect(error).toMatchObject({ code: 'runner.waited' });
    expect(error.message).toMatch(
      new RegExp(
        `held by process ${stranger.pid}, role \\S+, “nightly report”, idle in transaction since \\S+, holding public\\.users AccessShareLock`,
      ),
    );
    expect(error.hint).toMatch(new RegExp(`pg_terminate_backend\\(${stranger.pid}\\)`));
    expect(await db.states(files.path)).toEqual(['1_a partly']);
    await stranger.run('COMMIT');
    const { ran } = await db.run(files.path);
    expect(ran[0]).toMatchObject({ complete: true });
    await stranger.close();
  });

  test('costs others no more than the budget', async () => {
    const files = folder(change);
    const db = await ground(users, { budgets: { stallMs: 400, lockMs: 150, patienceMs: 60_000 } });
    const stranger = await postgres.connect(db.url);
    await stranger.run('BEGIN; SELECT * FROM users');
    let stop = false;
    let worst = 0;
    const reader = async (): Promise<void> => {
      const session = await postgres.connect(db.url);
      while (!stop) {
        const at = performance.now();
        await session.query('SELECT count(*) FROM users');
        worst = Math.max(worst, performance.now() - at);
        await sleep(5);
      }
      await session.close();
    };
    const readers = [reader(), reader(), reader()];
    const error = await failing(db.run(files.path));
    stop = true;
    await Promise.all(readers);
    expect(error).toMatchObject({ code: 'runner.waited' });
    expect(error.message).toMatch(/others have waited .* which is the budget of 400 ms/);
    // Negative control: the readers did wait behind each try.
    expect(worst).toBeGreaterThan(20);
    await stranger.run('COMMIT');
    await stranger.close();
    expect((await db.run(files.path)).stalledMs).toBeLessThan(400);
  });

  test.each([
    ['is cancelled when they have waited as long as they may', 400],
    ['runs to its end where the budget allows it', 60_000],
  ])('a rewrite that holds everybody up %s', async (_, stallMs) => {
    const files = folder({ '1_a.sql': 'ALTER TABLE users ADD COLUMN slow text DEFAULT slowly();' });
    const db = await ground(
      `${users} INSERT INTO users (email) SELECT i::text FROM generate_series(1, 60) i;
       CREATE FUNCTION slowly() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT pg_sleep(0.05)::text $$`,
      { budgets: { stallMs } },
    );
    const reader = await postgres.connect(db.url);
    const run = db.run(files.path).then(
      () => undefined,
      (error: unknown) => error,
    );
    await sleep(400);
    const reading = reader.query('SELECT count(*) FROM users');
    const error = await run;
    await reading;
    await reader.close();
    const added = await db.value(
      `SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'slow'`,
    );
    if (stallMs === 400) {
      expect(error).toMatchObject({
        code: 'runner.waited',
        message: expect.stringContaining('it was cancelled'),
      });
      expect(added).toBe(0);
    } else {
      expect(error).toBeUndefined();
      expect(added).toBe(1);
    }
  });

  test('is granted when it goes in time', async () => {
    const files = folder(change);
    const db = await ground(users, { budgets: { lockMs: 50 } });
    const stranger = await postgres.connect(db.url);
    await stranger.run('BEGIN; SELECT * FROM users');
    const run = db.run(files.path);
    await sleep(600);
    await stranger.run('COMMIT');
    await stranger.close();
    const { ran } = await run;
    expect(ran[0]?.steps[0]?.attempts).toBeGreaterThan(1);
  });
});

describe('where a change cannot be carried out', () => {
  test('a pooler in transaction mode is recognised, and the direct address taken', async () => {
    const files = folder({ '1_a.sql': users });
    const db = await ground();
    const pooler = await pooling(db.url);
    try {
      const through = groundOn(pooler.url, db.adminUrl, db.session);
      const error = await failing(through.run(files.path));
      expect(error).toMatchObject({ code: 'runner.pooler' });
      expect(await db.value(`SELECT to_regclass('users') IS NULL`)).toBe(true);
      const named = groundOn(pooler.url, db.adminUrl, db.session, { name: 'production', direct: db.url });
      expect((await named.run(files.path)).ran).toHaveLength(1);
      expect(await through.states(files.path)).toEqual(['1_a done']);
    } finally {
      await pooler.close();
    }
  });

  test('a database that only reads', async () => {
    const files = folder({ '1_a.sql': users });
    const db = await ground();
    const admin = await postgres.connect(db.adminUrl);
    const name = new URL(db.url).pathname.slice(1);
    await admin.run(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const error = await failing(db.run(files.path));
    await admin.run(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await admin.close();
    expect(error).toMatchObject({ code: 'runner.target' });
    expect(error.message).toMatch(/only reads/);
  });

  test('a role without rights is told the grant, and objects of others their owner', async () => {
    const files = folder({ '1_a.sql': 'ALTER TABLE users ADD COLUMN city text;' });
    const db = await ground(users);
    const admin = await postgres.connect(db.adminUrl);
    const guest = `guest_${Date.now()}`;
    const name = new URL(db.url).pathname.slice(1);
    await admin.run(`CREATE ROLE ${guest} LOGIN PASSWORD 'x'; GRANT CONNECT ON DATABASE ${name} TO ${guest}`);
    try {
      const url = new URL(db.url);
      url.username = guest;
      url.password = 'x';
      const asGuest = groundOn(url.href, db.adminUrl, db.session);
      const error = await failing(asGuest.run(files.path));
      expect(error).toMatchObject({ code: 'runner.rights' });
      expect(error.hint).toBe(`As the database's owner: CREATE SCHEMA dbd AUTHORIZATION ${guest};`);
      await admin.run(`CREATE SCHEMA dbd AUTHORIZATION ${guest}`);
      const foreign = await failing(asGuest.run(files.path));
      expect(foreign.message).toMatch(/must be owner of table users/);
      expect(foreign.hint).toMatch(/has to own what it alters/);
      expect(foreign.message + foreign.hint).not.toMatch(/unprivileged/);

      // The history of one role is not another's to write into.
      expect(await failing(db.run(files.path))).toMatchObject({ code: 'runner.rights' });
      const owner = decodeURIComponent(new URL(db.url).username);
      await admin.run(`GRANT ${guest} TO ${owner}`);
      expect((await groundOn(db.url, db.adminUrl, db.session).run(files.path)).ran).toHaveLength(1);
    } finally {
      await admin.run(`DROP OWNED BY ${guest} CASCADE; DROP ROLE ${guest}`);
      await admin.close();
    }
  });

  test('an address that leads nowhere, and one with a wrong password, never show it', async () => {
    const files = folder({ '1_a.sql': users });
    const db = await ground();
    const url = new URL(db.url);
    url.password = 'hunter2secret';
    const error = await failing(
      groundOn(
        'postgres://u:hunter2secret@127.0.0.1:1/x',
        '',
        db.session,
        targetOf('postgres://u:hunter2secret@127.0.0.1:1/x'),
      ).run(files.path),
    );
    expect(error).toMatchObject({ code: 'connect.refused' });
    expect(JSON.stringify(error) + error.message + error.hint).not.toMatch(/hunter2secret/);
  });
});
