import { clean, oneLine } from '../clean.ts';

/** Text on one line that Markdown and the HTML within it take literally; `@` and `#` no longer notify or link. */
export function escape(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|~$!]/g, String.raw`\$&`)
    .replaceAll(/@(?=\w)/g, '@\u2060')
    .replaceAll(/#(?=\d)/g, '#\u2060')
    .replace(/^([-+]|\d+[.)])(?=\s)/, String.raw`\$1`)
    .replace(/^#/, String.raw`\#`);
}

/** Text for a table's cell. */
export function cell(text: string): string {
  return escape(text);
}

/** Inline code with a fence longer than any run of backticks within. */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === '') return '';
  const ticks = '`'.repeat(longestRun(line) + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${line}${space}${ticks}`;
}

/** Inline code for a table's cell, where a bar would end the cell. */
export function cellCode(text: string): string {
  return code(text).replaceAll('|', String.raw`\|`);
}

/** A fenced block that its content cannot close. */
export function fence(text: string, language: string, indent = ''): string {
  const body = clean(text).trimEnd();
  const ticks = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return [`${ticks}${language}`, ...body.split('\n'), ticks].map((line) => indent + line).join('\n');
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
