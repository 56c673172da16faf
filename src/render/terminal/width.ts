const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;
const narrow = /\p{Mn}|\p{Me}|\u200C|\u200D|\uFE0E|\uFE0F/u;
const colors = /\u001B\[\d+m/g;

/** Columns that a text takes in a terminal, colours not counted. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text.replaceAll(colors, ''))
    columns += narrow.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/** The text filled with blanks to a width. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - columnsOf(text)));
  return side === 'right' ? text + blanks : blanks + text;
}

/** The text cut to a width, the cut shown. */
export function cut(text: string, width: number, rest = '…'): string {
  if (columnsOf(text) <= width) return text;
  let kept = '';
  let columns = 0;
  const room = Math.max(0, width - columnsOf(rest));
  for (const character of text) {
    columns += columnsOf(character);
    if (columns > room) break;
    kept += character;
  }
  return kept.trimEnd() + rest;
}

/** Lines of at most `width` columns, broken between words; a longer word is cut into pieces. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ').flatMap((part) => pieces(part, width))) {
      if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}

function pieces(word: string, width: number): readonly string[] {
  if (columnsOf(word) <= width) return [word];
  const found: string[] = [];
  let piece = '';
  for (const character of word) {
    if (columnsOf(piece) + columnsOf(character) > width) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return piece === '' ? found : [...found, piece];
}
