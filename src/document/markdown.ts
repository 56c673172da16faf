/** Pieces of generated Markdown. */

/** Parts with an empty line between them. */
export function block(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** A list. */
export function bullet(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** A table. */
export function table(heads: readonly string[], cells: readonly (readonly string[])[]): string {
  const line = (parts: readonly string[]): string => `| ${parts.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...cells.map(line)].join('\n');
}

/** Code on one line and safe in a table, fenced by more backticks than it holds. */
export function code(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
  const ticks = '`'.repeat(1 + longestRun(flat));
  return ticks.length === 1 && flat.trim() !== '' ? `\`${flat}\`` : `${ticks} ${flat} ${ticks}`;
}

/** Code on lines of its own, byte for byte. */
export function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** Words of a person in one line, with nothing that Markdown or HTML would act on. */
export function prose(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]<>|#~]/g, (letter) => `\\${letter}`)
    .replaceAll('&', '&amp;');
}
