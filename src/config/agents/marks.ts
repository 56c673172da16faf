/** Marks by which a later run knows what an earlier one has written, and whether somebody has edited it since. */
import { hash } from '../../base/hash.ts';

/** What is known of a text that is there. */
export type Known = 'ours' | 'edited' | 'foreign';

const markStart = '<!-- written by `dbd init`, sha256 ';
const mark = /\n<!-- written by `dbd init`, sha256 ([0-9a-f]{16}) -->\n?$/;

/** A whole file with its mark in the last line. */
export function marked(text: string): string {
  const body = text.trimEnd();
  return `${body}\n\n<!-- written by \`dbd init\`, sha256 ${short(body)} -->\n`;
}

/** Whose a whole file is. */
export function whose(text: string): Known {
  const plain = text.replaceAll('\r\n', '\n');
  const [whole, of] = mark.exec(plain) ?? [];
  if (whole === undefined) return plain.includes(markStart) ? 'edited' : 'foreign';
  return short(plain.slice(0, -whole.length).trimEnd()) === of ? 'ours' : 'edited';
}

const section = /<!-- dbd:begin(?: sha256 ([0-9a-f]{16}))? -->\n([\s\S]*?)\n<!-- dbd:end -->/g;

/** A section between its markers. */
export function markedSection(text: string): string {
  const body = text.trim();
  return `<!-- dbd:begin sha256 ${short(body)} -->\n${body}\n<!-- dbd:end -->`;
}

/** The text with the section in the place of the one that is there, or at its end; `broken` where markers do not pair. */
export function withSection(
  before: string,
  wanted: string,
): { readonly known: Known | 'none' | 'broken'; readonly after: string } {
  const ends = before.includes('\r\n') ? '\r\n' : '\n';
  const plain = before.replaceAll('\r\n', '\n');
  const found = [...plain.matchAll(section)];
  const markers = plain.match(/<!-- dbd:(?:begin|end)\b/g)?.length ?? 0;
  if (found.length > 1 || markers !== 2 * found.length) return { known: 'broken', after: before };
  const [one] = found;
  const put = (text: string): string => text.replaceAll('\n', ends);
  if (!one) {
    const gap = plain.trim() === '' ? '' : plain.endsWith('\n\n') ? '' : plain.endsWith('\n') ? '\n' : '\n\n';
    return { known: 'none', after: `${before}${put(`${gap}${wanted}\n`)}` };
  }
  const known = one[1] === short(one[2]!.trim()) ? 'ours' : 'edited';
  const from = indexIn(before, plain, one.index);
  const to = indexIn(before, plain, one.index + one[0].length);
  return { known, after: `${before.slice(0, from)}${put(wanted)}${before.slice(to)}` };
}

/** Place in the text as it was of a place in the text with plain line ends. */
function indexIn(before: string, plain: string, at: number): number {
  if (before.length === plain.length) return at;
  let place = 0;
  for (let seen = 0; seen < at; seen++) place += before.startsWith('\r\n', place) ? 2 : 1;
  return place;
}

function short(text: string): string {
  return hash(text).slice(0, 16);
}
