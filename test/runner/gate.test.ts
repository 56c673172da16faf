/** Contract phases, promotion, evidence. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { verify } from '../../src/runner/verify.ts';
import { judge } from '../../src/runner/gate.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { failing, folder, ground, groundOn, targetOf, type Folder } from './ground.ts';

function dropsName(): Folder {
  const files = folder();
  files.change('20261120T0915-name', [
    { sql: 'ALTER TABLE users ADD COLUMN full_name text' },
    { sql: 'ALTER TABLE users DROP COLUMN name', phase: 'contract', destructive: 'the old names' },
  ]);
  return files;
}

const users = 'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)';
const column = `SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'name'`;

/** Moves everything that was noted into the past. */
const later = (hours: number): string =>
  `UPDATE dbd.history SET at = at - interval '${hours} h'; UPDATE dbd.observed SET at = at - interval '${hours} h'`;

describe('a contract phase', () => {
  test('waits without evidence, is never forced in silence, and says what cannot be seen', async () => {
    const files = dropsName();
    const db = await ground(users, { observeMs: 24 * 3_600_000 });
    const first = await db.run(files.path);
    expect(first.ran[0]).toMatchObject({
      complete: false,
      waits: expect.stringMatching(/contract phase waits/),
    });
    await db.session.run(later(30));
    const second = await db.run(files.path);
    expect(second.ran[0]?.waits).toMatch(/first looked at/);
    await db.session.run(later(30));
    const third = await db.run(files.path);
    // The owner of a sandbox may not see the statements of others.
    expect(third.ran[0]?.waits).toMatch(/not everybody could be seen.*pg_read_all_stats/);
    expect(await db.value(column)).toBe(1);

    const forced = await db.run(files.path, { forceContract: 'nobody is left, asked all teams' });
    expect(forced.ran[0]?.complete).toBe(true);
    expect(await db.value(column)).toBe(0);
    expect(await db.value(`SELECT note FROM dbd.history WHERE kind = 'forced'`)).toMatch(
      /contract forced: nobody is left, asked all teams\. Against: not everybody could be seen/,
    );
  });

  test('runs when everybody could be seen and nobody used it; stays shut for any use', async () => {
    const sandbox = await startSandbox(postgres, {
      settings: { shared_preload_libraries: 'pg_stat_statements' },
    });
    try {
      const database = await sandbox.createDatabase();
      await sandbox.installExtension(database, 'pg_stat_statements');
      const admin = await postgres.connect(database.adminUrl);
      await admin.run(
        `GRANT pg_read_all_stats TO ${decodeURIComponent(new URL(database.ownerUrl).username)}`,
      );
      const session = await postgres.connect(database.ownerUrl);
      await session.run(users);
      const files = dropsName();
      const db = groundOn(database.ownerUrl, database.adminUrl, session, { observeMs: 24 * 3_600_000 });
      const application = await postgres.connect(database.ownerUrl, { application: 'shop' });
      await db.run(files.path);
      await db.session.run(later(30));
      await db.run(files.path);
      await db.session.run(later(30));
      await application.query('SELECT name FROM users WHERE id = $1', [1]);
      const used = await db.run(files.path);
      expect(used.ran[0]?.waits).toMatch(/still used: role \S+(?:, “shop”)? ran “SELECT name FROM users/);
      const seen = await verify({ ...db.options(files.path), observe: true });
      expect(seen.observed).toMatchObject([{ quiet: false }]);

      // It uses the new column from now on.
      await application.query('SELECT full_name FROM users WHERE id = $1', [1]);
      await application.query('SELECT count(*) FROM users');
      await db.session.run(later(30));
      const still = await db.run(files.path);
      expect(still.ran[0]?.waits ?? '').toBe('');
      expect(await db.value(column)).toBe(0);
      await application.close();
      await admin.close();
      await session.close();
    } finally {
      await sandbox.stop();
    }
  });

  test('counters that were reset within the window prove nothing', () => {
    const look = (at: string, countsSince: string) => ({
      at,
      countsSince,
      statements: [],
      sessions: [],
      tables: [],
      unseen: [],
    });
    const now = new Date('2026-11-20T12:00:00Z');
    const day = 24 * 3_600_000;
    const quiet = [look('2026-11-19T11:00:00Z', 'a'), look('2026-11-20T11:00:00Z', 'a')];
    expect(judge(quiet, undefined, day, now)).toMatchObject({ quiet: true });
    const reset = [look('2026-11-19T11:00:00Z', 'a'), look('2026-11-20T11:00:00Z', 'b')];
    expect(judge(reset, undefined, day, now)).toMatchObject({ quiet: false });
    expect(judge(quiet, '2026-11-19T20:00:00Z', day, now)).toMatchObject({ quiet: false });
    expect(judge([], undefined, day, now)).toMatchObject({ quiet: false });
  });
});

test('only what ran on the environment before, with the same hash, goes on', async () => {
  const files = folder({ '1_a.sql': users });
  const staging = await ground();
  const production = await ground('', {
    name: 'production',
    after: { ...targetOf(staging.url), name: 'staging' },
  });
  const missing = await failing(production.run(files.path));
  expect(missing).toMatchObject({ code: 'runner.gate' });
  expect(missing.message).toMatch(/1_a has not run on staging/);
  expect(missing.hint).toBe('dbd migrate --target staging');

  files.write('1_a.sql', `${users}; SELECT 1;`);
  await staging.run(files.path);
  files.write('1_a.sql', users);
  const other = await failing(production.run(files.path));
  expect(other.message).toMatch(/ran on staging with another text/);
  files.write('1_a.sql', `${users}; SELECT 1;`);
  expect((await production.run(files.path)).ran).toHaveLength(1);

  // What was altered on one of the two only is told.
  expect((await verify({ ...production.options(files.path), observe: false })).apart?.differences).toEqual(
    [],
  );
  await production.session.run('ALTER TABLE users ADD COLUMN more int');
  expect((await verify({ ...production.options(files.path), observe: false })).apart).toEqual({
    from: 'staging',
    differences: ['column public.users.more is new'],
  });
});

test('a shared target demands evidence that holds', async () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const files = folder();
  files.change('20261120T0915-a', [{ sql: 'CREATE TABLE a (id int)' }]);
  const without = await ground('', { shared: true, name: 'production' });
  expect(await failing(without.run(files.path))).toMatchObject({ code: 'runner.gate' });
  const db = await ground('', { shared: true, name: 'production', trusted: [{ name: 'ci.pub', pem }] });
  const error = await failing(db.run(files.path));
  expect(error).toMatchObject({ code: 'runner.gate' });
  expect(error.message).toMatch(/evidence of 20261120T0915-a does not hold/);
  expect(await db.value(`SELECT to_regclass('a') IS NULL`)).toBe(true);
  files.remove('20261120T0915-a');
  files.write('1_a.sql', 'CREATE TABLE a (id int);');
  expect((await failing(db.run(files.path))).message).toMatch(/plain file without any/);
});
