import type { TextPiece } from '../../../engine/grammar/model.ts';

/** One token of SQL text that matters for finding parameters; blanks and comments leave none. */
export interface Token {
  readonly kind: Exclude<TextPiece['kind'], 'blank' | 'comment'>;
  readonly text: string;
  /** Offset in characters. */
  readonly from: number;
  readonly to: number;
}

// Order matters: the first alternative that fits wins, as in the server's scanner.
const patterns: readonly (readonly [TextPiece['kind'], RegExp])[] = [
  ['blank', /\s+/y],
  ['comment', /--[^\n\r]*/y],
  ['string', /[eE]'[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*'?|(?:[uU]&|[bBxXnN])?'[^']*(?:''[^']*)*'?/y],
  ['string', /(\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[\s\S]*?(?:\1|$(?![\s\S]))/y],
  ['quoted', /(?:[uU]&)?"[^"]*(?:""[^"]*)*"?/y],
  ['numbered', /\$\d+/y],
  ['word', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ['number', /(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['parameter', /:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y],
  ['symbol', /::|:=|[\s\S]/y],
];

/** Tokens of a SQL text in order; a `:name` is a parameter unless it is the upper bound of an array slice. Never throws: what the grammar rejects is its business. */
export function lex(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  const brackets: number[] = [];
  let at = 0;
  while (at < sql.length) {
    let { kind, to } = match(sql, at);
    if (kind === 'parameter' && isSlice(brackets, tokens)) {
      kind = 'symbol';
      to = at + 1;
    }
    if (kind !== 'blank' && kind !== 'comment') {
      const text = sql.slice(at, to);
      if (text === '[') brackets.push(tokens.length);
      if (text === ']') brackets.pop();
      tokens.push({ kind, text, from: at, to });
    }
    at = to;
  }
  return tokens;
}

/** Offsets of the semicolons that end statements, and whether more than blanks and comments stands since the one before; the end of the text comes last. Holds no tokens, so that texts may be large. */
export function* ends(sql: string): Generator<{ readonly at: number; readonly filled: boolean }> {
  let filled = false;
  for (let at = 0; at < sql.length;) {
    const { kind, to } = match(sql, at);
    if (kind === 'symbol' && sql[at] === ';' && to === at + 1) {
      yield { at, filled };
      filled = false;
    } else if (kind !== 'blank' && kind !== 'comment') filled = true;
    at = to;
  }
  yield { at: sql.length, filled };
}

/** A SQL text cut into tokens, blanks and comments; joined they are the text. Never throws. */
export function scan(sql: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  for (let at = 0; at < sql.length;) {
    const { kind, to } = match(sql, at);
    pieces.push({ kind, text: sql.slice(at, to) });
    at = to;
  }
  return pieces;
}

function match(sql: string, at: number): { kind: TextPiece['kind']; to: number } {
  if (sql.startsWith('/*', at)) return { kind: 'comment', to: commentEnd(sql, at) };
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    if (pattern.test(sql)) return { kind, to: pattern.lastIndex };
  }
  return { kind: 'symbol', to: at + 1 };
}

/** `a[1:n]` has an expression before the colon, `a[:n]` does not and reads as a parameter. */
function isSlice(brackets: readonly number[], tokens: readonly Token[]): boolean {
  if (brackets.length === 0) return false;
  const last = tokens.at(-1);
  return last !== undefined && (last.kind !== 'symbol' || last.text === ')' || last.text === ']');
}

/** Comments nest in this grammar. */
function commentEnd(sql: string, from: number): number {
  let depth = 0;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  for (let mark = marks.exec(sql); mark; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}
