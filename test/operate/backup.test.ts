import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testSandbox } from '../support/database.ts';
import { folder, verify } from './backups.ts';
import { makeShop } from './shop.ts';

let shop: SandboxDatabase;
/** One backup in each layout. */
const tar = join(folder, 'tar');
const plain = join(folder, 'plain');

beforeAll(async () => {
  shop = await makeShop(await testSandbox());
  await run('backup', { database: shop.adminUrl, out: tar, fingerprints: true });
  await run('backup', { database: shop.adminUrl, out: plain, as: 'plain' });
});

describe('a backup', () => {
  test('is laid out as the server’s own tools do it, with a record that holds no secret', () => {
    expect(readdirSync(tar).toSorted()).toEqual(['backup.json', 'base']);
    expect(readdirSync(join(tar, 'base')).toSorted()).toEqual(['backup_manifest', 'base.tar']);
    expect(existsSync(join(plain, 'base', 'global', 'pg_control'))).toBe(true);
    const record = readFileSync(join(tar, 'backup.json'), 'utf8');
    expect(record).not.toContain(new URL(shop.adminUrl).password);
    expect(JSON.parse(record)).toMatchObject({
      schema: 'dbd.backup/1',
      superuser: 'dbd_admin',
      changed: [],
      fingerprints: [
        { table: { name: 'customer' }, rows: 1000 },
        { table: { name: 'order; DROP' }, rows: 10_000 },
      ],
    });
    expect(statSync(tar).mode & 0o077).toBe(0);
  });

  test('has every file that its manifest lists, byte for byte, in both layouts', async () => {
    for (const backup of [tar, plain]) {
      const report = await verify(backup);
      expect(report).toMatchObject({ verdict: 'proven', output: { whole: true, problems: [] } });
      expect(report.output['files']).toBeGreaterThan(900);
    }
  });

  test('that another tool unpacks has the sums of the manifest, so the reused memory of the client did no harm', () => {
    const unpacked = mkdtempSync(join(folder, 'unpacked-'));
    execFileSync('tar', ['-xf', join(tar, 'base', 'base.tar'), '-C', unpacked]);
    const { Files: files } = JSON.parse(
      readFileSync(join(tar, 'base', 'backup_manifest'), 'utf8').replace(
        /("System-Identifier": *)(\d+)/,
        '$1"$2"',
      ),
    ) as { Files: readonly { Path: string; Checksum: string }[] };
    writeFileSync(join(unpacked, 'sums'), files.map((file) => `${file.Checksum}  ${file.Path}\n`).join(''));
    const said = execFileSync('sha256sum', ['--check', '--quiet', 'sums'], { cwd: unpacked });
    expect(said.toString()).toBe('');
    expect(files.length).toBeGreaterThan(900);
  });

  test('is never written over anything', async () => {
    await expect(run('backup', { database: shop.adminUrl, out: tar })).rejects.toMatchObject({
      code: 'file.exists',
    });
    await expect(
      run('backup', { database: shop.adminUrl, out: join(tar, 'backup.json', 'x') }),
    ).rejects.toMatchObject({ code: 'file.unwritable' });
  });

  test('needs a role that may replicate, an address that answers, and a server of its size', async () => {
    const out = join(folder, 'none');
    await expect(run('backup', { database: shop.ownerUrl, out })).rejects.toMatchObject({
      code: 'backup.refused',
      message: expect.stringContaining('dbd_owner'),
      hint: expect.stringContaining('ALTER ROLE dbd_owner REPLICATION'),
    });
    await expect(run('backup', { database: shop.adminUrl, out, largest: 0.001 })).rejects.toMatchObject({
      code: 'backup.refused',
      hint: expect.stringContaining('--largest'),
    });
    await expect(run('backup', { out })).rejects.toMatchObject({ code: 'usage.missing-input' });
    await expect(run('backup', { sandbox: 'nope', out })).rejects.toMatchObject({ code: 'sandbox.unknown' });
    expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([]);
  });

  test('that is stopped in the middle leaves nothing; what a killed one left goes with the next', async () => {
    const out = join(folder, 'stopped');
    const controller = new AbortController();
    const stopped = run(
      'backup',
      { database: shop.adminUrl, out },
      {
        signal: controller.signal,
        emit: (event) => {
          if (event.kind === 'started' && event.step === 'take a base backup')
            setTimeout(() => controller.abort(), 30);
        },
      },
    );
    await expect(stopped).rejects.toThrow();
    expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual([]);
    mkdirSync(`${out}.part-999999999`);
    await run('backup', { database: shop.adminUrl, out });
    expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual(['stopped']);
  });
});
