import { codeSpan, escapeInline } from './escape.ts';
import type { AdfMark, AdfNode, Notes } from './model.ts';

/** How a line ends within one block: `\` in a paragraph, `<br>` in a cell. */
export type LineBreak = '\\\n' | '<br>' | ' ';

interface Wrapping {
  readonly open: string;
  readonly close: string;
  /** The same as HTML, for places where Markdown's own signs would not be read as such. */
  readonly html: readonly [string, string];
}

const wrappings: Readonly<Record<string, Wrapping>> = {
  strong: { open: '**', close: '**', html: ['<strong>', '</strong>'] },
  em: { open: '*', close: '*', html: ['<em>', '</em>'] },
  strike: { open: '~~', close: '~~', html: ['<del>', '</del>'] },
  underline: { open: '<u>', close: '</u>', html: ['<u>', '</u>'] },
};

/** Marks that only colour or annotate; their text is whole without them. */
const quiet = new Set([
  'textColor',
  'backgroundColor',
  'annotation',
  'border',
  'alignment',
  'indentation',
  'breakout',
  'fontSize',
  'dataConsumer',
  'fragment',
]);

/** Inline nodes as Markdown. */
export function inline(nodes: readonly AdfNode[], notes: Notes, lineBreak: LineBreak): string {
  let text = '';
  for (let at = 0; at < nodes.length;) {
    const node = nodes[at]!;
    const mark = outermost(nodes, at);
    if (!mark) {
      text += leaf(node, notes, lineBreak);
      at += 1;
      continue;
    }
    const end = extent(nodes, at, mark);
    const inside = nodes.slice(at, end).map((each) => without(each, mark));
    text += wrapped(mark, inline(inside, notes, lineBreak), nodes[at - 1], nodes[end], notes);
    at = end;
  }
  return text;
}

/** The mark of a node that reaches furthest over what follows; code is innermost, for nothing may stand in it. */
function outermost(nodes: readonly AdfNode[], at: number): AdfMark | undefined {
  return nodes[at]!.marks.filter(({ type }) => type !== 'code')
    .map((mark) => ({ mark, end: extent(nodes, at, mark) }))
    .sort((a, b) => b.end - a.end)[0]?.mark;
}

function extent(nodes: readonly AdfNode[], at: number, mark: AdfMark): number {
  let end = at;
  while (nodes[end]?.marks.some((each) => same(each, mark))) end += 1;
  return end;
}

function without(node: AdfNode, mark: AdfMark): AdfNode {
  return { ...node, marks: node.marks.filter((each) => !same(each, mark)) };
}

function same(a: AdfMark, b: AdfMark): boolean {
  return a.type === b.type && JSON.stringify(a.attrs) === JSON.stringify(b.attrs);
}

function wrapped(
  mark: AdfMark,
  inner: string,
  before: AdfNode | undefined,
  after: AdfNode | undefined,
  notes: Notes,
): string {
  if (mark.type === 'link') return linked(inner, word(mark.attrs, 'href'));
  if (mark.type === 'subsup') {
    const tag = mark.attrs['type'] === 'sup' ? 'sup' : 'sub';
    return `<${tag}>${inner}</${tag}>`;
  }
  const wrapping = wrappings[mark.type];
  if (!wrapping) {
    if (!quiet.has(mark.type)) notes.add('mark', mark.type);
    return inner;
  }
  const [, space, words, rest] = /^([\s]*)(.*?)([\s]*)$/s.exec(inner)!;
  if (words === '') return inner;
  const plain =
    opens(space === '' ? before : undefined) &&
    closes(rest === '' ? after : undefined) &&
    !/^[*~]|[*~]$/.test(words!);
  const [open, close] = plain ? [wrapping.open, wrapping.close] : wrapping.html;
  return `${space}${open}${words}${close}${rest}`;
}

