/** A pooler in front of a sandbox's server, as many applications have one. */
import { spawn } from 'node:child_process';
import { existsSync, unlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fail } from '../base/error.ts';
import type { Engine } from '../engine/model.ts';
import type { Pool, SandboxDatabase } from './model.ts';
import { openPlace } from './place.ts';
import { note, type RunFolder } from './run-folder.ts';

/** Milliseconds in which it must have opened its socket, and in which it must have ended. */
const readyMs = 5000;

/** Starts it in the server's own folder, so that whoever clears that away ends it too; undefined where none is installed. Throws `sandbox.start`. */
export async function startPool(
  engine: Engine,
  run: RunFolder,
  database: SandboxDatabase,
): Promise<Pool | undefined> {
  const found = await engine.poolers.find();
  if (!found) return undefined;
  const { account } = openPlace(engine.launch.accounts);
  const wanted = engine.poolers.configure({
    url: database.ownerUrl,
    sockets: run.sockets,
    folder: run.path,
  });
  for (const { path, text } of wanted.files) note(run, path, text, account);
  const child = spawn(found.program, wanted.args, {
    cwd: run.path,
    stdio: 'ignore',
    detached: true,
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  let gone = false;
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  }).then(() => void (gone = true));
  const stop = async (): Promise<void> => {
    if (!gone) child.kill('SIGTERM');
    await Promise.race([ended, setTimeout(readyMs, undefined, { ref: false })]);
    if (!gone) child.kill('SIGKILL');
    await ended;
    if (existsSync(wanted.socket)) unlinkSync(wanted.socket);
  };
  const until = performance.now() + readyMs;
  while (!existsSync(wanted.socket)) {
    if (gone || performance.now() > until) {
      await stop();
      fail('sandbox.start', `${found.title} did not start.`, { hint: 'Leave it out with --no-pooler.' });
    }
    await setTimeout(5);
  }
  return { title: found.title, url: wanted.url, stop };
}
