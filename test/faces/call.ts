import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The compiled binary. */
export const bin = resolve('dist/bin.js');

export interface Called {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Called with what stderr said so far and a way to send a signal. */
  readonly onStderr?: (text: string, send: (signal: 'SIGINT' | 'SIGTERM') => void) => void;
  /** Close the reading end of stdout at once. */
  readonly deaf?: boolean;
}

/** Runs `dbd` with these words and returns what came out. */
export async function call(words: readonly string[], options: CallOptions = {}): Promise<Called> {
  const { NO_COLOR: _n, FORCE_COLOR: _f, CI: _c, ...clean } = process.env;
  const child = spawn(process.execPath, [bin, ...words], {
    cwd: options.cwd,
    env: { ...clean, ...options.env },
    stdio: 'pipe',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, (signal) => child.kill(signal));
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  if (options.deaf) child.stdout.destroy();
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
}
