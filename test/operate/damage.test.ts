import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { testSandbox } from '../support/database.ts';
import { copyOf, flip, folder, verify } from './backups.ts';
import { makeShop } from './shop.ts';

/** One backup in each layout. */
const tar = join(folder, 'tar');
const plain = join(folder, 'plain');

beforeAll(async () => {
  const shop = await makeShop(await testSandbox());
  await run('backup', { database: shop.adminUrl, out: tar, fingerprints: true });
  await run('backup', { database: shop.adminUrl, out: plain, as: 'plain' });
});

const problems = async (backup: string): Promise<readonly string[]> =>
  (await verify(backup)).findings.map(({ message }) => message);

describe('what is wrong with a backup is named by file', () => {
  const tables = (): string[] =>
    readdirSync(join(plain, 'base', 'base', '5')).filter((name) => /^\d+$/.test(name));

  test('a flipped byte, in a file and in the archive', async () => {
    const victim = `base/5/${tables()[3]!}`;
    const harmed = copyOf(plain, (copy) => flip(join(copy, 'base', victim), 100));
    expect(await problems(harmed)).toEqual([`${victim} was changed: its SHA256 is not the manifest's.`]);
    const archive = copyOf(tar, (copy) => flip(join(copy, 'base', 'base.tar'), 8_000_000));
    expect(await problems(archive)).toHaveLength(1);
    await expect(run('restore', { folder: harmed })).rejects.toMatchObject({
      code: 'backup.damaged',
      message: expect.stringContaining(victim),
    });
  });

  test('a missing file, one that is too short, and one too many', async () => {
    const [gone, short] = tables().filter(
      (name) => statSync(join(plain, 'base', 'base', '5', name)).size > 8192,
    );
    const harmed = copyOf(plain, (copy) => {
      rmSync(join(copy, 'base', 'base', '5', gone!));
      truncateSync(join(copy, 'base', 'base', '5', short!), 8192);
      writeFileSync(join(copy, 'base', 'extra'), 'x');
    });
    const told = await problems(harmed);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        `base/5/${gone} is missing.`,
        expect.stringMatching(new RegExp(`^base/5/${short} has 8192 bytes, the manifest says \\d+\\.$`)),
        'extra is not in the manifest.',
      ]),
    );
  });

  test('an archive that is cut off, and a list that was changed', async () => {
    const cut = copyOf(tar, (copy) => truncateSync(join(copy, 'base', 'base.tar'), 5_000_000));
    expect((await problems(cut))[0]).toMatch(/^base\.tar is cut off at base\//);
    const path = (copy: string): string => join(copy, 'base', 'backup_manifest');
    const list = copyOf(tar, (copy) =>
      writeFileSync(path(copy), readFileSync(path(copy), 'utf8').replace('"Size": 3', '"Size": 4')),
    );
    expect(await problems(list)).toEqual(['backup_manifest does not match its own checksum.']);
    const half = copyOf(tar, (copy) => truncateSync(path(copy), 1000));
    expect(await problems(half)).toEqual(['backup_manifest cannot be read: it is cut off or damaged.']);
  });

  test('a segment of the log that is missing, changed, or of another name', async () => {
    const segment = readdirSync(join(plain, 'base', 'pg_wal')).find((name) => name.length === 24)!;
    const at = (copy: string): string => join(copy, 'base', 'pg_wal', segment);
    expect(await problems(copyOf(plain, (copy) => rmSync(at(copy))))).toEqual([
      `pg_wal/${segment} is missing, and the backup cannot be started without it.`,
    ]);
    expect(await problems(copyOf(plain, (copy) => flip(at(copy), 4096)))).toEqual([
      `pg_wal/${segment} was changed: its SHA-256 is not the recorded one.`,
    ]);
    const other = `${segment.slice(0, 22)}FE`;
    const renamed = copyOf(plain, (copy) => {
      cpSync(at(copy), join(copy, 'wal', other), { recursive: true });
    });
    expect((await problems(renamed)).join()).toContain(`${other} holds the log of ${segment}`);
  });

  test('a list of another cluster', async () => {
    const harmed = copyOf(plain, (copy) => flip(join(copy, 'base', 'global', 'pg_control'), 3));
    expect((await problems(harmed)).join('\n')).toMatch(
      /backup_manifest belongs to cluster \d+, the files to cluster \d+/,
    );
  });

  test('a folder that holds no backup, or none at all', async () => {
    mkdirSync(join(folder, 'empty'));
    await expect(verify(join(folder, 'empty'))).rejects.toMatchObject({ code: 'backup.damaged' });
    await expect(verify(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file.missing' });
    const odd = copyOf(tar, (copy) => writeFileSync(join(copy, 'backup.json'), '{"schema": "x"}'));
    await expect(verify(odd)).rejects.toMatchObject({ code: 'backup.damaged' });
  });
});
