import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Residue } from '../engine/model.ts';
import { diskError, type Account, type Place } from './place.ts';
import { identify, identityWord, isAlive, processesIn, readIdentity } from './process.ts';

/** The folder of one sandbox; its name tells whose it is, so nothing has to be written before it can be swept. */
export interface RunFolder {
  readonly id: string;
  readonly path: string;
  readonly data: string;
  /** Folder of the server's socket. */
  readonly sockets: string;
}

/** Longest path of a socket: 108 bytes on Linux, 104 on macOS, with the final zero. */
const longestSocket = 103;

/** Makes the folder of a new sandbox; throws `sandbox.disk`. */
export function makeRunFolder(place: Place, socketName: string): RunFolder {
  const id = randomBytes(4).readUInt32BE().toString(36).padStart(7, '0');
  const path = join(place.runs, `${id}.${identityWord(identify(process.pid)!)}`);
  const inside = join(path, 's');
  const sockets =
    Buffer.byteLength(join(inside, socketName)) <= longestSocket ? inside : join('/tmp', `dbd-${id}`);
  try {
    for (const folder of [path, sockets]) own(folder, place.account);
  } catch (error) {
    rmSync(path, { recursive: true, force: true });
    throw diskError(error, place.cache);
  }
  return { id, path, data: join(path, 'data'), sockets };
}

function own(folder: string, account: Account | undefined): void {
  mkdirSync(folder, { mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
}

/** Files beside the data that tell later commands about a sandbox. */
export const files = { kept: 'kept.json', residue: 'residue', log: 'log', serve: 'serve' } as const;

/** Writes a small file into the sandbox's folder. */
export function note(run: RunFolder, name: string, value: unknown, account: Account | undefined): void {
  const path = join(run.path, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o600 });
  if (account) chownSync(path, account.uid, account.gid);
}

/** What a sandbox that outlives its command says about itself. */
export interface Kept {
  readonly id: string;
  readonly guard: string;
  readonly provider: string;
  readonly server: string;
  readonly ownerUrl: string;
  readonly adminUrl: string;
  readonly sockets: string;
  /** ISO times. */
  readonly since: string;
  readonly until: string;
  /** What it is when it is more than an empty database: `hollow twin of shop, 20 Nov 2026`. */
  readonly holds?: string;
}

/** Folders below `runs` with what is known of them. */
export function runFolders(place: Place): readonly {
  readonly id: string;
  readonly path: string;
  readonly owner: ReturnType<typeof readIdentity>;
  readonly kept: Kept | undefined;
}[] {
  return readdirSync(place.runs).map((name) => {
    const path = join(place.runs, name);
    const [id = name, owner = ''] = name.split('.');
    return { id, path, owner: readIdentity(owner), kept: readJson<Kept>(join(path, files.kept)) };
  });
}

/** Milliseconds after which folders of other containers, whose processes we cannot see, count as left behind. */
const foreignAgeMs = 7 * 24 * 3600 * 1000;

/** Removes what killed commands left behind: servers, folders, sockets; returns the ids removed. */
export async function sweep(place: Place): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { id, path, owner, kept } of runFolders(place)) {
    const keeper = kept ? readIdentity(kept.guard) : owner;
    const alive = keeper ? isAlive(keeper) : false;
    const foreign =
      alive === undefined &&
      Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < foreignAgeMs;
    if (alive || foreign) continue;
    await destroy(path);
    removed.push(id);
  }
  // Unfinished copies of binaries carry the name of the sandbox that made them.
  for (const name of readdirSync(place.servers)) {
    const maker = readIdentity(name.split('.')[2] ?? '');
    if (maker && isAlive(maker) === false)
      rmSync(join(place.servers, name), { recursive: true, force: true });
  }
  return removed;
}

/** Kills every process that works in the folder, then removes it and what the server left elsewhere. */
export async function destroy(path: string): Promise<void> {
  const residue = [...readResidue(join(path, files.residue))];
  for (let turn = 0; turn < 200; turn += 1) {
    const found = (await processesIn(path)).filter((pid) => pid !== process.pid);
    if (found.length === 0) break;
    for (const pid of found) {
      residue.push(...sharedFiles(pid));
      kill(pid);
    }
    await setTimeout(10);
  }
  for (const left of residue) removeResidue(left);
  rmSync(join('/tmp', `dbd-${basename(path).split('.')[0]}`), { recursive: true, force: true });
  for (let turn = 0; turn < 50 && existsSync(path); turn += 1) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      await setTimeout(20);
    }
  }
}

/** Shared memory that a server's process maps; nobody else uses it. */
function sharedFiles(pid: number): readonly Residue[] {
  try {
    const files = readFileSync(`/proc/${pid}/maps`, 'utf8').match(/\/dev\/shm\/\S+/g) ?? [];
    return files.map((id) => ({ kind: 'file', id }));
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Removes a kernel object that a killed server left; one that is gone already is fine. */
function removeResidue({ kind, id }: Residue): void {
  if (kind === 'shared-memory') {
    execFile('ipcrm', ['-m', id], () => undefined).unref();
    return;
  }
  try {
    if (/^\/dev\/shm\/[^/]+$/.test(id)) unlinkSync(id);
  } catch {
    // The server removed it itself.
  }
}

/** One kernel object a line: `file /dev/shm/…`, `shared-memory 17`; the guard reads it too. */
export function residueText(residue: readonly Residue[]): string {
  return residue.map(({ kind, id }) => `${kind} ${id}\n`).join('');
}

function readResidue(path: string): readonly Residue[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [kind, id] = line.split(' ');
        return (kind === 'file' || kind === 'shared-memory') && id ? [{ kind, id }] : [];
      });
  } catch {
    return [];
  }
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
