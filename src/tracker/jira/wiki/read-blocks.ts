/** Lines of wiki markup become blocks: headings, lists, tables, quotes, rules, paragraphs. */
import type { AdfNode } from '../adf/model.ts';
import { nodeOf } from './nodes.ts';
import { inlineNodes } from './read-inline.ts';

/** Frame the number of a block of code within a line; neither can stand in a text of Jira. */
const [opens, closes] = ['\u0001', '\u0002'];

/** Deepest list that is read as such. */
const deepest = 12;

/** Blocks of texts with code between them. */
export function blockNodes(
  run: readonly (string | AdfNode)[],
  tell: (macro: string) => void,
): readonly AdfNode[] {
  const codes: AdfNode[] = [];
  const text = run
    .map((part) => {
      if (typeof part === 'string') return part.replaceAll(opens, '').replaceAll(closes, '');
      codes.push(part);
      return `${opens}${codes.length - 1}${closes}`;
    })
    .join('');
  const reading: Reading = { lines: text.split('\n'), at: 0, codes, tell };
  const found: AdfNode[] = [];
  while (reading.at < reading.lines.length) found.push(...next(reading));
  return found;
}

interface Reading {
  readonly lines: readonly string[];
  at: number;
  readonly codes: readonly AdfNode[];
  readonly tell: (macro: string) => void;
}

const listLine = /^[ \t]*([*#]{1,40}|-{1,3})[ \t]+(?=\S)/;
const ruleLine = /^[ \t]*-{4,5}[ \t]*$/;
const headingLine = /^[ \t]*h([1-6])\.[ \t]*/;
const quoteLine = /^[ \t]*bq\.[ \t]*/;

function next(reading: Reading): readonly AdfNode[] {
  const line = reading.lines[reading.at]!;
  if (line.trim() === '') {
    reading.at += 1;
    return [];
  }
  if (ruleLine.test(line)) {
    reading.at += 1;
    return [nodeOf('rule')];
  }
  const heading = headingLine.exec(line);
  if (heading) {
    reading.at += 1;
    const [first, ...rest] = contentOf(line.slice(heading[0].length), reading);
    if (first?.type !== 'paragraph') return first ? [first, ...rest] : [];
    return [nodeOf('heading', first.content, { level: Number(heading[1]) }), ...rest];
  }
  const quote = quoteLine.exec(line);
  if (quote) {
    reading.at += 1;
    return [nodeOf('blockquote', contentOf(line.slice(quote[0].length), reading))];
  }
  if (/^[ \t]*\|/.test(line)) return [table(reading)];
  if (listLine.test(line)) return lists(reading);
  const own = gathered(reading);
  return contentOf(own, reading);
}

/** Whether a line begins a block of its own. */
function begins(line: string): boolean {
  return (
    line.trim() === '' ||
    /^[ \t]*\|/.test(line) ||
    [ruleLine, headingLine, quoteLine, listLine].some((pattern) => pattern.test(line))
  );
}

/** This line and those that go on with it. */
function gathered(reading: Reading): string {
  const from = reading.at;
  do reading.at += 1;
  while (reading.at < reading.lines.length && !begins(reading.lines[reading.at]!));
  return reading.lines.slice(from, reading.at).join('\n');
}

/** Paragraphs and code of a piece of text. */
function contentOf(text: string, { codes, tell }: Reading): readonly AdfNode[] {
  return text.split(opens).flatMap((part, at) => {
    const end = at === 0 ? -1 : part.indexOf(closes);
    const words = inlineNodes(part.slice(end + 1).replaceAll(/^\s+|\s+$/g, ''), tell);
    return [
      ...(at === 0 ? [] : [codes[Number(part.slice(0, end))]!]),
      ...(words.length === 0 ? [] : [nodeOf('paragraph', words)]),
    ];
  });
}

interface Item {
  readonly marker: string;
  readonly content: readonly AdfNode[];
}

function lists(reading: Reading): readonly AdfNode[] {
  const items: Item[] = [];
  for (
    let match = listLine.exec(reading.lines[reading.at] ?? '');
    match;
    match = listLine.exec(reading.lines[reading.at] ?? '')
  ) {
    const text = gathered(reading).slice(match[0].length);
    items.push({ marker: match[1]!.slice(0, deepest), content: contentOf(text, reading) });
  }
  return nested(items, 0);
}

/** Items as lists: each further sign of the marker is one list deeper. */
function nested(items: readonly Item[], depth: number): readonly AdfNode[] {
  const found: AdfNode[] = [];
  for (let at = 0; at < items.length;) {
    const sign = items[at]!.marker[depth]!;
    const held: AdfNode[] = [];
    while (at < items.length && items[at]!.marker[depth] === sign) {
      // An item that is deeper than the one before it hangs below it, or stands alone.
      const own = items[at]!.marker.length === depth + 1 ? items[at++]!.content : [];
      const from = at;
      while (at < items.length && items[at]!.marker.length > depth + 1 && items[at]!.marker[depth] === sign)
        at += 1;
      held.push(nodeOf('listItem', [...own, ...nested(items.slice(from, at), depth + 1)]));
    }
    found.push(nodeOf(sign === '#' ? 'orderedList' : 'bulletList', held));
  }
  return found;
}

function table(reading: Reading): AdfNode {
  const rows: AdfNode[] = [];
  while (/^[ \t]*\|/.test(reading.lines[reading.at] ?? '')) {
    let text = reading.lines[reading.at++]!.trim();
    // A row goes on until a bar ends a line.
    while (
      !text.endsWith('|') &&
      (reading.lines[reading.at] ?? '').trim() !== '' &&
      !/^[ \t]*\|/.test(reading.lines[reading.at]!)
    )
      text = `${text}\n${reading.lines[reading.at++]!.trimEnd()}`;
    rows.push(
      nodeOf(
        'tableRow',
        cells(text).map(({ head, text: words }) =>
          nodeOf(head ? 'tableHeader' : 'tableCell', contentOf(words, reading)),
        ),
      ),
    );
  }
  return nodeOf('table', rows);
}

/** The cells of a row; bars behind a backslash and within links and code are text. */
function cells(row: string): readonly { readonly head: boolean; readonly text: string }[] {
  const found: { head: boolean; text: string }[] = [];
  const bar = /\\.|\[[^[\]\n|]*\|[^[\]\n]*\]|![^!\n|]+\|[^!\n]*!|\{\{(?:[^}\n]|\}(?!\})){0,1000}\}\}|\|\|?/gs;
  let from = -1;
  let head = false;
  for (const { 0: sign, index } of row.matchAll(bar)) {
    if (sign[0] !== '|') continue;
    if (from >= 0) found.push({ head, text: row.slice(from, index) });
    head = sign === '||';
    from = index + sign.length;
  }
  if (from >= 0 && row.slice(from).trim() !== '') found.push({ head, text: row.slice(from) });
  return found;
}
