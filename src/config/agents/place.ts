/** Reads and replaces files of a project, and never anything outside of it. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { fail } from '../../base/error.ts';

/** Largest file that is read to be merged, bytes. */
const largest = 1024 * 1024;

/** A file of the project, as it is. */
export interface Placed {
  /** With its links resolved. */
  readonly path: string;
  /** Absent where there is none. */
  readonly text?: string;
  readonly mode?: number;
}

/** Looks at a file below the project; throws `file.unwritable` for what must not be replaced and `file.unreadable` for what is no text. */
export async function look(root: string, path: string): Promise<Placed> {
  const project = await realpath(root).catch((cause: unknown) =>
    fail('file.missing', `There is no folder ${root}.`, { cause }),
  );
  const file = await resolved(project, path);
  const found = await stat(file).catch(() => undefined);
  if (!found) return { path: file };
  if (!found.isFile())
    return fail('file.unwritable', `${path} is there and is no file.`, {
      hint: `Move it away, or rename it.`,
    });
  if ((found.mode & 0o222) === 0)
    return fail('file.unwritable', `${path} is read-only.`, {
      hint: `Make it writable: chmod u+w ${path}`,
    });
  if (found.size > largest) return fail('file.unreadable', `${path} is larger than 1 MiB.`);
  const bytes = await readFile(file).catch((cause: unknown) =>
    fail('file.unreadable', `${path} cannot be read.`, { cause }),
  );
  try {
    return {
      path: file,
      mode: found.mode & 0o777,
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    };
  } catch (cause) {
    return fail('file.unreadable', `${path} is not UTF-8 text.`, { cause });
  }
}

/** Writes beside the file and renames, so that a full disk never leaves half of it. Throws `file.unwritable`. */
export async function replace({ path, mode }: Placed, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(4).toString('hex')}.dbd-new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(beside, text, { flag: 'wx', ...(mode === undefined ? {} : { mode }) });
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    fail(
      'file.unwritable',
      `${path} cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      {
        cause,
        hint: 'Check that the disk is not full and the folder is writable.',
      },
    );
  }
}

/** The path with every link on the way followed, as long as it stays in the project. */
async function resolved(project: string, path: string): Promise<string> {
  let at = project;
  const names = path.split('/');
  for (const [i, name] of names.entries()) {
    const next = join(at, name);
    const found = await lstat(next).catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT'
        ? undefined
        : fail('file.unwritable', `${path} cannot be reached (${error.code ?? 'unknown'}).`, {
            cause: error,
            hint: 'A part of its path is a file, or may not be entered.',
          }),
    );
    if (!found) return join(at, ...names.slice(i));
    const target = await realpath(next).catch((cause: unknown) =>
      fail('file.unwritable', `${path} goes through a link that leads nowhere.`, {
        cause,
        hint: `Remove ${next}.`,
      }),
    );
    const way = relative(project, target);
    if (way.startsWith('..') || isAbsolute(way))
      return fail('file.unwritable', `${path} goes through a link that leads out of the project.`, {
        hint: `Nothing was written. Replace the link ${next} by a file or folder of the project.`,
      });
    if (i < names.length - 1 && !(await stat(target)).isDirectory())
      return fail(
        'file.unwritable',
        `${path} cannot be written: ${names.slice(0, i + 1).join('/')} is a file.`,
        {
          hint: 'Move it away, or rename it.',
        },
      );
    at = target;
  }
  return at;
}