/** Whether a sign such as `**` after this node begins an emphasis for sure. */
function opens(before: AdfNode | undefined): boolean {
  return (
    before === undefined || before.type === 'hardBreak' || (isBare(before) && /[\s("']$/.test(before.text))
  );
}

function closes(after: AdfNode | undefined): boolean {
  return (
    after === undefined || after.type === 'hardBreak' || (isBare(after) && /^[\s).,;:!?"']/.test(after.text))
  );
}

function isBare(node: AdfNode): node is AdfNode & { readonly text: string } {
  return node.type === 'text' && node.text !== undefined && node.marks.length === 0;
}

function linked(text: string, href: string): string {
  if (text.trim() === '') return href === '' ? text : autolink(href);
  if (href === '') return text;
  const target = /[\s()<>]/.test(href) ? `<${href.replaceAll(/[<>\s]/g, encodeURIComponent)}>` : href;
  return `[${text}](${target})`;
}

function autolink(href: string): string {
  return /^[a-z][a-z0-9+.-]{1,31}:[^\s<>]*$/i.test(href) ? `<${href}>` : escapeInline(href);
}

function leaf(node: AdfNode, notes: Notes, lineBreak: LineBreak): string {
  const { type, attrs } = node;
  switch (type) {
    case 'text':
      return textOf(node, notes, lineBreak);
    case 'hardBreak':
      return lineBreak;
    case 'emoji':
      return escapeInline(word(attrs, 'text') || word(attrs, 'shortName'));
    case 'mention': {
      const name = word(attrs, 'text') || word(attrs, 'id');
      return escapeInline(name.startsWith('@') ? name : `@${name}`);
    }
    case 'date': {
      const at = new Date(Number(attrs['timestamp']));
      return Number.isNaN(at.getTime()) ? placeholder('date', notes) : at.toISOString().slice(0, 10);
    }
    case 'status':
      return escapeInline(`[${word(attrs, 'text')}]`);
    case 'inlineCard':
    case 'blockCard':
    case 'embedCard': {
      const data = attrs['data'] as { readonly url?: unknown; readonly name?: unknown } | undefined;
      const url = word(attrs, 'url') || (typeof data?.url === 'string' ? data.url : '');
      return url === '' ? placeholder(type, notes) : autolink(url);
    }
    case 'placeholder':
      return escapeInline(word(attrs, 'text'));
    case 'mediaInline':
    case 'media':
      return mediaText(node, notes);
    case 'inlineExtension':
      return macro(node, notes);
    default:
      return `${placeholder(type, notes)}${node.text === undefined ? '' : ` ${escapeInline(node.text)}`}${
        node.content.length > 0 ? ` ${inline(node.content, notes, lineBreak)}` : ''
      }`;
  }
}

function word(attrs: AdfNode['attrs'], key: string): string {
  const value = attrs[key];
  return typeof value === 'string' ? value : '';
}

function textOf({ text = '', marks }: AdfNode, notes: Notes, lineBreak: LineBreak): string {
  // Marks that reach over several nodes were taken off before; only code is left here.
  if (marks.some(({ type }) => type === 'code')) return text === '' ? '' : codeSpan(text);
  if (/[\u202A-\u202E\u2066-\u2069]/.test(text)) notes.add('direction', 'text');
  return text
    .split(/\r\n?|\n/)
    .map(escapeInline)
    .join(lineBreak);
}

/** What stands for an image or file. */
export function mediaText({ attrs }: AdfNode, notes: Notes): string {
  const [name] = ['alt', 'filename', '__fileName', 'url', 'id'].flatMap((key) =>
    typeof attrs[key] === 'string' && attrs[key] !== '' ? [attrs[key]] : [],
  );
  notes.add('media', name ?? 'a file');
  return escapeInline(`[file: ${name ?? 'unnamed'}]`);
}

/** What stands for an app's macro. */
export function macro({ attrs }: AdfNode, notes: Notes): string {
  const key = typeof attrs['extensionKey'] === 'string' ? attrs['extensionKey'] : 'unnamed';
  notes.add('macro', key);
  const text = typeof attrs['text'] === 'string' ? `: ${attrs['text']}` : '';
  return escapeInline(`[macro ${key}${text}]`);
}

/** What stands for a node of an unknown kind. */
export function placeholder(type: string, notes: Notes): string {
  notes.add('unknown', type);
  return escapeInline(`[not shown: ${type.slice(0, 60)}]`);
}
