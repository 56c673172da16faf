/** One stretch of a script: SQL, the data of a COPY, or a command of psql itself. */
export type Piece =
  | { readonly kind: 'sql'; readonly text: string; readonly offset: number }
  | { readonly kind: 'copy'; readonly text: string; readonly offset: number; readonly data: string }
  | { readonly kind: 'psql'; readonly text: string; readonly offset: number };

/** Cuts a script where psql itself would act: at backslash commands and at the data behind `COPY … FROM stdin;`. Offsets count characters. */
export function pieces(script: string): readonly Piece[] {
  const found: Piece[] = [];
  const interesting = /--[^\n]*|\/\*|'|"|\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$|;|\\/gu;
  let from = 0;
  let statement = 0;
  const close = (to: number): void => {
    if (script.slice(from, to).trim() !== '')
      found.push({ kind: 'sql', text: script.slice(from, to), offset: from });
  };
  for (let match = interesting.exec(script); match; match = interesting.exec(script)) {
    const [token] = match;
    const at = match.index;
    if (token.startsWith('--')) continue;
    if (token === ';') {
      const text = script.slice(statement, at);
      statement = at + 1;
      if (!/^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*COPY\b/i.test(text) || !/\bFROM\s+stdin\b/i.test(text))
        continue;
      const start = at + 1 - text.length - 1;
      close(start);
      const begin = script.indexOf('\n', at) + 1 || script.length;
      const end = endOfData(script, begin);
      found.push({ kind: 'copy', text, offset: start, data: script.slice(begin, end.data) });
      from = statement = interesting.lastIndex = end.next;
    } else if (token === '\\') {
      close(at);
      const end = script.indexOf('\n', at);
      const next = end < 0 ? script.length : end + 1;
      found.push({ kind: 'psql', text: script.slice(at, next).trim(), offset: at });
      from = statement = interesting.lastIndex = next;
    } else {
      interesting.lastIndex = endOfQuoted(script, token, at);
    }
  }
  close(script.length);
  return found;
}

/** Index behind the quoted stretch that begins at `at`; the text's end when it is never closed (the grammar tells then). */
function endOfQuoted(script: string, token: string, at: number): number {
  if (token === '/*') return endOfComment(script, at);
  const escapes = token === "'" && /(?:^|[^\p{L}\p{N}_$])[eE]$/u.test(script.slice(Math.max(0, at - 2), at));
  if (escapes) {
    const rest = /(?:[^'\\]|\\[\s\S]|'')*'/y;
    rest.lastIndex = at + 1;
    return rest.test(script) ? rest.lastIndex : script.length;
  }
  const end = script.indexOf(token, at + token.length);
  return end < 0 ? script.length : end + token.length;
}

function endOfComment(script: string, at: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at + 2;
  let depth = 1;
  for (let mark = marks.exec(script); mark; mark = marks.exec(script)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return script.length;
}

function endOfData(script: string, begin: number): { readonly data: number; readonly next: number } {
  const mark = /^\\\.\r?$/gm;
  mark.lastIndex = begin;
  const found = mark.exec(script);
  if (!found) return { data: script.length, next: script.length };
  const line = script.indexOf('\n', found.index);
  return { data: found.index, next: line < 0 ? script.length : line + 1 };
}

/** Number of the line, from 1, on which a character stands. */
export function lineAt(script: string, offset: number): number {
  let line = 1;
  for (let at = script.indexOf('\n'); at >= 0 && at < offset; at = script.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Offset of the first character that is neither white space nor comment. */
export function firstWord(text: string): number {
  return /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0].length ?? 0;
}
