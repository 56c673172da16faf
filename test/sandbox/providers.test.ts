import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { need } from '../support/require.ts';

const installed = (await postgres.launch.candidates({ packages: '/nowhere' })).find(
  (one) => one.provider === 'installed' && one.major !== undefined && one.major < 18,
);

describe('the server of a sandbox', () => {
  test.skipIf(!need(installed !== undefined, 'an installed PostgreSQL before 18: apt install postgresql-15'))(
    'is the installed one of the wanted major version',
    async () => {
      const sandbox = await startSandbox(postgres, { major: installed!.major! });
      try {
        expect(sandbox.provider).toBe('installed');
        expect(sandbox.server).toMatch(new RegExp(`^PostgreSQL ${installed!.major!}\\.`));
        const database = await sandbox.createDatabase({ from: await sandbox.createDatabase() });
        const session = await postgres.connect(database.ownerUrl);
        await session.run('CREATE TABLE t (n int); CREATE SCHEMA s');
        await expect(session.query("COPY t TO PROGRAM 'id'")).rejects.toMatchObject({ code: 'sql.refused' });
        await session.close();
      } finally {
        await sandbox.stop();
      }
    },
  );

  test.skipIf(!need(installed !== undefined, 'an installed PostgreSQL before 18: apt install postgresql-15'))(
    'is the one in the named folder',
    async () => {
      const sandbox = await startSandbox(postgres, { named: installed!.folder });
      expect(sandbox.provider).toBe('named folder');
      await sandbox.stop();
    },
  );

  test('is said when there is none', async () => {
    await expect(startSandbox(postgres, { named: '/etc' })).rejects.toMatchObject({
      code: 'sandbox.no-server',
    });
    await expect(startSandbox(postgres, { major: 99 })).rejects.toMatchObject({
      code: 'sandbox.no-server',
      hint: expect.stringContaining('dbd sandbox install 99'),
    });
  });

  test('that does not start says why, from its log', async () => {
    await expect(startSandbox(postgres, { settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
      code: 'sandbox.start',
      message: expect.stringContaining('invalid value for parameter "shared_buffers"'),
    });
  });

  test('takes settings', async () => {
    const sandbox = await startSandbox(postgres, { settings: { work_mem: '12MB' } });
    const session = await postgres.connect((await sandbox.createDatabase()).ownerUrl);
    expect((await session.query("SELECT current_setting('work_mem') AS memory")).rows).toEqual([
      { memory: '12MB' },
    ]);
    await session.close();
    const folder = sandbox.log.replace(/\/log$/, '');
    expect(existsSync(folder)).toBe(true);
    await Promise.all([sandbox.stop(), sandbox.stop()]);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a server that the user named', () => {
  test('gets databases and a role of its own, and loses them at the end', async () => {
    const server = await testDatabase();
    const watching = await postgres.connect(server.adminUrl);
    const state = async () =>
      (
        await watching.query(
          'SELECT datname::text AS name FROM pg_database UNION ALL SELECT rolname::text FROM pg_roles ORDER BY 1',
        )
      ).rows;
    const before = await state();
    const sandbox = await startSandbox(postgres, { named: server.adminUrl });
    expect(sandbox).toMatchObject({ provider: 'named server', server: (await testSandbox()).server });
    const database = await sandbox.createDatabase({ name: 'app' });
    expect(database.name).toBe(`dbd_${sandbox.id}_app`);
    const session = await postgres.connect(database.ownerUrl);
    await session.run('CREATE SCHEMA s; CREATE TABLE s.t (n int)');
    await expect(session.query('CREATE ROLE r')).rejects.toMatchObject({ code: 'sql.refused' });
    await session.close();
    await sandbox.createDatabase({ from: database });
    expect((await state()).length).toBe(before.length + 3);
    await sandbox.stop();
    expect(await state()).toEqual(before);
    await watching.close();
  });

  test('is freed of what a killed command left, and of nothing else', async () => {
    const server = await testDatabase();
    const admin = await postgres.connect(server.adminUrl);
    const { hostname } = await import('node:os');
    const { identify, identityWord } = await import('../../src/sandbox/process.ts');
    const me = identityWord(identify(process.pid)!);
    const dead = me.replace(/-[0-9a-z]+-/, '-1-');
    for (const [name, owner] of [
      ['dbd_old_1', `${hostname()} ${dead}`],
      ['dbd_mine_1', `${hostname()} ${me}`],
      ['dbd_far_1', `elsewhere ${dead}`],
    ] as const) {
      await admin.run(`CREATE DATABASE ${name} STRATEGY file_copy`);
      await postgres.admin.mark(admin, 'database', name, owner);
    }
    await (await startSandbox(postgres, { named: server.adminUrl })).stop();
    const { rows } = await admin.query(
      "SELECT datname::text AS name FROM pg_database WHERE datname ~ '^dbd_.*_1$' ORDER BY 1",
    );
    expect(rows).toEqual([{ name: 'dbd_far_1' }, { name: 'dbd_mine_1' }]);
    await admin.close();
  });

  test('says what is wrong with the address', async () => {
    await expect(
      startSandbox(postgres, { named: 'postgres://u:secret@127.0.0.1:1/db' }),
    ).rejects.toMatchObject({ code: 'connect.refused', message: expect.not.stringContaining('secret') });
  });
});
