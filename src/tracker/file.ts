import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail } from '../base/error.ts';
import { filePublisher } from './file-report.ts';
import type { Tracker } from './model.ts';

/** A Markdown file. */
export const file: Tracker = {
  name: 'file',
  matches: async (reference, { cwd }) =>
    stat(resolve(cwd, reference)).then(
      () => true,
      () => false,
    ),
  load: async (reference, { cwd }) => {
    const text = await readFile(resolve(cwd, reference)).catch((cause: NodeJS.ErrnoException) =>
      cause.code === 'ENOENT'
        ? fail('file.missing', `There is no file ${reference}.`, {
            cause,
            hint: 'Give a Markdown file, the key of a Jira issue such as KAN-29, the text itself, or - and the text on standard input.',
          })
        : fail('file.unreadable', `${reference} cannot be read (${cause.code ?? 'unknown'}).`, {
            cause,
            hint: 'Give a Markdown file.',
          }),
    );
    return { text, name: reference, block: 'file', limits: [] };
  },
  publisher: filePublisher,
};
