/** A foreign command in a process group of its own, without terminal and without input. */
import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { Emit } from '../../base/event.ts';

export interface GroupOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Texts that are replaced in its output. */
  readonly secrets: readonly string[];
  readonly emit: Emit;
}

export type Ending =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'missing'; readonly reason: string };

export interface Group {
  /** Resolves when the command itself has ended. */
  readonly ended: Promise<Ending>;
  /** Milliseconds since it printed something (or began). */
  readonly spokeMs: () => number;
  /** The end of what it printed. */
  readonly output: () => string;
  /** Ends whatever is left of the group: TERM, and KILL two seconds later. */
  end(): Promise<void>;
}

const tailLength = 8192;
const graceMs = 2000;
/** Exit codes of a program that was ended by a signal, as shells report them. */
const signalCodes: Readonly<Record<string, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGABRT: 134,
  SIGKILL: 137,
  SIGSEGV: 139,
  SIGPIPE: 141,
  SIGTERM: 143,
};

/** Starts the command detached, so that neither Ctrl-C of the terminal nor a password prompt on it can reach it. */
export function spawnGroup({ command, cwd, env, secrets, emit }: GroupOptions): Group {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let tail = '';
  let spoke = performance.now();
  const closing: Promise<void>[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    const redact = redactor(secrets, (text) => {
      tail = (tail + text).slice(-tailLength);
      emit({ kind: 'output', stream, text });
    });
    child[stream].on('data', (chunk: Buffer) => {
      spoke = performance.now();
      redact.push(chunk);
    });
    closing.push(
      new Promise((resolve) => {
        child[stream].on('close', () => {
          redact.end();
          resolve();
        });
      }),
    );
  }
  const ended = new Promise<Ending>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({
        kind: 'missing',
        reason: error.code === 'ENOENT' ? 'there is no such program' : (error.code ?? error.message),
      }),
    );
    child.on('exit', (code, signal) =>
      resolve({ kind: 'exited', exitCode: code ?? signalCodes[signal ?? ''] ?? 1 }),
    );
  });
  return {
    ended,
    spokeMs: () => performance.now() - spoke,
    output: () => tail,
    async end() {
      if (child.pid === undefined) return;
      const until = performance.now() + graceMs;
      if (signalGroup(child.pid, 'SIGTERM')) {
        while (performance.now() < until && signalGroup(child.pid, 0))
          await new Promise((resolve) => setTimeout(resolve, 20));
        signalGroup(child.pid, 'SIGKILL');
      }
      await ended;
      // A process that left the group may hold the pipes open for ever.
      await Promise.race([Promise.all(closing), new Promise((resolve) => setTimeout(resolve, 500).unref())]);
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/** False when nobody of the group is left. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Passes text on without secrets, even those that arrive in two pieces. */
function redactor(
  secrets: readonly string[],
  pass: (text: string) => void,
): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  const longest = Math.max(0, ...secrets.map((secret) => secret.length));
  let held = '';
  const clean = (text: string): string =>
    secrets.reduce((sum, secret) => sum.replaceAll(secret, '***'), text);
  return {
    push(chunk) {
      held = clean(held + decoder.write(chunk));
      const keep = secrets.some((secret) => endsWithin(held, secret)) ? longest : 0;
      const out = held.slice(0, Math.max(0, held.length - keep));
      held = held.slice(out.length);
      if (out !== '') pass(out);
    },
    end() {
      const rest = clean(held + decoder.end());
      held = '';
      if (rest !== '') pass(rest);
    },
  };
}

/** The text may end in the beginning of the secret. */
function endsWithin(text: string, secret: string): boolean {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length--)
    if (text.endsWith(secret.slice(0, length))) return true;
  return false;
}
