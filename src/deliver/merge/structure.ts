/** The structure on which an added migration is tried: that of the base, and what was added before. */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import { readCurrent } from '../current/read-current.ts';
import type { Line, Side } from './model.ts';
import { fileName, scriptOf } from './scripts.ts';

type Current = Config['current'];

/** Scripts that run one after the other; or why the structure is not known. */
export type Structure =
  | { readonly kind: 'known'; readonly current: Current; readonly from: string }
  | { readonly kind: 'unknown'; readonly because: string };

/** SQL files of a side, by the path that is shown. */
export interface Piece {
  readonly name: string;
  readonly sql: string;
}

/** What a line of the base runs, in its order. */
export async function piecesOf(engine: Engine, line: Line, side: Side): Promise<readonly Piece[] | string> {
  if (line.kind === 'changes')
    return (await Promise.all(line.folders.map((folder) => changePieces(folder, side)))).flat();
  const [program] = line.programs;
  if (program !== undefined)
    return `${program}${line.programs.length > 1 ? ` and ${line.programs.length - 1} more` : ''} of the base are programs, so the structure before is not known; name it with \`current\` in dbd.config.yaml`;
  const pieces: Piece[] = [];
  for (const migration of line.migrations) {
    if (migration.up.length === 0) continue;
    const script = scriptOf(engine, migration, 'up');
    if ('because' in script)
      return `${script.because}, and the base has run it; name the structure with \`current\` in dbd.config.yaml`;
    pieces.push({ name: migration.file, sql: script.sql });
  }
  return pieces;
}

/** The files upward of a change folder. */
export async function changePieces(folder: string, side: Side): Promise<readonly Piece[]> {
  const names = (await readdir(join(side.folder, folder, 'up'))).filter((name) => name.endsWith('.sql'));
  return Promise.all(
    names.toSorted().map(async (name) => ({
      name: `${folder}-${name}`.replaceAll('/', '-'),
      sql: await readFile(join(side.folder, folder, 'up', name), 'utf8'),
    })),
  );
}

/** The configured structure of the base with pieces behind it, written to a new folder. A captured database takes none behind it. */
export async function structureOf(
  engine: Engine,
  config: Config,
  base: readonly Piece[] | string,
  before: readonly Piece[],
  folder: string,
): Promise<Structure> {
  const { current } = config;
  if (current.kind === 'none' && typeof base === 'string') return { kind: 'unknown', because: base };
  if (current.kind === 'none') {
    const pieces = [...(base as readonly Piece[]), ...before];
    if (pieces.length === 0) return { kind: 'known', current, from: 'an empty database' };
    await write(folder, pieces, 1);
    return {
      kind: 'known',
      current: { kind: 'folder', path: folder },
      from: `the migrations of the base, run in their order`,
    };
  }
  if (current.kind === 'file' && /\.[cm]?[jt]sx?$/.test(current.path))
    return {
      kind: 'unknown',
      because: '`current` is a program; name a file of SQL, a snapshot or a schema of Prisma instead',
    };
  if (before.length === 0) return { kind: 'known', current, from: 'the configured structure' };
  if (current.kind === 'snapshot' || current.kind === 'url')
    return {
      kind: 'unknown',
      because: 'it follows another change of this branch, which the captured structure does not hold',
    };
  const read = await readCurrent(current, engine);
  if (read.kind === 'script') await write(folder, [{ name: 'current', sql: read.text }], 0);
  else {
    await mkdir(folder, { recursive: true });
    const paths =
      current.kind === 'file'
        ? [current.path]
        : (await readdir(current.path, { recursive: true }))
            .filter((name) => name.endsWith('.sql'))
            .toSorted()
            .map((name) => join(current.path, name));
    for (const [at, path] of paths.entries())
      await copyFile(path, join(folder, `00000-${String(at).padStart(5, '0')}.sql`));
  }
  await write(folder, before, 1);
  return { kind: 'known', current: { kind: 'folder', path: folder }, from: 'the configured structure' };
}

async function write(folder: string, pieces: readonly Piece[], first: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [at, { name, sql }] of pieces.entries())
    await writeFile(join(folder, fileName(first + at, name)), sql);
}
