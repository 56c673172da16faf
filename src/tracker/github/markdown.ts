/** Writes a document as Markdown for GitHub; text of others can neither notify, refer, close, nor be HTML. */
import { safeUrl, type Document, type DocumentBlock, type Inline, type PanelKind } from '../document.ts';
import { fenced } from '../fenced.ts';
import { shown } from '../shown.ts';

/** Largest body of an issue or comment, in characters; kept below, since GitHub does not say how it counts, and the mark needs up to 20,000. */
export const largestBody = 65_536;
const room = 40_000;

/** A blank without width: it parts a sign from what it would act on, and is not seen. */
const part = '&#8203;';

/** The document as Markdown of at most so many characters; what does not fit is left out from the end and said. */
export function markdownOf({ blocks }: Document, most = room): string {
  const written: string[] = [];
  let length = 0;
  for (const block of blocks) {
    const text = blockText(block, true);
    if (length + text.length + 2 > most) {
      written.push('*The rest is too long for GitHub; it stands in the report.*');
      break;
    }
    length += text.length + 2;
    written.push(text);
  }
  return written.filter((text) => text !== '').join('\n\n');
}

const alerts: Readonly<Record<PanelKind, string>> = {
  info: 'NOTE',
  note: 'NOTE',
  success: 'TIP',
  warning: 'WARNING',
  error: 'CAUTION',
};

function blockText(block: DocumentBlock, top = false): string {
  const all = (blocks: readonly DocumentBlock[]): string => blocks.map((one) => blockText(one)).join('\n\n');
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${lineText(block.content).replaceAll('\n', ' ')}`;
    case 'paragraph':
      return lineText(block.content);
    case 'bullets':
      return block.items.map((item) => indented('- ', all(item))).join('\n');
    case 'numbers':
      return block.items.map((item, i) => indented(`${Math.max(0, block.from) + i}. `, all(item))).join('\n');
    case 'table':
      return tableText(block.head, block.rows);
    case 'code':
      return fenced(
        shown(block.text).replace(/\n$/, ''),
        /^[\w+#.-]{1,40}$/.test(block.language) ? block.language : '',
      );
    case 'quote':
      return quoted(all(block.blocks));
    case 'panel':
      // An alert stands at the top level only; elsewhere it would show its own name.
      return quoted(`${top ? `[!${alerts[block.panel]}]\n` : ''}${all(block.blocks)}`);
    case 'expand':
      return `<details><summary>${plain(shown(block.title).replaceAll(/\s+/g, ' '))}</summary>\n\n${all(block.blocks)}\n\n</details>`;
    case 'rule':
      return '---';
  }
}

function tableText(
  head: readonly (readonly Inline[])[],
  rows: readonly (readonly (readonly Inline[])[])[],
): string {
  const width = Math.max(1, head.length, ...rows.map((row) => row.length));
  const line = (cells: readonly (readonly Inline[])[]): string =>
    `| ${Array.from({ length: width }, (_, i) => cellText(cells[i] ?? [])).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(width)}`, ...rows.map(line)].join('\n');
}

/** A bar ends a cell even within code, unless it is escaped. */
function cellText(content: readonly Inline[]): string {
  return content
    .map((one) =>
      one.kind === 'break'
        ? '<br>'
        : inlineText(one)
            .replaceAll(/(?<!\\)\|/g, '\\|')
            .replaceAll('\n', ' '),
    )
    .join('');
}

function lineText(content: readonly Inline[]): string {
  const text = content.map((one) => (one.kind === 'break' ? '\\\n' : inlineText(one))).join('');
  // What would begin a list, a heading, a quote or an underline is text here.
  return text
    .split('\n')
    .map((line) =>
      line
        .trimStart()
        .replace(/^(?:([#+\->=:])|(\d{1,9})([.)]))/, (_, sign?: string, digits?: string, dot?: string) =>
          sign === undefined ? `${digits}\\${dot}` : `\\${sign}`,
        ),
    )
    .join('\n');
}

function inlineText(one: Inline): string {
  switch (one.kind) {
    case 'text': {
      const text = escaped(one.text);
      const [, before = '', core = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
      if (core === '') return text;
      const marks = `${one.strong === true ? '**' : ''}${one.em === true ? '*' : ''}`;
      return `${before}${marks}${core}${marks.split('').toReversed().join('')}${after}`;
    }
    case 'code':
      return codeSpan(one.text);
    case 'link': {
      const url = safeUrl(one.url);
      return url === undefined
        ? escaped(`${one.text} (${one.url})`)
        : `[${escaped(one.text)}](<${url.replaceAll(/[<>]/g, encodeURIComponent)}>)`;
    }
    case 'status':
      return one.text.trim() === '' ? '' : `**${escaped(one.text).trim()}**`;
    case 'break':
      return '\n';
  }
}

function codeSpan(text: string): string {
  const line = shown(text).replaceAll(/\s+/g, ' ');
  if (line.trim() === '') return '';
  const ticks = '`'.repeat(Math.max(0, ...[...line.matchAll(/`+/g)].map(([found]) => found.length)) + 1);
  const gap = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${gap}${line}${gap}${ticks}`;
}

/** Text of one line in which no sign of Markdown counts. */
function escaped(text: string): string {
  return plain(
    shown(text)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/[\\`*_[\]~|$]/g, '\\$&'),
  );
}

/** Text in which nothing is HTML and nothing notifies or refers: `@name`, `#12`, `GH-12`, addresses. */
function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/#(?=\d)/g, `#${part}`)
    .replaceAll('@', `@${part}`)
    .replaceAll(/\b(GH)-(?=\d)/gi, `$1-${part}`)
    .replaceAll(/\b([a-z][a-z0-9+.-]*):(?=\/\/)/gi, `$1:${part}`)
    .replaceAll(/\b(www)\.(?=\w)/gi, `$1.${part}`);
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

function indented(mark: string, text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return [
    `${mark}${first}`,
    ...rest.map((line) => (line === '' ? '' : `${' '.repeat(mark.length)}${line}`)),
  ].join('\n');
}
