/** Atlassian Document Format becomes Markdown in which nothing was lost in silence. */
import { plural } from '../../../base/text.ts';
import { blocks } from './blocks.ts';
import type { AdfNode, Converted, NoteKind, Notes } from './model.ts';
import { readDocument } from './read.ts';

/** Converts a document (parsed JSON); `null` is an unset field and gives no text. Code stays byte for byte. */
export function adfToMarkdown(document: unknown): Converted {
  if (document === null || document === undefined) return { markdown: '', warnings: [] };
  return convert((notes) => readDocument(document, () => notes.add('deep', 'content'))?.content);
}

/** Converts the nodes that were read, and tells what could not be carried over. */
export function convert(read: (notes: Notes) => readonly AdfNode[] | undefined): Converted {
  const told = new Map<NoteKind, Map<string, number>>();
  const notes: Notes = {
    add: (kind, what) => {
      const counts = told.get(kind) ?? new Map<string, number>();
      counts.set(what, (counts.get(what) ?? 0) + 1);
      told.set(kind, counts);
    },
  };
  const nodes = read(notes);
  if (!nodes)
    return {
      markdown: '\\[not shown: a text of an unknown format]',
      warnings: ['A text of an unknown format was not read.'],
    };
  const markdown = blocks(nodes, notes).trimEnd();
  return { markdown, warnings: [...told].map(([kind, counts]) => sentences[kind](counts)) };
}

const sentences: Readonly<Record<NoteKind, (counts: ReadonlyMap<string, number>) => string>> = {
  unknown: (counts) => `Parts of an unknown kind are shown as placeholders: ${listed(counts)}.`,
  macro: (counts) => `Macros are shown as placeholders: ${listed(counts)}.`,
  media: (counts) =>
    `${plural(total(counts), 'image or file was', 'images or files were')} not read: ${listed(counts)}.`,
  mark: (counts) => `Formatting of an unknown kind was dropped, its text was kept: ${listed(counts)}.`,
  deep: () => 'The text is nested so deeply that its innermost parts are shown as placeholders.',
  fence: () =>
    'A paragraph begins with ``` as plain text; only a code block made with the editor counts as one.',
  direction: () =>
    'The text holds invisible characters that change the direction of writing; what is shown may differ from what is read.',
};

function listed(counts: ReadonlyMap<string, number>): string {
  const names = [...counts].map(([name, count]) => {
    const shown = name.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 60);
    return count > 1 ? `${shown} (${count})` : shown;
  });
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
