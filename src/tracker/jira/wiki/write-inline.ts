import { safeUrl, type Inline, type Tone } from '../../document.ts';
import { shown, shownLine } from '../../shown.ts';
import { escapeWiki, monospaced } from './escape.ts';

const colours: Readonly<Record<Exclude<Tone, 'plain'>, string>> = {
  good: '#00875A',
  bad: '#DE350B',
  warning: '#974F0C',
};

/** What ends a line within a block: a line end in a paragraph, two backslashes in a cell or an item. */
export type WikiBreak = '\n' | ' \\\\ ';

/** Inline content as one run of wiki markup; `tabled` leaves out bars, which end cells. */
export function inlineWiki(content: readonly Inline[], lineBreak: WikiBreak, tabled = false): string {
  let out = '';
  content.forEach((inline, at) => {
    // Signs count only where no letter touches them.
    const open = /[\p{L}\p{N}\\]$/u.test(out);
    const closed = /^[\p{L}\p{N}]/u.test(plainOf(content[at + 1]));
    out += piece(inline, lineBreak, tabled, { open, closed });
  });
  return out
    .split('\n')
    .map((line) => line.trim().replace(/^(h[1-6]|bq)\./i, '$1&#46;'))
    .filter((line) => line !== '')
    .join('\n');
}

interface Touching {
  readonly open: boolean;
  readonly closed: boolean;
}

function piece(inline: Inline, lineBreak: WikiBreak, tabled: boolean, touching: Touching): string {
  switch (inline.kind) {
    case 'text': {
      const marks = `${inline.strong === true ? '*' : ''}${inline.em === true ? '_' : ''}`;
      return shown(inline.text)
        .split('\n')
        .map((line) => marked(line, marks, touching))
        .join(lineBreak);
    }
    case 'code': {
      const code = monospaced(inline.text);
      return code === '' ? '' : `${touching.open ? ' ' : ''}${code}${touching.closed ? ' ' : ''}`;
    }
    case 'link': {
      const url = safeUrl(inline.url)?.replaceAll(
        /[[\]{}|^\\*_!]/g,
        (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
      );
      const text = escapeWiki(shownLine(inline.text));
      if (url === undefined) return [text, escapeWiki(shownLine(inline.url, 200))].join(' ').trim();
      if (text === '') return `[${url}]`;
      return tabled
        ? `${text} [${url}]`
        : `[${text.replaceAll('\\|', '&#124;').replaceAll('\\]', '&#93;').replaceAll('\\[', '&#91;')}|${url}]`;
    }
    case 'status': {
      const text = escapeWiki(shownLine(inline.text, 60));
      if (text === '') return '';
      const word = `${touching.open ? ' ' : ''}*${text}*${touching.closed ? ' ' : ''}`;
      return inline.tone === 'plain' ? word : `{color:${colours[inline.tone]}}${word}{color}`;
    }
    case 'break':
      return lineBreak;
  }
}

/** Text between marks that stand at its first and last letter; without them where a letter touches. */
function marked(text: string, marks: string, { open, closed }: Touching): string {
  const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? [];
  const plain = escapeWiki(text);
  if (words === '' || marks === '') return plain;
  if ((open && before === '') || (closed && after === '')) return plain;
  return `${before}${marks}${escapeWiki(words)}${Array.from(marks).reverse().join('')}${after}`;
}

function plainOf(inline: Inline | undefined): string {
  return inline !== undefined && 'text' in inline && inline.kind !== 'status' ? inline.text : '';
}
