import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { deliverTask, filesIn, scratch, small, taskOf } from '../deliver/delivery.ts';
import { need } from '../support/require.ts';
import { nothingLeft } from './refused.ts';

const task = join(scratch(), 'task.md');
writeFileSync(task, taskOf('entities:\n  E1 Note: { fields: { body: text } }'));
const migration = join(scratch(), 'add.sql');
writeFileSync(migration, 'CREATE TABLE a (id int PRIMARY KEY);');

const mounted: string[] = [];
/** A file system of its own in memory; undefined when this account may not mount one. */
function mount(options: string): string | undefined {
  const folder = join(scratch(), 'disk');
  mkdirSync(folder);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return undefined;
  mounted.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of mounted) execFileSync('umount', [folder]);
});

const tiny = mount('size=64k');
const canMount = need(tiny !== undefined, 'the right to mount a tmpfs: run as root');

/** Fills the disk to its last block. */
function fillUp(folder: string): void {
  for (let n = 0; ; n += 1) {
    try {
      writeFileSync(join(folder, `filler-${n}`), 'x'.repeat(4096));
    } catch {
      return;
    }
  }
}

/** Runs a command that must not be able to write its results there. */
async function unwritable(
  command: string,
  input: Readonly<Record<string, unknown>>,
  out: string,
): Promise<void> {
  const before = filesIn(out.replace(/\/new$/, ''));
  const error = await run(command, { ...small, ...input, out }, { cwd: scratch() }).then(
    () => expect.unreachable('it ran'),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'file.unwritable', exit: 3, hint: expect.stringContaining('--out') });
  expect((error as Error).message).toContain(out);
  expect(filesIn(out.replace(/\/new$/, ''))).toEqual(before);
  await nothingLeft();
}

describe.skipIf(!canMount)('a disk', () => {
  test('that is read-only is told at once', async () => {
    const folder = mount('size=1m')!;
    writeFileSync(join(folder, 'report.json'), '{}');
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    await unwritable('task', { task }, folder);
    await unwritable('task', { task }, join(folder, 'new'));
    await unwritable('rehearse', { files: [migration] }, folder);
  });

  test('that is full in the end keeps the earlier results whole', { timeout: 60_000 }, async () => {
    writeFileSync(join(tiny!, 'report.json'), '{"earlier": true}');
    fillUp(tiny!);
    await unwritable('task', { task }, tiny!);
    expect(readdirSync(tiny!).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test(
    'that is full where sandboxes live is told with another place to go',
    { timeout: 60_000 },
    async () => {
      const folder = mount('size=20m,mode=0711')!;
      const usual = process.env['DBD_CACHE'];
      process.env['DBD_CACHE'] = folder;
      try {
        await expect(
          deliverTask(`${taskOf('entities:\n  E1 Note: { fields: { body: text } }')}\n`),
        ).rejects.toMatchObject({
          code: 'sandbox.disk',
          exit: 3,
          hint: expect.stringContaining('DBD_CACHE='),
          message: expect.stringContaining(folder),
        });
        expect(readdirSync(join(folder, 'run'))).toEqual([]);
      } finally {
        process.env['DBD_CACHE'] = usual;
      }
    },
  );
});

describe('a path for the results', () => {
  test.each(['file', 'file/below'])('that is %s is refused, and the file stays', async (path) => {
    const folder = scratch();
    writeFileSync(join(folder, 'file'), 'mine');
    for (const [command, input] of [
      ['task', { task }],
      ['rehearse', { files: [migration] }],
    ] as const) {
      await expect(
        run(command, { ...small, ...input, out: join(folder, path) }, { cwd: folder }),
      ).rejects.toMatchObject({
        code: 'file.unwritable',
        exit: 3,
        message: expect.stringContaining(join(folder, path)),
      });
    }
    expect(filesIn(folder)).toEqual({ file: 'mine' });
    await nothingLeft();
  });
});
