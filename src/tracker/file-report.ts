/** Tells a task in a file what became of it: in a file of its own beside it, so that the text of the task stays as its author left it. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '../base/error.ts';
import { adfToMarkdown } from './jira/adf/adf.ts';
import { adfOf } from './jira/adf/write.ts';
import { commentOf } from './comment.ts';
import type { Publication, PublishedPart, Publisher, Settings } from './model.ts';

/** First line of a file that dbd may write anew. */
const mark = '<!-- written by dbd publish; a next run replaces this file -->';

/** The publisher of Markdown files: `KAN-29.md` is told in `KAN-29.report.md`. */
export const filePublisher: Publisher = {
  preview: async (reference, settings, publication) => {
    const { comment, parts } = await look(reference, settings, publication);
    return { comment, parts };
  },
  publish: async (reference, settings, publication) => {
    const { path, comment, parts } = await look(reference, settings, publication);
    if (parts[0]!.did !== 'unchanged') await write(path, `${mark}\n\n${comment}\n`);
    return { parts, limits: [] };
  },
};

/** Where a task in a file is told what became of it. */
export function reportBeside(reference: string): string {
  return join(dirname(reference), `${basename(reference).replace(/\.(?:md|markdown|txt)$/i, '')}.report.md`);
}

async function look(reference: string, { cwd }: Settings, publication: Publication) {
  const shown = reportBeside(reference);
  const path = resolve(cwd, shown);
  const comment = adfToMarkdown(adfOf(commentOf(publication, 'block'))).markdown;
  const standing = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) =>
    cause.code === 'ENOENT'
      ? undefined
      : fail('file.unreadable', `${shown} cannot be read (${cause.code ?? 'unknown'}).`, { cause }),
  );
  if (standing !== undefined && !standing.startsWith(mark))
    return fail('tracker.refused', `${shown} is there and was not written by dbd.`, {
      hint: 'Move it away; dbd replaces only what it wrote.',
    });
  const did =
    standing === undefined ? 'created' : standing === `${mark}\n\n${comment}\n` ? 'unchanged' : 'updated';
  const parts: PublishedPart[] = [{ what: 'comment', name: shown, did }];
  if (publication.state !== undefined)
    parts.push({
      what: 'state',
      name: publication.state,
      did: 'left-alone',
      note: 'a task in a file has no state',
    });
  return { path, comment, parts };
}

/** All of it or nothing: the name is taken over when the text is written. */
async function write(path: string, text: string): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, text, { flag: 'wx' });
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    fail('file.unwritable', `${basename(path)} cannot be written beside the task.`, { cause });
  }
}
