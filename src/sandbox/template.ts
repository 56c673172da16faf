import { execFile } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fail } from '../base/error.ts';
import { hash } from '../base/hash.ts';
import type { Launch } from '../engine/model.ts';
import { diskError, type Account, type Place } from './place.ts';
import { copyOptions, type Server } from './provider.ts';
import type { RunFolder } from './run-folder.ts';

const run = promisify(execFile);

/** File beside the template's data with the superuser's password. */
const secretName = 'secret';

/** Puts a fresh data folder into the sandbox's folder and returns the superuser's password; makes the template at its first use. */
export async function copyTemplate(
  launch: Launch,
  server: Server,
  place: Place,
  target: RunFolder,
): Promise<string> {
  const init = launch.init({
    binaries: server.binaries,
    version: server.version,
    data: 'data',
    secretFile: secretName,
  });
  const key = `${server.version}-${hash({ init, binaries: server.binaries }).slice(0, 12)}`;
  const template = join(place.templates, key);
  if (!existsSync(template)) await makeTemplate(launch, server, place, target, template);
  try {
    await run('cp', [...copyOptions, join(template, 'data'), target.data], as(place.account));
    return readFileSync(join(template, secretName), 'utf8');
  } catch (error) {
    throw diskError(error, place.cache);
  }
}

/** Makes the data folder inside the sandbox's folder, where the guard sees it, and moves it to the cache in one step. */
async function makeTemplate(
  launch: Launch,
  server: Server,
  place: Place,
  scratch: RunFolder,
  template: string,
): Promise<void> {
  const folder = join(scratch.path, 'template');
  const secretFile = join(folder, secretName);
  const { program, args } = launch.init({
    binaries: server.binaries,
    version: server.version,
    data: join(folder, 'data'),
    secretFile,
  });
  try {
    await run('mkdir', ['-m', '700', folder], as(place.account));
    writeFileSync(secretFile, randomBytes(16).toString('hex'), { mode: 0o600, flag: 'wx' });
    if (place.account) chownSync(secretFile, place.account.uid, place.account.gid);
    await run(program, [...args], {
      ...as(place.account),
      cwd: scratch.path,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    });
    renameSync(folder, template);
  } catch (error) {
    // Another process was faster.
    if (existsSync(template)) return rmSync(folder, { recursive: true, force: true });
    const known = diskError(error, place.cache);
    if (known !== error) throw known;
    const said = (error as { stderr?: string }).stderr?.trim() || String(error);
    fail(
      'sandbox.start',
      `${server.provider} PostgreSQL ${server.version} could not make a data folder: ${said.split('\n').slice(-3).join(' ')}`,
      {
        hint: 'Run: dbd doctor',
        cause: error,
      },
    );
  }
}

function as(account: Account | undefined): {
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
} {
  return { cwd: '/', ...(account ? { uid: account.uid, gid: account.gid } : {}) };
}
