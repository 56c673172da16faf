/** Documents as the wiki markup of a Jira Data Center. */
import type { Document, DocumentBlock, Inline } from '../../document.ts';
import { shown } from '../../shown.ts';
import { escapeWiki, monospaced } from './escape.ts';
import { inlineWiki } from './write-inline.ts';

/** A document as a Data Center takes it. */
export function wikiOf(document: Document): string {
  return blocksWiki(document.blocks, []);
}

/** Characters that a Data Center counts against its limit. */
export function wikiLength(document: Document): number {
  return wikiOf(document).length;
}

/** Macros that stand open; what is written in them must not close them. */
type Open = readonly ('quote' | 'panel')[];

function blocksWiki(blocks: readonly DocumentBlock[], open: Open): string {
  return blocks
    .map((block) => blockWiki(block, open))
    .filter((text) => text !== '')
    .join('\n\n');
}

function blockWiki(block: DocumentBlock, open: Open): string {
  switch (block.kind) {
    case 'paragraph':
      return inlineWiki(block.content, '\n');
    case 'heading': {
      const text = inlineWiki(block.content, ' \\\\ ');
      return text === '' ? '' : `h${block.level}. ${text}`;
    }
    case 'code':
      return codeWiki(block, open);
    case 'rule':
      return '----';
    case 'bullets':
      return listWiki(block.items, '*', open);
    case 'numbers':
      // Numbers begin at 1 here, and begin anew behind whatever interrupts them.
      return block.from === 1 && block.items.every((item) => item.every(inLine))
        ? listWiki(block.items, '#', open)
        : numbered(block.items, block.from, open);
    case 'table':
      return tableWiki(block);
    case 'quote':
      return framed('quote', '', block.blocks, open);
    case 'panel': {
      const title = `${block.panel.slice(0, 1).toUpperCase()}${block.panel.slice(1)}`;
      return framed('panel', `:title=${title}`, block.blocks, open);
    }
    case 'expand': {
      const title = inlineWiki([{ kind: 'text', text: block.title, strong: true }], '\n');
      return [title, blocksWiki(block.blocks, open)].filter((text) => text !== '').join('\n\n');
    }
  }
}

/** A macro around blocks; within one of its own kind it is left out, for the first end would close the outer one. */
function framed(
  name: 'quote' | 'panel',
  parameters: string,
  blocks: readonly DocumentBlock[],
  open: Open,
): string {
  if (open.includes(name)) return blocksWiki(blocks, open);
  const inner = blocksWiki(blocks, [...open, name]);
  return inner === '' ? '' : `{${name}${parameters}}\n${inner}\n{${name}}`;
}

/** Languages that every Data Center paints; others may be answered with an error in their place. */
const painted = new Set(['sql', 'yaml', 'json', 'bash', 'javascript', 'python', 'xml', 'java']);

function codeWiki({ language, text }: Extract<DocumentBlock, { kind: 'code' }>, open: Open): string {
  const code = shown(text);
  const bad = (name: string): boolean => code.toLowerCase().includes(`{${name}`);
  // People are told of a mention even where it stands in code.
  if (code.includes('[~') || open.some(bad)) return lines(code);
  const word = language.toLowerCase();
  if (painted.has(word) && !bad('code')) return `{code:${word}}\n${code}\n{code}`;
  if (!bad('noformat')) return `{noformat}\n${code}\n{noformat}`;
  return bad('code') ? lines(code) : `{code}\n${code}\n{code}`;
}

/** Code that would end any frame of code: each line for itself. */
function lines(code: string): string {
  return code
    .split('\n')
    .map((line) => monospaced(line.replaceAll('\t', '  ')) || '{{&nbsp;}}')
    .join('\n');
}

function inLine({ kind }: DocumentBlock): boolean {
  return kind === 'paragraph' || kind === 'bullets' || kind === 'numbers' || kind === 'heading';
}

/** A list; what no item can hold follows behind it, and the list goes on. */
function listWiki(items: readonly (readonly DocumentBlock[])[], marker: string, open: Open): string {
  const parts: { text: string; tight: boolean }[] = [];
  for (const item of items) {
    const split = item.findIndex((block) => !inLine(block));
    const own = split === -1 ? item : item.slice(0, split);
    const words = own
      .flatMap((block) => ('content' in block ? [inlineWiki(block.content, ' \\\\ ')] : []))
      .filter((text) => text !== '');
    if (words.length > 0 || split === -1)
      parts.push({ text: `${marker} ${words.join(' \\\\ ')}`.trimEnd(), tight: true });
    for (const block of own)
      if (block.kind === 'bullets' || block.kind === 'numbers') {
        const inner = block.items.every((each) => each.every(inLine));
        const sign = block.kind === 'bullets' ? '*' : '#';
        const text = listWiki(block.items, `${marker}${sign}`, open);
        if (text !== '') parts.push({ text, tight: inner });
      }
    for (const block of split === -1 ? [] : item.slice(split)) {
      const text = blockWiki(block, open);
      if (text !== '') parts.push({ text, tight: false });
    }
  }
  return parts
    .map(({ text, tight }, at) =>
      at === 0 ? text : `${tight && parts[at - 1]!.tight ? '\n' : '\n\n'}${text}`,
    )
    .join('');
}

function numbered(items: readonly (readonly DocumentBlock[])[], from: number, open: Open): string {
  return items
    .map((item, at) => {
      const [first, ...rest] = item;
      const number = escapeWiki(`${from + at}. `);
      const head = first?.kind === 'paragraph' ? inlineWiki(first.content, ' \\\\ ') : '';
      return [`${number}${head}`.trim(), blocksWiki(first?.kind === 'paragraph' ? rest : item, open)]
        .filter((text) => text !== '')
        .join('\n\n');
    })
    .join('\n\n');
}

function tableWiki({ head, rows }: Extract<DocumentBlock, { kind: 'table' }>): string {
  const width = rows.reduce((most, row) => Math.max(most, row.length), head.length);
  if (width === 0) return '';
  const line = (cells: readonly (readonly Inline[])[], bar: string): string =>
    `${bar}${Array.from({ length: width }, (_, at) => ` ${inlineWiki(cells[at] ?? [], ' \\\\ ', true).replaceAll('\n', ' ')} `.replace(/^ {2,}$/, ' ')).join(bar)}${bar}`;
  return [...(head.length > 0 ? [line(head, '||')] : []), ...rows.map((row) => line(row, '|'))].join('\n');
}
