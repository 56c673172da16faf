/** What is not signed, and keys that are not taken. */
import { mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run as call } from '../../src/commands/run.ts';
import { report } from '../../src/report/build.ts';
import { ground, rehearsed, signed, up, type Ground } from './ground.ts';

let place: Ground;
let root: string;
let folder: string;
beforeEach(async () => {
  place = await ground();
  ({ root, folder } = place);
});
afterEach(() => place.remove());

const sign = () => signed(place);
const because = (text: string): unknown => ({
  code: 'evidence.refused',
  message: expect.stringContaining(text) as string,
});

test('a report of other files, of a failed rehearsal, of nothing, and none', async () => {
  await writeFile(join(folder, 'up/01-expand.sql'), `${up}DROP TABLE users;\n`);
  await expect(sign()).rejects.toMatchObject(because('altered') as object);
  await rehearsed(folder, 'failed');
  await expect(sign()).rejects.toMatchObject(because('failed') as object);
  const other = report({ command: 'check', title: '', headline: '', started: 0 });
  await writeFile(join(folder, 'report.json'), JSON.stringify(other));
  await expect(sign()).rejects.toMatchObject(because('which change') as object);
  await rm(join(folder, 'report.json'));
  await expect(sign()).rejects.toMatchObject(because('no report') as object);
});

test('links among the files', async () => {
  await symlink('/etc/hostname', join(folder, 'up/02-contract.sql'));
  await expect(sign()).rejects.toMatchObject(because('link') as object);
});

test('keys: made outside a repository only, never overwritten, never quoted, never the wrong half', async () => {
  const run = (name: string, input: Record<string, unknown>, env = {}) =>
    call(name, input, { cwd: root, env });
  const key = { code: 'evidence.key' };
  const made = await run('evidence keygen', { file: 'ci' });
  expect(made.output).toMatchObject({ key: join(root, 'ci') });
  expect((await stat(join(root, 'ci'))).mode & 0o777).toBe(0o600);
  await expect(run('evidence keygen', { file: 'ci' })).rejects.toMatchObject({ code: 'file.exists' });
  await run('evidence sign', { change: folder, key: 'ci' });
  await expect(run('evidence verify', { change: folder, publicKey: ['ci'] })).rejects.toMatchObject(key);
  expect(await run('evidence verify', { change: folder, publicKey: ['ci.pub'] })).toMatchObject({
    verdict: 'proven',
  });
  await mkdir(join(root, '.git'));
  await expect(run('evidence keygen', { file: 'other' })).rejects.toMatchObject(key);
  await expect(run('evidence sign', { change: folder, key: 'ci' })).rejects.toMatchObject(key);
  const odd = 'not a key, but a secret';
  const refused = run('evidence sign', { change: folder }, { DBD_EVIDENCE_KEY: odd });
  await expect(refused).rejects.toMatchObject(key);
  await expect(refused).rejects.not.toThrow(odd);
});
