import { cpSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testSandbox } from '../support/database.ts';
import { folder, ownServers, verify } from './backups.ts';
import { makeShop } from './shop.ts';

let shop: SandboxDatabase;

beforeAll(async () => {
  shop = await makeShop(await testSandbox());
});

describe('a recovery with archived log', () => {
  const log = join(folder, 'archive');
  const base = join(folder, 'before');
  let times: readonly string[] = [];
  let end = '';

  beforeAll(async () => {
    const { backups } = postgres;
    const receiver = await backups.receive(shop.adminUrl, log);
    const session = await postgres.connect(shop.ownerUrl);
    await session.run('SET synchronous_commit = on; CREATE TABLE step (n int)');
    await run('backup', { database: shop.adminUrl, out: base });
    const found: string[] = [];
    for (const n of [1, 2, 3]) {
      await session.query('INSERT INTO step VALUES ($1)', [n]);
      found.push((await backups.position(shop.adminUrl)).at);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    times = found;
    const admin = await postgres.connect(shop.adminUrl);
    await admin.query("SELECT pg_create_restore_point('between')");
    await session.query('INSERT INTO step VALUES (4)');
    // A segment is closed, and more than one follows the backup.
    await admin.query('SELECT pg_switch_wal()');
    await session.query('INSERT INTO step VALUES (5)');
    await admin.query('SELECT pg_switch_wal()');
    await session.query('INSERT INTO step VALUES (6)');
    end = (await backups.position(shop.adminUrl)).lsn;
    expect(await receiver.until(end, 5000)).toBe(true);
    await receiver.stop();
    await admin.close();
    await session.close();
  });

  const rowsAt = async (target: object, archive = log): Promise<number> => {
    const report = await run('restore', { folder: base, log: archive, ...target });
    try {
      const session = await postgres.connect(String(report.output['url']));
      const { rows } = await session
        .query<{ n: number }>('SELECT count(*) AS n FROM step')
        .finally(() => session.close());
      return rows[0]!.n;
    } finally {
      await run('sandbox stop', { id: String(report.output['id']) });
    }
  };

  test('stops at a time, at a restore point, and at the end', async () => {
    expect(await rowsAt({ time: times[1] })).toBe(2);
    expect(await rowsAt({ name: 'between' })).toBe(3);
    expect(await rowsAt({})).toBe(6);
  });

  test('refuses targets outside the log, by name', async () => {
    await expect(run('restore', { folder: base, log, time: '2099-01-01 00:00:00+00' })).rejects.toMatchObject(
      {
        code: 'backup.target',
        message: expect.stringMatching(/behind the archived log, whose last commit was at \d{4}-/),
      },
    );
    await expect(run('restore', { folder: base, log, time: '2001-01-01 00:00:00+00' })).rejects.toMatchObject(
      {
        code: 'backup.target',
        message: expect.stringMatching(/before the backup was taken/),
      },
    );
    await expect(run('restore', { folder: base, log, lsn: '0/1000000' })).rejects.toMatchObject({
      code: 'backup.target',
    });
    await expect(run('restore', { folder: base, log, name: 'no such point' })).rejects.toMatchObject({
      code: 'backup.target',
    });
    expect(await ownServers()).toBe(1);
  });

  test('refuses a log with a hole, by the name of the segment', async () => {
    const holed = join(folder, 'holed');
    cpSync(log, holed, { recursive: true });
    const full = readdirSync(holed)
      .filter((name) => name.length === 24)
      .toSorted();
    const victim = full.at(-1)!;
    renameSync(join(holed, victim), join(folder, victim));
    const refused = {
      code: 'backup.damaged',
      message: expect.stringContaining(`${victim} is missing from the archived log`),
    };
    await expect(run('restore', { folder: base, log: holed })).rejects.toMatchObject(refused);
    writeFileSync(join(holed, victim), 'no log');
    expect((await verify(base, { log: holed })).findings[0]).toMatchObject({
      place: victim,
      message: expect.stringContaining('does not begin like a segment'),
    });
  });
});
