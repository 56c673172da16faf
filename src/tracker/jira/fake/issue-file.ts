/** Issues of a fake site from Markdown files. */
import { fences, split } from '../../../task/markdown.ts';
import { inlines, paragraph, sentence, type Document, type DocumentBlock } from '../../document.ts';
import { adfOf } from '../adf/write.ts';
import { wikiOf } from '../wiki/write.ts';
import type { KeptIssue, Site } from './model.ts';

/** An issue of a text; `name` is the file's, without its ending. The key is the name's or the text's, else the given one. */
export function issueOfText(text: string, name: string, fallback: string, kind: Site['kind']): KeptIssue {
  const clean = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const { id, title } = split(clean, name);
  const key = [name, id].find((word) => /^[A-Z][A-Z0-9_]*-[1-9]\d{0,9}$/.test(word)) ?? fallback;
  const summary = (title.startsWith(key) ? title.slice(key.length).trim() : title) || key;
  const document = documentOf(clean, title);
  return { key, summary, description: kind === 'cloud' ? adfOf(document) : wikiOf(document) };
}

/** What Markdown says in headings, lists, tables, quotes and code; of a line, code only. */
function documentOf(text: string, title: string): Document {
  const lines = text.split('\n');
  const code = new Map(fences(lines).map((fence) => [fence.line - 1, fence]));
  const blocks: DocumentBlock[] = [];
  const first = lines.findIndex((line) => /^#\s/.test(line));
  const front = lines[0] === '---' ? lines.indexOf('---', 1) : -1;
  for (let at = front + 1; at < lines.length; at++) {
    const line = lines[at]!;
    const fence = code.get(at);
    if (fence) {
      const language = /^[\s>]*(?:[-*+]\s+)?(?:`{3,}|~{3,})\s*([\w+#.-]*)/.exec(line)?.[1] ?? '';
      blocks.push({ kind: 'code', language, text: fence.text });
      at = fence.lastLine - 1;
      continue;
    }
    // The title is the issue's summary.
    if (line.trim() === '' || (at === first && line.includes(title))) continue;
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (heading)
      blocks.push({
        kind: 'heading',
        level: heading[1]!.length as 1 | 2 | 3 | 4 | 5 | 6,
        content: sentence(heading[2]!),
      });
    else if (/^\s*(?:-{3,}|\*{3,})\s*$/.test(line)) blocks.push({ kind: 'rule' });
    else at = several(lines, at, blocks);
  }
  return { blocks };
}

/** Adds the list, table, quote or paragraph that begins at a line; its last line. */
function several(lines: readonly string[], from: number, blocks: DocumentBlock[]): number {
  const kinds = [/^\s*[-*+]\s+/, /^\s*\d{1,9}[.)]\s+/, /^\s*\|/, /^\s*>\s?/];
  const kind = kinds.find((pattern) => pattern.test(lines[from]!));
  const ends = (line: string): boolean =>
    line.trim() === '' ||
    /^\s*(?:`{3,}|~{3,}|#{1,6}\s)/.test(line) ||
    (kind ? !kind.test(line) : kinds.some((each) => each.test(line)));
  let last = from;
  while (last + 1 < lines.length && !ends(lines[last + 1]!)) last += 1;
  const own = lines.slice(from, last + 1);
  const bare = own.map((line) => (kind ? line.replace(kind, '') : line.trim()));
  const items = bare.map((line) => [paragraph(...sentence(line.trim()))]);
  if (kind === kinds[0]) blocks.push({ kind: 'bullets', items });
  else if (kind === kinds[1]) blocks.push({ kind: 'numbers', from: 1, items });
  else if (kind === kinds[2]) blocks.push(tableOf(own));
  else if (kind === kinds[3])
    blocks.push({ kind: 'quote', blocks: [paragraph(...sentence(bare.join(' ')))] });
  else blocks.push(paragraph(...inlines(sentence(bare.join(' ')))));
  return last;
}

function tableOf(lines: readonly string[]): DocumentBlock {
  const rows = lines
    .filter((line) => !/^[\s|:-]+$/.test(line))
    .map((line) =>
      line
        .trim()
        .replaceAll(/^\||\|$/g, '')
        .split(/(?<!\\)\|/)
        .map((cell) => sentence(cell.trim().replaceAll('\\|', '|'))),
    );
  return { kind: 'table', head: rows[0] ?? [], rows: rows.slice(1) };
}
