/** What a run is the same as: its command, its input, and the contents of everything that the input names. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { hash } from '../../../base/hash.ts';
import { version } from '../../../base/version.ts';
import type { Config } from '../../../config/model.ts';
import type { Place } from '../call.ts';

/** Most files, and most bytes, that are read to tell a run from another. */
const mostFiles = 5_000;
const mostBytes = 256 * 1024 * 1024;

/** A run's name and what it covers. */
export interface RunIdentity {
  /** Sixteen hexadecimal digits. */
  readonly id: string;
  /**
   * Everything that the result rests on is part of the id, so that a finished result is true for as long as the id is the same. Otherwise (a
   * server, a tracker, a foreign program) it is told once, and the next call looks anew.
   */
  readonly lasting: boolean;
}

/** The identity of a call with checked input; what cannot be read counts as it is written, the command itself tells. */
export async function runIdentity(
  command: string,
  input: Readonly<Record<string, unknown>>,
  { cwd, env }: Pick<Place, 'cwd' | 'env'>,
): Promise<RunIdentity> {
  const seen = new Contents();
  const texts = textsOf({ ...input, out: undefined });
  const folders: string[] = [];
  for (const text of texts) {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) seen.outside = true;
    else if (!text.includes('\n') && text.length < 4096) {
      const path = resolve(cwd, text);
      if (await seen.add(path)) folders.push(dirname(path));
    }
  }
  const config = await configOf([...folders, cwd], cwd, env);
  await seen.add(join(cwd, 'package.json'));
  if (config !== undefined) {
    const { current } = config;
    if (current.kind === 'url' || config.sandbox?.includes('://')) seen.outside = true;
    else if ('path' in current) await seen.add(current.path);
    if (config.workload !== undefined) await seen.add(config.workload);
    if (config.file !== undefined) await seen.add(config.file);
    if (texts.some((text) => Object.hasOwn(config.databases ?? {}, text))) seen.outside = true;
  }
  // A task that is neither a file nor a text comes from a tracker, and a foreign program reads what it likes.
  const task = input['task'];
  const program = input['command'];
  if (typeof task === 'string' && !task.includes('\n') && !seen.has(resolve(cwd, task))) seen.outside = true;
  if (Array.isArray(program) && program.length > 0) seen.outside = true;
  const { file: _file, ...said } = config ?? {};
  return {
    id: hash({ command, input, cwd, version, said, contents: seen.digest() }).slice(0, 16),
    lasting: !seen.outside,
  };
}

/** Every text within a value, at any depth. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsOf);
}

async function configOf(
  from: readonly string[],
  cwd: string,
  env: Place['env'],
): Promise<Config | undefined> {
  const { loadConfig } = await import('../../../config/load.ts');
  // What is wrong with the file is for the command to say.
  return loadConfig({ from, cwd, env }).catch(() => undefined);
}

/** Contents of files and folders, added up. */
class Contents {
  outside = false;
  private readonly known = new Map<string, string>();
  private files = 0;
  private bytes = 0;

  has(path: string): boolean {
    return this.known.has(path);
  }

  /** Whether there is a file or folder. */
  async add(path: string): Promise<boolean> {
    if (this.known.has(path)) return true;
    const sum = createHash('sha256');
    if (!(await this.read(path, sum))) return false;
    this.known.set(path, sum.digest('hex'));
    return true;
  }

  digest(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.known);
  }

  private async read(path: string, sum: Hash): Promise<boolean> {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return false;
    if (this.files > mostFiles || this.bytes > mostBytes) this.outside = true;
    else if (found.isDirectory()) {
      for (const name of (await readdir(path).catch(() => [])).toSorted((a, b) => (a < b ? -1 : 1))) {
        if (name === 'node_modules' || name === '.git') continue;
        sum.update(`\0${name}\0`);
        await this.read(join(path, name), sum);
      }
    } else if (found.isSymbolicLink() || found.isFile()) {
      this.files += 1;
      this.bytes += found.size;
      // A schema in a program's language takes in other files.
      if (/\.[cm]?[jt]sx?$/.test(path)) this.outside = true;
      if (this.bytes > mostBytes) this.outside = true;
      else await hashFile(path, sum).catch(() => (this.outside = true));
    }
    return true;
  }
}

async function hashFile(path: string, sum: Hash): Promise<void> {
  const { size } = await lstat(path);
  if (size < 1024 * 1024) sum.update(await readFile(path));
  else for await (const part of createReadStream(path)) sum.update(part as Buffer);
}
