/** Text of others made harmless: it can neither act on what shows it nor hide or turn what stands beside it. */

const controls = /[^\P{Cc}\n\t]/gu;
/** What reorders, hides or joins: marks of direction, blanks without width, tags, fillers, other line ends, and what is no character at all. */
const invisible =
  /\p{Default_Ignorable_Code_Point}|[\u2028\u2029\uFFF9-\uFFFB]|\p{Noncharacter_Code_Point}/gu;
/** Joiners and selectors of emoji and of scripts that need them: without them words would be others. */
const needed = /[\u200C\u200D]|[\uFE00-\uFE0F]/;

/** The text with line ends as `\n`, controls left out, invisible characters shown by their number and lone surrogates replaced; a second time changes nothing. */
export function shown(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(controls, '')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(invisible, (character) =>
      needed.test(character)
        ? character
        : `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`,
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
