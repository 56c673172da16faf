import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testSandbox } from '../support/database.ts';
import { copyOf, folder, ownServers } from './backups.ts';
import { makeShop } from './shop.ts';

/** One backup in each layout. */
const tar = join(folder, 'tar');
const plain = join(folder, 'plain');

beforeAll(async () => {
  const shop = await makeShop(await testSandbox());
  await run('backup', { database: shop.adminUrl, out: tar, fingerprints: true });
  await run('backup', { database: shop.adminUrl, out: plain, as: 'plain' });
});

describe('a restore', () => {
  test('starts a copy, reads every page and compares the rows', async () => {
    const report = await run('restore', { folder: tar, verify: true });
    expect(report.claims.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['files', 'proven'],
      ['started', 'proven'],
      ['pages', 'proven'],
      ['rows', 'proven'],
    ]);
    expect(report.output['url']).toBeUndefined();
    expect(await ownServers()).toBe(1);
  });

  test('says which table has other rows', async () => {
    const harmed = copyOf(tar, (copy) => {
      const record = JSON.parse(readFileSync(join(copy, 'backup.json'), 'utf8'));
      record.fingerprints[1].rows = 9999;
      writeFileSync(join(copy, 'backup.json'), JSON.stringify(record));
    });
    const report = await run('restore', { folder: harmed });
    expect(report).toMatchObject({ verdict: 'failed' });
    expect(report.claims.find(({ id }) => id === 'rows')).toMatchObject({
      verdict: 'missed',
      because: 'public."order; DROP" has other rows.',
    });
    expect(await ownServers()).toBe(1);
  });

  test('keeps the copy until it is stopped, and lays out a data folder', async () => {
    const to = join(folder, 'data');
    const report = await run('restore', { folder: plain, to, ttl: '2 min' });
    try {
      const session = await postgres.connect(String(report.output['url']));
      const { rows } = await session
        .query('SELECT count(*) AS n FROM "order; DROP"')
        .finally(() => session.close());
      expect(rows).toEqual([{ n: 10_000 }]);
    } finally {
      await run('sandbox stop', { id: String(report.output['id']) });
    }
    expect(readFileSync(join(to, 'postgresql.auto.conf'), 'utf8')).toMatch(
      /archive_mode = 'off'\nmax_logical_replication_workers = '0'/,
    );
    expect(existsSync(join(to, 'recovery.signal'))).toBe(false);
    await expect(run('restore', { folder: plain, to })).rejects.toMatchObject({ code: 'file.exists' });
  });

  test('refuses a target that it has no log for, or that is none', async () => {
    const input = { folder: tar };
    await expect(run('restore', { ...input, lsn: '0/1' })).rejects.toMatchObject({ code: 'backup.target' });
    for (const wrong of [
      { time: '2026-05-04 10:15' },
      { time: '2026-99-04 10:15:00Z' },
      { lsn: 'x' },
      { name: '' },
      { lsn: '0/1', name: 'a' },
    ])
      await expect(run('restore', { ...input, ...wrong })).rejects.toMatchObject({
        code: 'usage.wrong-option',
      });
  });

  test('of another version is refused by its number', async () => {
    const binaries = postgres.launch.candidates({ packages: '' });
    const [bundled] = await binaries;
    const harmed = copyOf(plain, (copy) => {
      // A cluster of version 11 as far as its folder tells; its list is made to agree.
      const base = join(copy, 'base');
      writeFileSync(join(base, 'PG_VERSION'), '11\n');
      const sum = execFileSync('sha256sum', [join(base, 'PG_VERSION')])
        .toString()
        .slice(0, 64);
      const list = readFileSync(join(base, 'backup_manifest'), 'utf8').replace(
        /("Path": "PG_VERSION".*?"Checksum": ")[0-9a-f]+/,
        `$1${sum}`,
      );
      const body = list.slice(0, list.trimEnd().lastIndexOf('\n') + 1);
      writeFileSync(join(copy, 'body'), body);
      const own = execFileSync('sha256sum', [join(copy, 'body')])
        .toString()
        .slice(0, 64);
      writeFileSync(join(base, 'backup_manifest'), `${body}"Manifest-Checksum": "${own}"}\n`);
    });
    await expect(run('restore', { folder: harmed, sandbox: bundled!.folder })).rejects.toMatchObject({
      code: 'sandbox.no-server',
      message: expect.stringContaining('11'),
    });
    expect(await ownServers()).toBe(1);
  });
});

test('an index that lacks a row is found', async () => {
  const database = await makeShop(await testSandbox(), 50);
  const session = await postgres.connect(database.adminUrl);
  await session.run(`
    CREATE FUNCTION shade(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n';
    CREATE INDEX shaded ON customer (shade(id))`);
  expect(await postgres.backups.integrity(database.adminUrl)).toMatchObject({ tried: true, problems: [] });
  // The function now gives other values than those that the index holds.
  await session.run(
    `CREATE OR REPLACE FUNCTION shade(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT -n'`,
  );
  const { problems } = await postgres.backups.integrity(database.adminUrl);
  expect(problems).toEqual([expect.stringMatching(/^public\.shaded: .*customer/)]);
  const { rows } = await session.query(`SELECT count(*) AS n FROM pg_extension WHERE extname = 'amcheck'`);
  expect(rows).toEqual([{ n: 0 }]);
  await session.close();
});
