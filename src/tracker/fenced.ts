/** A fenced block whose fence is longer than any run of backquotes inside, so that the code stays as it is, byte for byte. */
export function fenced(code: string, language: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const info = language.replaceAll(/[^\p{L}\p{N}+#._-]+/gu, ' ').trim();
  return `${fence}${info}\n${code}\n${fence}`;
}
