/** Runs git on somebody's repository without a shell, without its hooks, and without asking anybody. */
import { spawn } from 'node:child_process';
import { fail } from '../../base/error.ts';
import { clean } from '../../render/clean.ts';
import type { Env } from './model.ts';

/** What a call of git printed, and how it ended. */
export interface GitResult {
  readonly code: number;
  readonly out: Buffer;
  /** Its own words about a failure, cleaned for terminals. */
  readonly said: string;
}

export interface GitCall {
  readonly input?: string | Buffer;
  /** Variables of this call alone, such as another index. */
  readonly env?: Env;
  readonly timeoutMs?: number;
}

/** Git in one folder. */
export interface Git {
  readonly folder: string;
  /** Runs it and gives what came of it. Throws `git.missing` and `git.failed` where it could not be run or did not end. */
  run(words: readonly string[], call?: GitCall): Promise<GitResult>;
  /** Its output as text without the last line end; throws `git.failed` with git's own words when it fails. */
  text(words: readonly string[], call?: GitCall): Promise<string>;
}

/** Longest time of one call, milliseconds, and most bytes that it may print. */
const limits = { ms: 120_000, bytes: 1024 * 1024 * 1024 };

/** Variables that lead git to another repository, or that make it ask, fetch or run something. */
const dropped =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|EXTERNAL_DIFF|ASKPASS|EDITOR|SEQUENCE_EDITOR|PAGER|TRACE\w*|LITERAL_PATHSPECS|QUARANTINE_PATH)$/;

/** Git as it is used here: paths as they are, no hooks, no file monitor, no lazy fetches. */
const settings = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.quotePath', 'false'],
  ['gc.auto', '0'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Git in a folder, with the variables of the caller. */
export function gitIn(folder: string, env: Env): Git {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.test(name)));
  const run: Git['run'] = (words, call = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn('git', [...settings, ...words], {
        cwd: folder,
        env: {
          ...kept,
          GIT_TERMINAL_PROMPT: '0',
          GIT_OPTIONAL_LOCKS: '0',
          GIT_NO_LAZY_FETCH: '1',
          GIT_NO_REPLACE_OBJECTS: '1',
          LC_ALL: 'C',
          ...call.env,
        },
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: call.timeoutMs ?? limits.ms,
        killSignal: 'SIGKILL',
      });
      const out: Buffer[] = [];
      let size = 0;
      let said = '';
      child.on('error', (cause: NodeJS.ErrnoException) => reject(notRun(cause, folder)));
      child.stdout.on('data', (part: Buffer) => {
        size += part.length;
        if (size > limits.bytes) child.kill('SIGKILL');
        else out.push(part);
      });
      child.stderr.setEncoding('utf8').on('data', (part: string) => (said = (said + part).slice(-4000)));
      child.stdin.on('error', () => undefined).end(call.input ?? '');
      child.on('close', (code) =>
        code === null
          ? reject(
              failing(
                'git.failed',
                `git ${words[0] ?? ''} did not end, or printed too much, and was stopped.`,
              ),
            )
          : resolve({ code, out: Buffer.concat(out), said: clean(said).trim() }),
      );
    });
  return {
    folder,
    run,
    text: async (words, call) => {
      const { code, out, said } = await run(words, call);
      if (code !== 0)
        fail('git.failed', `git ${words[0] ?? ''} failed: ${lastLine(said) || `it ended with ${code}`}.`, {
          hint: 'Try the same with git itself; the repository was left as it was.',
        });
      return out.toString('utf8').replace(/\n$/, '');
    },
  };
}

/** What git said last, without its own label and end. */
export function lastLine(said: string): string {
  return (said.split('\n').findLast((line) => line.trim() !== '') ?? '')
    .replace(/^(?:fatal|error): /, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}

function failing(...words: Parameters<typeof fail>): unknown {
  try {
    return fail(...words);
  } catch (error) {
    return error;
  }
}

function notRun(cause: NodeJS.ErrnoException, folder: string): unknown {
  return cause.code === 'ENOENT'
    ? failing('git.missing', 'git is not installed, or not on the PATH.', {
        cause,
        hint: 'Install git 2.38 or later.',
      })
    : failing('git.failed', `git cannot be run in ${folder} (${cause.code ?? 'unknown'}).`, { cause });
}
