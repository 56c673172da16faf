import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { ownCache } from '../sandbox/own-cache.ts';
import { testSandbox } from '../support/database.ts';
import { need } from '../support/require.ts';
import { folder } from './backups.ts';
import { makeShop } from './shop.ts';

const mounted: string[] = [];
/** A file system of its own in memory; undefined when this account may not mount one. */
function mount(name: string, options: string): string | undefined {
  const at = join(folder, name);
  mkdirSync(at);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at]).status !== 0) return undefined;
  mounted.push(at);
  return at;
}
afterAll(() => {
  for (const at of mounted) execFileSync('umount', [at]);
});

const small = mount('small', 'size=8m');
const canMount = need(small !== undefined, 'the right to mount a tmpfs: run as root');

describe.skipIf(!canMount)('a disk', () => {
  let shop: SandboxDatabase;
  beforeAll(async () => void (shop = await makeShop(await testSandbox())));

  test('that is too small is told before anything is sent', async () => {
    const out = join(small!, 'backup');
    await expect(run('backup', { database: shop.adminUrl, out })).rejects.toMatchObject({
      code: 'file.unwritable',
      exit: 3,
      message: expect.stringContaining('are needed'),
    });
    expect(readdirSync(small!)).toEqual([]);
  });

  test('that fills up on the way keeps nothing half-made', async () => {
    // Room for the databases, but not for the log that comes with them.
    const bytes = Math.ceil((await bytesOf(shop.adminUrl)) / 4096) * 4096 + 1024 * 1024;
    const disk = mount('tight', `size=${bytes}`)!;
    await expect(run('backup', { database: shop.adminUrl, out: join(disk, 'backup') })).rejects.toMatchObject(
      {
        code: 'file.unwritable',
        message: expect.stringContaining('the disk is full'),
      },
    );
    expect(readdirSync(disk)).toEqual([]);
  });

  test('that is read-only is told', async () => {
    const disk = mount('readonly', 'size=400m')!;
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await expect(run('backup', { database: shop.adminUrl, out: join(disk, 'backup') })).rejects.toMatchObject(
      {
        code: 'file.unwritable',
        message: expect.stringContaining('read-only'),
      },
    );
  });
});

async function bytesOf(url: string): Promise<number> {
  const session = await postgres.connect(url);
  const { rows } = await session
    .query<{ bytes: number }>('SELECT sum(pg_database_size(oid))::int8 AS bytes FROM pg_database')
    .finally(() => session.close());
  return Number(rows[0]!.bytes);
}

describe('a restore that is ended', () => {
  const out = join(folder, 'backup');
  let cache: ReturnType<typeof ownCache>;

  beforeAll(async () => {
    const shop = await makeShop(await testSandbox());
    await run('backup', { database: shop.adminUrl, out });
    cache = ownCache();
    // The first start of a cache copies binaries; a copy that is cut off is no matter of this test.
    spawnSync(process.execPath, ['dist/bin.js', 'restore', out, '--verify'], {
      stdio: 'ignore',
      env: { ...process.env, DBD_CACHE: cache.folder },
    });
  });
  afterAll(() => cache.remove());

  test.each(['SIGINT', 'SIGKILL'] as const)('by %s leaves no server and no folder', async (signal) => {
    const to = join(folder, `data-${signal}`);
    const child = spawn(process.execPath, ['dist/bin.js', 'restore', out, '--to', to], {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, DBD_CACHE: cache.folder },
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    const runs = join(cache.folder, 'run');
    for (let turn = 0; turn < 2000 && !(existsSync(runs) && readdirSync(runs).length > 0); turn += 1)
      await setTimeout(5);
    expect(readdirSync(runs)).toHaveLength(1);
    await setTimeout(100);
    child.kill(signal);
    await closed;
    // The guard needs some moments after its command was killed.
    for (let turn = 0; turn < 1000 && readdirSync(runs).length > 0; turn += 1) await setTimeout(10);
    expect(readdirSync(runs)).toEqual([]);
    expect(await cache.processes()).toEqual([]);
    expect(existsSync(to)).toBe(false);
  });
});
