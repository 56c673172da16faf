import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const linux = process.platform === 'linux';

/** A process that cannot be confused with a later one of the same number. */
export interface Identity {
  readonly pid: number;
  /** Start time in the system's own unit. */
  readonly start: string;
  /** Process-number space (container) it lives in. */
  readonly space: string;
}

/** Identity of a running process, or undefined when there is none with this number. */
export function identify(pid: number): Identity | undefined {
  const start = startOf(pid);
  return start === undefined ? undefined : { pid, start, space: space() };
}

/** `true` and `false` when it is certain; undefined when the process belongs to another container, whose processes we cannot see. */
export function isAlive(identity: Identity): boolean | undefined {
  if (identity.space !== space()) return undefined;
  return startOf(identity.pid) === identity.start;
}

/** The identity as one word, without characters that folder names or URLs would mind. */
export function identityWord({ pid, start, space: where }: Identity): string {
  return `${pid}-${start}-${where}`;
}

/** Reads an identity back from its word; undefined when it is not one. */
export function readIdentity(word: string): Identity | undefined {
  const [, pid, start, where] = /^(\d+)-([0-9a-z]+)-([0-9a-z]+)$/.exec(word) ?? [];
  return pid && start && where ? { pid: Number(pid), start, space: where } : undefined;
}

function startOf(pid: number): string | undefined {
  if (!linux) {
    try {
      process.kill(pid, 0);
      return '0';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM' ? '0' : undefined;
    }
  }
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // Field 3 is the state, field 22 the start time in clock ticks since boot.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]).toString(36);
  } catch {
    return undefined;
  }
}

let knownSpace: string | undefined;

function space(): string {
  if (knownSpace !== undefined) return knownSpace;
  try {
    knownSpace = Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? 0).toString(36);
  } catch {
    knownSpace = '0';
  }
  return knownSpace;
}

/** Processes whose working folder lies in `folder`: servers and their children, whatever they call themselves. */
export async function processesIn(folder: string): Promise<readonly number[]> {
  const below = (path: string): boolean => path === folder || path.startsWith(`${folder}/`);
  if (linux) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return below(readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, ''));
        } catch {
          return false;
        }
      })
      .map(Number);
  }
  const { stdout } = await run('lsof', ['-d', 'cwd', '-F', 'pn']).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? '',
  }));
  const found: number[] = [];
  let pid = 0;
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    else if (line.startsWith('n') && below(line.slice(1))) found.push(pid);
  }
  return found;
}
