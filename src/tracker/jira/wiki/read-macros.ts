/** Cuts a text at the macros that hold code or blocks; each end is looked for once. */

/** A macro around blocks. */
export interface Macro {
  readonly kind: 'macro';
  readonly name: string;
  /** What stands behind the colon. */
  readonly parameters: string;
  readonly text: string;
}

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** Code as it stands, without the line end behind the opening and before the closing sign. */
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | Macro;

const tag =
  /\\.|\{(code|noformat)(?::([^{}\n]{0,500}))?\}|\{(quote|panel|info|note|tip|warning|expand)(?::([^{}\n]{0,500}))?\}|(?<=^|\n)(`{3,}|~{3,})[ \t]*([\w+#.-]{0,40})[ \t]*\n/g;

/** The pieces in order; macros in `open` are text here, for within themselves they only end. */
export function pieces(text: string, open: readonly string[] = []): readonly Piece[] {
  const found: Piece[] = [];
  const missing = new Set<string>();
  let from = 0;
  const pattern = new RegExp(tag);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, code, language, frame, parameters, fence, fenced] = match;
    const name = code ?? frame ?? fence;
    if (name === undefined || open.includes(name) || missing.has(name)) continue;
    const start = match.index + whole.length;
    const end =
      fence === undefined
        ? endOf(text, `{${name}}`, start, frame !== undefined)
        : fenceEnd(text, fence, start);
    if (!end) {
      // Without an end it is no macro, and none behind it is one.
      missing.add(name);
      continue;
    }
    if (match.index > from) found.push({ kind: 'text', text: text.slice(from, match.index) });
    const body = text.slice(start, end.at);
    found.push(
      frame === undefined
        ? {
            kind: 'code',
            language: fenced ?? languageOf(code === 'code' ? (language ?? '') : ''),
            text: fence === undefined ? trimmed(body) : body.replace(/\n$/, ''),
          }
        : { kind: 'macro', name: frame, parameters: parameters ?? '', text: body },
    );
    from = end.behind;
    pattern.lastIndex = from;
  }
  if (from < text.length) found.push({ kind: 'text', text: text.slice(from) });
  return found;
}

interface End {
  readonly at: number;
  readonly behind: number;
}

/** The next end of a macro; one behind a backslash is text, but for code, where nothing is escaped. */
function endOf(text: string, sign: string, start: number, escapes: boolean): End | undefined {
  for (let at = text.indexOf(sign, start); at >= 0; at = text.indexOf(sign, at + 1))
    if (!escapes || text[at - 1] !== '\\') return { at, behind: at + sign.length };
  return undefined;
}

/** The end of a fence as Markdown has it, which people type in Data Centers, too. */
function fenceEnd(text: string, fence: string, start: number): End | undefined {
  if (text.startsWith(fence, start)) return { at: start, behind: lineEnd(text, start) };
  for (let at = text.indexOf(`\n${fence}`, start - 1); at >= 0; at = text.indexOf(`\n${fence}`, at + 1)) {
    const behind = lineEnd(text, at + 1);
    if (text.slice(at + 1 + fence.length, behind).trim() === '') return { at: at + 1, behind };
  }
  return undefined;
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

function languageOf(parameters: string): string {
  const [first = ''] = parameters.split('|');
  const named = /(?:^|\|)\s*language=([\w+#.-]+)/.exec(parameters)?.[1];
  return named ?? (first.includes('=') ? '' : first.trim());
}

function trimmed(body: string): string {
  return body.replace(/^[ \t]*\n/, '').replace(/\n[ \t]*$/, '');
}
