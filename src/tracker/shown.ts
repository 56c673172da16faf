/** Text of others made harmless: it can neither act on what shows it nor hide or turn what stands beside it. */

const escapes =
  /\u001B\[[0-?]*[ -/]*[@-~]|\u001B\][^\u0007\u001B]{0,4096}(?:\u0007|\u001B\\)|\u001B[@-Z\\-_]/g;
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
/** What reorders, hides or joins: marks of direction, blanks without width, tags, fillers, and what is no character at all. Joiners within emoji and words stay. */
const invisible =
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]|\p{Noncharacter_Code_Point}/gu;

/** The text with line ends as `\n`, controls left out, invisible characters shown by their number and lone surrogates replaced; a second time changes nothing. */
export function shown(text: string): string {
  return text
    .replaceAll(escapes, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(controls, '')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(
      invisible,
      (character) => `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`,
    );
}

/** Such text on one line of at most so many characters; what was cut is told by an ellipsis. */
export function shownLine(text: string, length = Infinity): string {
  // What is far beyond the end is not worth cleaning.
  const near = Number.isFinite(length) ? text.slice(0, length * 4 + 64) : text;
  const points = Array.from(shown(near).replaceAll(/\s+/g, ' ').trim());
  if (points.length <= length && near.length === text.length) return points.join('');
  return `${points
    .slice(0, Math.max(1, length - 1))
    .join('')
    .trimEnd()}…`;
}
