/** A cache folder of a test's own, so that sweeps and counts see nothing of other tests. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesIn } from '../../src/sandbox/process.ts';

const child = join(import.meta.dirname, 'child.mjs');

export interface OwnCache {
  readonly folder: string;
  /** Starts a process with a sandbox in this cache; `stop` makes it stop the sandbox at once. */
  start(how?: 'stop'): ChildProcess;
  /** Processes that work anywhere below the cache. */
  processes(): Promise<readonly number[]>;
  remove(): void;
}

export function ownCache(): OwnCache {
  const parent = process.getuid?.() === 0 ? '/var/tmp' : tmpdir();
  const folder = realpathSync(mkdtempSync(join(parent, 'dbd-test-')));
  chmodSync(folder, 0o711);
  return {
    folder,
    start: (how) =>
      spawn(process.execPath, [child, ...(how ? [how] : [])], {
        env: { ...process.env, DBD_CACHE: folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    processes: () => processesIn(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Resolves with exit code or signal, standard output and standard error of a process. */
export function finished(
  process: ChildProcess,
): Promise<{ readonly end: number | string | null; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  process.stdout?.on('data', (piece) => (out += piece));
  process.stderr?.on('data', (piece) => (err += piece));
  return new Promise((resolve) =>
    process.once('close', (code, signal) => resolve({ end: code ?? signal, out, err })),
  );
}
