/** A Redis of our own, where one is installed: on a unix socket, without a file, gone with its folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A running server; `stop` ends it and removes its folder. */
export interface CacheServer {
  readonly socket: string;
  stop(): Promise<void>;
}

const names = ['redis-server', 'valkey-server'];
/** Milliseconds until it must answer. */
const startMs = 5000;

/** Path of an installed server; undefined where there is none. */
export async function installedCache(path = process.env['PATH'] ?? ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter))
    for (const name of names) {
      const file = join(folder, name);
      const found = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (folder !== '' && found) return file;
    }
  return undefined;
}

/** Starts it; undefined when it does not come up. */
export async function startCache(binary: string): Promise<CacheServer | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'dbd-cache-'));
  const socket = join(folder, 's');
  const child = spawn(
    binary,
    [
      '--port',
      '0',
      '--unixsocket',
      socket,
      '--unixsocketperm',
      '700',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', kill);
    if (isRunning(child)) child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let waited = 0; waited < startMs && isRunning(child); waited += 20) {
    const up = await access(socket).then(
      () => true,
      () => false,
    );
    if (up) return { socket, stop };
    await setTimeout(20);
  }
  await stop();
  return undefined;
}

function isRunning({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}
