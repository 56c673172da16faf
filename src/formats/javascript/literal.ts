/** A text as a template literal that evaluates to it. */
export function templateOf(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('`', '\\`')
    .replaceAll('${', '\\${')
    .replaceAll('\r', '\\r');
  return `\`${escaped}\``;
}

/** A text as the comment lines that begin a file; ends of lines that only JavaScript knows are taken out. */
export function commentOf(lines: readonly string[]): string {
  return lines.map((line) => `// ${line.replaceAll(/[\u2028\u2029]/g, ' ')}\n`).join('');
}
