/** Reads files and folders of migrations, whatever tool they are for. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fail } from '../../base/error.ts';
import { formats } from '../all.ts';
import { baseName } from '../text/lines.ts';
import type { Format, Migration, Read, SourceFile } from '../model.ts';

/** Largest file that is read, bytes. */
const largest = 64 * 1024 * 1024;
/** Most files of a folder. */
const most = 20_000;

const known = /\.(?:sql|psql|pgsql|ddl|conf|plan|[cm]?[jt]s)$|(?:^|\/)_journal\.json$/i;

/** Reads the migrations of files and folders in their tools' own order, of the named formats only when some are named; throws `file.missing`, `file.unreadable` and `usage.missing-input`. */
export async function readMigrations(
  paths: readonly string[],
  cwd: string,
  only?: readonly string[],
): Promise<Read> {
  const files = new Map<string, SourceFile>();
  const named = new Set<string>();
  const skipped: { path: string; why: string }[] = [];
  for (const given of paths) {
    const path = join(cwd, given).startsWith(cwd) && !given.startsWith('/') ? join(cwd, given) : given;
    const info = await stat(path).catch((cause: NodeJS.ErrnoException) =>
      fail(
        cause.code === 'ENOENT' ? 'file.missing' : 'file.unreadable',
        `${given} cannot be read (${cause.code ?? 'unknown'}).`,
        { cause, hint: 'Give a file of SQL, or a folder of migrations.' },
      ),
    );
    const inside = info.isDirectory() ? (await below(path)).filter((one) => known.test(one)) : [path];
    if (info.isDirectory() && inside.length === 0)
      fail('usage.missing-input', `The folder ${given} holds no file of SQL.`, {
        hint: 'Migrations end in .sql, .js or .ts.',
      });
    for (const one of inside) {
      const shown = shownPath(one, cwd);
      const file = await text(one, shown, info.isDirectory());
      if ('why' in file) skipped.push({ path: shown, why: file.why });
      else files.set(shown, file);
      if (!info.isDirectory()) named.add(shown);
    }
  }
  return { ...assigned(files, named, only), files, skipped };
}

/** Reads a text that stands in no file. */
export function readText(text: string, path: string): Read {
  const files = new Map([[path, { path, text: bare(text) }]]);
  return { ...assigned(files, new Set([path])), files, skipped: [] };
}

function assigned(
  files: ReadonlyMap<string, SourceFile>,
  named: ReadonlySet<string>,
  only?: readonly string[],
): Pick<Read, 'formats' | 'migrations'> {
  const beside = new Set(files.keys());
  const counts: Record<string, number> = {};
  const migrations: Migration[] = [];
  for (const file of files.values()) {
    const format = formatOf(file, beside, only);
    if (!format) continue;
    const read = format.read(file, files);
    // Sources of a folder that hold no migration are nobody's business.
    if (read.length === 0 && !(named.has(file.path) && format.name === 'javascript')) continue;
    counts[format.name] = (counts[format.name] ?? 0) + 1;
    migrations.push(...read);
  }
  return {
    formats: counts,
    migrations: migrations.toSorted((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0)),
  };
}

function formatOf(
  file: SourceFile,
  beside: ReadonlySet<string>,
  only?: readonly string[],
): Format | undefined {
  if (/\.(?:conf|plan|json)$/i.test(file.path)) return undefined;
  return formats.find(
    (format) => (only === undefined || only.includes(format.name)) && format.claims(file, beside),
  );
}

async function below(folder: string): Promise<string[]> {
  const found: string[] = [];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of (await readdir(next, { withFileTypes: true })).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (entry.name === 'node_modules' || entry.name === '.git') continue;
      const path = join(next, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) found.push(path);
      if (found.length > most)
        fail('file.unreadable', `The folder ${baseName(folder)} holds more than ${most} files.`, {
          hint: 'Give the folder of the migrations alone.',
        });
    }
  }
  return found.toSorted();
}

async function text(
  path: string,
  shown: string,
  inFolder: boolean,
): Promise<SourceFile | { readonly why: string }> {
  const refuse = (why: string): { readonly why: string } =>
    inFolder ? { why } : fail('file.unreadable', `${shown} ${why}.`, { hint: 'Give a file of SQL.' });
  const info = await stat(path);
  if (info.size > largest) return refuse('is larger than 64 MB');
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) =>
    fail('file.unreadable', `${shown} cannot be read (${cause.code ?? 'unknown'}).`, { cause }),
  );
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { path: shown, text: bare(bytes.toString('utf16le')) };
  if (bytes.includes(0)) return refuse('is not text');
  try {
    return { path: shown, text: bare(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return refuse('is not UTF-8 text');
  }
}

function bare(content: string): string {
  return content.startsWith('\uFEFF') ? content.slice(1) : content;
}

function shownPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return (near.startsWith('..') ? path : near).split(sep).join('/');
}
