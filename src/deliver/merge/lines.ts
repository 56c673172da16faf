/** Finds what migrates a database among the files of a repository. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationFolders } from '../../config/detect.ts';
import { readMigrations } from '../../formats/reading/read.ts';
import { baseName, folderOf } from '../../formats/text/lines.ts';
import type { Line } from './model.ts';

/** Where tools keep migrations beside those that `dbd init` looks for. */
const folders = [...migrationFolders, 'db/changelog', 'src/main/resources/db/changelog', 'alembic/versions'];
const rootPattern = new RegExp(`^((?:.*?/)??(?:${folders.join('|')}))/`);
/** A file of a change folder: `up/01-expand.sql`. */
const changePattern = /^(?:(.+)\/)?up\/\d\d-[a-z]+\.sql$/;
/** Flyway's names are found wherever they stand. */
const flywayPattern = /^(?:.+\/)?[VUBR][\d._]*__[^/]+\.sql$/;
const sqitchPattern = /^(?:(.+)\/)?sqitch\.plan$/;
/** Files that change a database when a tool runs them, and that are not read as SQL here. */
const program =
  /\.(?:[cm]?[jt]sx?|py|rb|java|kt|go|php|exs?|cs|xml|sh)$|changelog(?:[/.-][^/]*|\/.*)?\.(?:ya?ml|json)$/i;
/** Notes and settings beside migrations. */
const harmless = /(?:^|\/)(?:[^/]+\.(?:d\.ts|test\.[jt]s|spec\.[jt]s)|__init__\.py|env\.py|index\.[jt]s)$/;

/** Whether a file is needed to read migrations, structure and queries. */
export function wanted(path: string): boolean {
  return (
    /\.(?:sql|psql|pgsql|ddl|conf|plan|prisma|dbds|ya?ml)$|(?:^|\/)_journal\.json$/i.test(path) ||
    (program.test(path) && rootPattern.test(path))
  );
}

/** Folders of migrations, and of change folders, in a list of paths; only those at or below `only` when some are named. */
export function rootsIn(
  paths: Iterable<string>,
  only: readonly string[],
): { readonly roots: readonly string[]; readonly changes: readonly string[] } {
  const roots = new Set<string>();
  const changes = new Set<string>();
  for (const path of paths) {
    if (/(?:^|\/)node_modules\//.test(path)) continue;
    const named = only.find((folder) => path === folder || path.startsWith(`${folder}/`) || folder === '.');
    if (only.length > 0 && named === undefined) continue;
    const change = changePattern.exec(path);
    if (change?.[1] !== undefined) changes.add(change[1]);
    else if (named !== undefined) roots.add(named);
    else {
      const found =
        rootPattern.exec(path)?.[1] ??
        sqitchPattern.exec(path)?.[1] ??
        (flywayPattern.test(path) ? folderOf(path) : undefined);
      if (found) roots.add(found);
    }
  }
  // A folder within another one belongs to that one.
  const outer = [...roots].filter((root) => ![...roots].some((other) => root.startsWith(`${other}/`)));
  return { roots: outer.toSorted(), changes: [...changes].toSorted() };
}

/** Reads the lines of a side that was written to a folder. Throws what reading migrations throws. */
export async function linesOf(
  folder: string,
  paths: readonly string[],
  only: readonly string[],
): Promise<readonly Line[]> {
  const { roots, changes } = rootsIn(paths, only);
  const inChange = (path: string): boolean => changes.some((change) => path.startsWith(`${change}/`));
  const lines: Line[] = [];
  for (const root of roots) {
    const own = paths.filter((path) => (root === '.' || path.startsWith(`${root}/`)) && !inChange(path));
    const there = await present(folder, own);
    if (there.length === 0) continue;
    const { migrations, files, formats } = await readMigrations(there, folder);
    const javascript = formats['javascript'] === undefined ? [] : own.filter((path) => program.test(path));
    const programs = [...new Set([...own.filter((path) => program.test(path)), ...javascript])].filter(
      (path) => !harmless.test(path),
    );
    const read = migrations.filter(({ file }) => !program.test(file));
    if (read.length + programs.length > 0)
      lines.push({ kind: 'migrations', root, migrations: read, files, programs });
  }
  const parents = new Set(changes.map(folderOf));
  for (const root of parents)
    lines.push({
      kind: 'changes',
      root: root || '.',
      folders: changes
        .filter((change) => folderOf(change) === root)
        .toSorted((a, b) => (baseName(a) < baseName(b) ? -1 : 1)),
    });
  return lines;
}

async function present(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const known = paths.filter((path) => wanted(path));
  const there = await Promise.all(
    known.map((path) =>
      access(join(folder, path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return known.filter((_, at) => there[at]);
}
