/** Standbys, full disks and other majors. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, chownSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { takeBackup } from '../../src/operate/backup.ts';
import { rollback } from '../../src/runner/rollback.ts';
import { startRestored } from '../../src/sandbox/restored.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';
import { failing, folder, ground, groundOn } from './ground.ts';

const users = 'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);';

test('a standby is refused to change and good enough to look at', async () => {
  const place = await mkdtemp(join(tmpdir(), 'dbd-standby-'));
  const { signal } = new AbortController();
  const files = folder({ '1_a.sql': users });
  const db = await ground();
  await db.run(files.path);
  files.write('2_b.sql', 'SELECT 1;');
  const name = new URL(db.url).pathname.slice(1);
  try {
    const backup = join(place, 'backup');
    await takeBackup({
      engine: postgres,
      url: db.adminUrl,
      folder: backup,
      format: 'tar',
      fingerprints: false,
      limitBytes: 1024 ** 3,
      emit: () => undefined,
      signal,
    });
    const server = await startRestored(postgres, {
      superuser: decodeURIComponent(new URL(db.adminUrl).username),
      database: name,
      readyMs: 30_000,
      signal,
      settings: { hot_standby: 'on' },
      async fill(data, own) {
        await postgres.backups.unpack(join(backup, 'base'), data, { signal, own });
        await postgres.backups.prepareRecovery(data, undefined, 'sandbox');
        const sign = join(data, 'standby.signal');
        writeFileSync(sign, '');
        const { uid, gid } = statSync(data);
        chownSync(sign, uid, gid);
      },
      explain: () => undefined,
    });
    try {
      const standby = groundOn(server.url, server.url, db.session);
      const error = await failing(standby.run(files.path));
      expect(error).toMatchObject({ code: 'runner.target' });
      expect(error.message).toMatch(/is a standby/);
      expect(await standby.states(files.path)).toEqual(['1_a done', '2_b pending']);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(place, { recursive: true, force: true });
  }
});

test('a full disk leaves nothing of the transaction, and says so', async () => {
  const disk = mkdtempSync(join('/var/tmp', 'dbd-full-'));
  let mounted = false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' });
    mounted = true;
  } catch {
    // Said below.
  }
  try {
    if (!need(mounted, 'the right to mount a small disk')) return;
    const sandbox = await startSandbox(postgres);
    try {
      const { ownerUrl, adminUrl } = await sandbox.createDatabase();
      const admin = await postgres.connect(adminUrl);
      const { rows } = await admin.query<{ data: string }>(
        `SELECT current_setting('data_directory') AS data`,
      );
      const { uid, gid } = statSync(rows[0]!.data);
      mkdirSync(join(disk, 'space'));
      chownSync(join(disk, 'space'), uid, gid);
      chmodSync(disk, 0o755);
      await admin.run(`CREATE TABLESPACE small LOCATION '${join(disk, 'space')}'`);
      await admin.run(
        `GRANT CREATE ON TABLESPACE small TO ${decodeURIComponent(new URL(ownerUrl).username)}`,
      );
      const session = await postgres.connect(ownerUrl);
      const db = groundOn(ownerUrl, adminUrl, session);
      const files = folder({
        '1_a.sql': `CREATE TABLE big (n bigint, filler text) TABLESPACE small;
          INSERT INTO big SELECT i, repeat('x', 500) FROM generate_series(1, 50000) i;`,
      });
      const error = await failing(db.run(files.path));
      expect(error.message).toMatch(/could not extend file|No space left/);
      expect(error.hint).toMatch(/The disk is full/);
      expect(await db.value(`SELECT to_regclass('big') IS NULL`)).toBe(true);
      expect(await db.states(files.path)).toEqual(['1_a partly']);
      files.write('1_a.sql', 'CREATE TABLE big (n bigint);');
      await db.run(files.path);
      expect(await db.states(files.path)).toEqual(['1_a done']);
      await session.close();
      await admin.run('DROP TABLESPACE IF EXISTS small').catch(() => undefined);
      await admin.close();
    } finally {
      await sandbox.stop();
    }
  } finally {
    if (mounted) execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  }
});

test.each([14, 15, 16, 17])(
  'PostgreSQL %d: there, back, and there again, as a plain owner',
  async (major) => {
    const sandbox = await startSandbox(postgres, { major }).catch(() => undefined);
    if (!need(sandbox !== undefined, `PostgreSQL ${major}: dbd sandbox install ${major}`)) return;
    try {
      const { ownerUrl, adminUrl } = await sandbox!.createDatabase();
      const session = await postgres.connect(ownerUrl);
      const db = groundOn(ownerUrl, adminUrl, session);
      const files = folder({ '001_users.sql': users, '001_users.down.sql': 'DROP TABLE users;' });
      files.change('20261120T0915-a', [
        { sql: 'ALTER TABLE users ADD COLUMN wide bigint', undo: 'ALTER TABLE users DROP COLUMN wide' },
        {
          sql: 'CREATE INDEX CONCURRENTLY users_email ON users (email)',
          transaction: 'none',
          undo: 'DROP INDEX CONCURRENTLY users_email',
          undoOutside: true,
        },
        {
          sql: 'DO $$ BEGIN RAISE; COMMIT; END $$',
          transaction: 'none',
          phase: 'backfill',
          undo: null,
          batch: {
            table: { schema: 'public', name: 'users' },
            key: ['id'],
            set: 'wide = id',
            where: 'wide IS NULL',
          },
        },
      ]);
      await db.run(files.path, { to: '001_users' });
      await session.run(`INSERT INTO users (email) SELECT i::text FROM generate_series(1, 3000) i`);
      await db.run(files.path);
      expect(await db.value('SELECT count(*) FROM users WHERE wide = id')).toBe(3000);
      await rollback({ ...db.options(files.path), count: 1 });
      await db.run(files.path);
      expect(await db.states(files.path)).toEqual(['001_users done', '20261120T0915-a done']);
      expect(await db.value('SELECT count(*) FROM users WHERE wide = id')).toBe(3000);
      await session.close();
    } finally {
      await sandbox?.stop();
    }
  },
);
