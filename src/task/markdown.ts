/** Finds the block and the prose in a Markdown text, line by line, in time that grows with the text only. */
import { parse } from 'yaml';
import { hash } from '../base/hash.ts';
import { slug } from '../base/text.ts';
import type { Place } from './model.ts';

/** The parts of a task's text. */
export interface Parts {
  readonly id: string;
  readonly title: string;
  readonly prose: string;
  /** Every fenced block whose first key is `dbd`; more than one is for the caller to refuse. */
  readonly blocks: readonly Fence[];
}

/** A fenced block: its content and where each of its lines stands in the file. */
export interface Fence {
  readonly text: string;
  /** Line of the opening fence in the file, from 1. */
  readonly line: number;
  /** Line of the content's first line in the file, from 1. */
  readonly firstLine: number;
  /** Line of the closing fence, or of the last content line when it is missing. */
  readonly lastLine: number;
  /** Characters taken from the front of each content line: quote marks and indentation. */
  readonly stripped: readonly number[];
}

const container = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*/;
const opening = /^(`{3,})[^`]*$|^(~{3,})/;
/** First key of the block; comments, blank lines and a document marker may stand before it. */
const firstKey =
  /^(?:[ \t]*(?:#[^\n]*)?\n|---[ \t]*\n)*[ \t]*(?:\{\s*)?(?:(["'])dbd\1[ \t]*:|dbd[ \t]*:(?:\s|$))/;

/** Splits a task's text (line ends already `\n`, no byte order mark); a text that is nothing but the block counts as one block. */
export function split(text: string, name?: string): Parts {
  const lines = text.split('\n');
  const front = frontMatter(lines);
  const bare = front.lines === 0 && firstKey.test(text);
  const blocks = bare
    ? [{ text, line: 1, firstLine: 1, lastLine: lines.length, stripped: [] }]
    : fences(lines, front.lines).filter((fence) => firstKey.test(fence.text));
  const prose = bare ? '' : withoutBlocks(lines.slice(front.lines), blocks, front.lines);
  const title = oneLine(front.title ?? heading(prose) ?? '');
  return {
    id: identify(front.id, title, name, text),
    title: title === '' ? identify(front.id, '', name, text) : title,
    prose,
    blocks,
  };
}

/** Place in the file of a place in the block's own text. */
export function placeInFile(fence: Fence, line: number, column: number): Place {
  return { line: fence.firstLine + line - 1, column: column + (fence.stripped[line - 1] ?? 0) };
}

/** All fenced code of a text, in quotes and lists too; a fence that is never closed ends with the text or its quote. */
export function fences(lines: readonly string[], from = 0): readonly Fence[] {
  const found: Fence[] = [];
  for (let at = from; at < lines.length; at++) {
    const fence = fenceAt(lines, at);
    if (!fence) continue;
    found.push(fence);
    at = fence.lastLine - 1;
  }
  return found;
}

function fenceAt(lines: readonly string[], at: number): Fence | undefined {
  const line = lines[at]!;
  const prefix = container.exec(line)![0];
  if (!opening.test(line.slice(prefix.length))) return undefined;
  const depth = quoteDepth(prefix);
  const indent = prefix.length - (depth === 0 ? 0 : prefix.lastIndexOf('>') + 1);
  const listed = /[-*+\d]/.test(prefix);
  const content: string[] = [];
  const stripped: number[] = [];
  let lastLine = lines.length;
  for (let next = at + 1; next < lines.length; next++) {
    const candidate = lines[next]!;
    const quoted = quotePrefix(candidate, depth);
    const rest = candidate.slice(quoted ?? 0);
    const space = /^[ \t]*/.exec(rest)![0].length;
    lastLine = next + 1;
    if (quoted !== undefined && closes(candidate, line)) break;
    lastLine = next;
    if (quoted === undefined || (listed && space < Math.min(2, indent) && rest.trim() !== '')) break;
    lastLine = lines.length;
    const cut = quoted + Math.min(space, indent);
    content.push(candidate.slice(cut));
    stripped.push(cut);
  }
  return { text: content.join('\n'), line: at + 1, firstLine: at + 2, lastLine, stripped };
}

function closes(line: string, opener: string): boolean {
  const mark = opener.slice(container.exec(opener)![0].length);
  const open = /^(?:`+|~+)/.exec(mark)![0];
  const bare = line.replace(/^[ \t>]*/, '').trimEnd();
  return bare.length >= open.length && bare === open[0]!.repeat(bare.length);
}

function quoteDepth(prefix: string): number {
  return prefix.length - prefix.replaceAll('>', '').length;
}

/** Characters of the quote marks before a line of a quoted fence; undefined when the line left the quote. */
function quotePrefix(line: string, depth: number): number | undefined {
  let at = 0;
  for (let level = 0; level < depth; level++) {
    while (line[at] === ' ' || line[at] === '\t') at += 1;
    if (line[at] !== '>') return undefined;
    at += 1;
  }
  return at;
}

function withoutBlocks(lines: readonly string[], blocks: readonly Fence[], offset: number): string {
  const hidden = new Set<number>();
  for (const block of blocks)
    for (let line = block.line; line <= block.lastLine; line++) hidden.add(line - 1 - offset);
  return lines
    .filter((_, index) => !hidden.has(index))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function heading(prose: string): string | undefined {
  const lines = prose.split('\n').filter((line) => line.trim() !== '');
  const title = lines.find((line) => /^ {0,3}#{1,6}[ \t]+\S/.test(line)) ?? lines[0];
  return title
    ?.slice(0, 500)
    .replace(/^[ \t]*#+[ \t]+/, '')
    .replace(/[ \t]+#+[ \t]*$/, '');
}

function oneLine(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}

/** Id of a task: from the front matter, the title, the file's name, or made of the title; always fit for a folder's name. */
function identify(given: string | undefined, title: string, name: string | undefined, text: string): string {
  const inTitle = /^[[(]?([A-Z][A-Z0-9_]*-\d+)\b/.exec(title)?.[1];
  const file = name?.replace(/^.*[/\\]/, '').replace(/\.[a-z]+$/i, '');
  for (const candidate of [given, inTitle, file]) {
    const safe = candidate
      ?.normalize('NFC')
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, 60);
    if (safe) return safe;
  }
  return slug(title, '-').slice(0, 40).replace(/-+$/, '') || `task-${hash(text).slice(0, 8)}`;
}

function frontMatter(lines: readonly string[]): {
  readonly lines: number;
  readonly id?: string;
  readonly title?: string;
} {
  if (lines[0]?.trimEnd() !== '---') return { lines: 0 };
  const end = lines.slice(1, 200).findIndex((line) => line.trimEnd() === '---');
  if (end < 1) return { lines: 0 };
  const body = lines.slice(1, end + 1).join('\n');
  if (firstKey.test(body)) return { lines: 0 };
  const field = (key: string): string | undefined => {
    const line = new RegExp(`^${key}:[ \\t]+(.+)$`, 'mi').exec(body)?.[1];
    return line === undefined ? undefined : scalar(line.slice(0, 500));
  };
  const id = field('id') ?? field('key');
  const title = field('title');
  return { lines: end + 2, ...(id === undefined ? {} : { id }), ...(title === undefined ? {} : { title }) };
}

function scalar(text: string): string | undefined {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0, logLevel: 'silent' });
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  } catch {
    return text.trim();
  }
}
