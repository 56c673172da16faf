/** Text that Markdown reads as exactly that text. */

/** Escapes what means something within a line. */
export function escapeInline(text: string): string {
  return text
    .replaceAll(/[\\`*[\]]/g, '\\$&')
    .replaceAll(/~{2,}/g, (run) => '\\~'.repeat(run.length))
    .replaceAll(/~(?=~)|(?<=~)~/g, '\\~')
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replaceAll(/<(?=[A-Za-z!?/])/g, '\\<')
    .replaceAll(/&(?=#?[A-Za-z0-9]+;)/g, '\\&');
}

/** Escapes what means something at the beginning of a line (`#`, `>`, `-`, `1.`, a rule, a fence). */
export function escapeLineStart(line: string): string {
  return line
    .replace(/^(?:#{1,6}(?=\s|$)|[>|~]|[-+](?=\s|$|[-+])|=+\s*$)/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

/** Code in backquotes, more of them than any run inside. */
export function codeSpan(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const ticks = '`'.repeat(shortestUnused(runs.map((run) => run.length)));
  const line = text.replaceAll('\n', ' ');
  const padded = /^`|`$|^ .*[^ ].* $/.test(line) ? ` ${line} ` : line;
  return `${ticks}${padded}${ticks}`;
}

function shortestUnused(lengths: readonly number[]): number {
  for (let length = 1; ; length++) if (!lengths.includes(length)) return length;
}
