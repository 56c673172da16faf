import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DbdError, fail } from '../base/error.ts';

/** The account that servers run under when we are root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Where sandboxes, templates and fetched servers live. */
export interface Place {
  readonly cache: string;
  /** Folders of running sandboxes. */
  readonly runs: string;
  /** Data folders that were made once and are copied for each sandbox. */
  readonly templates: string;
  /** Binaries that were copied since the server's account or missing links asked for it. */
  readonly servers: string;
  /** Fetched packages. */
  readonly packages: string;
  /** Undefined when we are not root. */
  readonly account: Account | undefined;
}

const diskCodes: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EROFS',
  'EACCES',
  'EPERM',
  'EDQUOT',
  'ENOTDIR',
  'EMFILE',
]);

/** Opens the cache folder, making what is missing; throws `sandbox.disk` when no place can be written. */
export function openPlace(
  accounts: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Place {
  const root = process.getuid?.() === 0;
  const account = root ? findAccount([...accounts, 'nobody']) : undefined;
  const named = env.DBD_CACHE;
  const choices = named ? [named] : root ? ['/var/tmp/dbd-0', join(tmpdir(), 'dbd-0')] : userFolders(env);
  let problem: unknown;
  for (const folder of choices) {
    try {
      return prepare(folder, account);
    } catch (error) {
      problem = error;
    }
  }
  throw diskError(problem, choices[0]!);
}

/** Whether a program's words mean a full disk; a server that could write only a part of a page names no error code. */
export function saysFull(text: string): boolean {
  return /No space left|Disk quota|wrote only \d+ of \d+ bytes|Check free disk space/i.test(text);
}

/** Turns a failed write into `sandbox.disk` where full, read-only or closed disks are the reason; other errors stay as they are. */
export function diskError(error: unknown, folder: string): unknown {
  if (error instanceof DbdError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const full = code === 'ENOSPC' || code === 'EDQUOT' || saysFull(message);
  if (!full && !diskCodes.has(code) && !/Read-only file system|Permission denied/i.test(message))
    return error;
  const reason = full
    ? 'is full'
    : code === 'EROFS' || /Read-only/i.test(message)
      ? 'is read-only'
      : 'cannot be written';
  return new DbdError('sandbox.disk', `The sandbox's cache folder ${folder} ${reason}.`, {
    hint: `Free some space there (about 200 MB are needed), or name another folder: DBD_CACHE=/path/to/folder.`,
    cause: error,
  });
}

function userFolders(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const temporary = join(tmpdir(), `dbd-${process.getuid?.() ?? 0}`);
  return [
    ...(env.XDG_CACHE_HOME ? [join(env.XDG_CACHE_HOME, 'dbd')] : []),
    join(env.HOME ?? homedir(), '.cache', 'dbd'),
    temporary,
  ];
}

function prepare(folder: string, account: Account | undefined): Place {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const cache = realpathSync(folder);
  const found = lstatSync(cache);
  if (found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    fail(
      'sandbox.disk',
      `The sandbox's cache folder ${cache} belongs to somebody else or others may write to it.`,
      {
        hint: 'Name a folder of your own: DBD_CACHE=/path/to/folder.',
      },
    );
  }
  // The server's account passes through to its own folders; it can list and write only those.
  if (account) chmodSync(cache, 0o711);
  const below = (name: string, owner: Account | undefined, mode: number): string => {
    const path = join(cache, name);
    if (mkdirSync(path, { recursive: true }) !== undefined) spreadFolders(path);
    chmodSync(path, mode);
    if (owner) chownSync(path, owner.uid, owner.gid);
    return path;
  };
  return {
    cache,
    runs: below('run', account, 0o700),
    templates: below('template', account, 0o700),
    servers: below('server', undefined, 0o755),
    packages: below('package', undefined, 0o755),
    account,
  };
}

/**
 * Asks ext4 to place each new folder below `path` in a region of its own: a file is made slowly where others were deleted in the last minute
 * (0.07 s became 0.9 s for a data folder). Elsewhere it does nothing.
 */
function spreadFolders(path: string): void {
  if (process.platform === 'linux') spawnSync('chattr', ['+T', path], { stdio: 'ignore' });
}

function findAccount(names: readonly string[]): Account {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of names) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined)
      return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  }
  return fail(
    'sandbox.start',
    'A database server refuses to run as root, and there is no account postgres or nobody to run it under.',
    {
      hint: 'Run dbd as an ordinary user, or make an account: useradd --system postgres.',
    },
  );
}
