/** Text that wiki markup shows as exactly that text. */
import { shown } from '../../shown.ts';

/** What a backslash makes plain; source: the escaping pattern of Atlassian's renderer. A backslash itself is no member: two of them are a line break. */
const special = /[[\](){}*_+?^~|!#%@-]/;

/** Escapes a text for one line; line ends become spaces. */
export function escapeWiki(text: string): string {
  const line = shown(text).replaceAll('\n', ' ');
  let out = '';
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]!;
    if (letter === '\\') out += '&#92;';
    else if (letter === '&') out += /^&(?=#?\w{1,32};)/.test(line.slice(at, at + 40)) ? '&amp;' : '&';
    // Addresses become links of their own, and some colons become faces.
    else if (letter === ':')
      out += /^:(?:\/\/|[PD)(])/.test(line.slice(at, at + 3)) || ofMail(line, at) ? '&#58;' : ':';
    else if (letter === '-') out += isWord(line[at - 1]) && isWord(line[at + 1]) ? '-' : '\\-';
    else out += special.test(letter) ? `\\${letter}` : letter;
  }
  return out;
}

/** An identifier in `{{…}}`; its braces are written by number, for those of the frame stand beside them. */
export function monospaced(text: string): string {
  const line = escapeWiki(text).replaceAll('\\{', '&#123;').replaceAll('\\}', '&#125;');
  const kept = line.replaceAll(/^ +| +$/g, (spaces) => '&nbsp;'.repeat(spaces.length));
  return kept === '' ? '' : `{{${kept}}}`;
}

function isWord(letter: string | undefined): boolean {
  return letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
}

function ofMail(line: string, at: number): boolean {
  return line.slice(Math.max(0, at - 6), at).toLowerCase() === 'mailto';
}
