const escapes = /\u001B\[[0-?]*[ -/]*[@-~]|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)|\u001B[@-Z\\-_]/g;
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
const invisible = /[\u200B\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/**
 * Text that cannot act on what shows it: terminal escapes and control characters go, characters that reorder or hide
 * what follows are shown by their number, line ends become `\n`.
 */
export function clean(text: string): string {
  return text
    .replaceAll(escapes, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(controls, '')
    .replaceAll(
      invisible,
      (character) => `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`,
    );
}

/** Cleaned text on one line. */
export function oneLine(text: string): string {
  return clean(text).replaceAll(/\s+/g, ' ').trim();
}

/** One line of at most `length` characters, the rest replaced by an ellipsis. */
export function shorten(text: string, length: number): string {
  const line = oneLine(text);
  const points = Array.from(line);
  return points.length <= length
    ? line
    : `${points
        .slice(0, Math.max(1, length - 1))
        .join('')
        .trimEnd()}…`;
}
