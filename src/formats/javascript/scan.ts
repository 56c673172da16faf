/** A token of JavaScript or TypeScript, as far as calls with texts have to be found. */
export interface Token {
  readonly kind: 'word' | 'text' | 'symbol';
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Value of a text and the offset of each of its characters; without them it is put together at run time. */
  readonly value?: string;
  readonly positions?: readonly number[];
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};

/** The tokens of a source; comments leave none. Never throws. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const add = (kind: Token['kind'], to: number, more: Partial<Token> = {}): void => {
    tokens.push({ kind, text: source.slice(at, to), from: at, to, ...more });
    at = to;
  };
  while (at < source.length) {
    const char = source[at]!;
    if (/\s/.test(char)) at += 1;
    else if (source.startsWith('//', at)) at = lineEnd(source, at);
    else if (source.startsWith('/*', at)) at = after(source, '*/', at + 2);
    else if (char === "'" || char === '"') {
      const { to, value, positions } = quoted(source, at, char);
      add('text', to, { value, positions });
    } else if (char === '`') {
      const template = templated(source, at);
      add(
        'text',
        template.to,
        template.plain ? { value: template.value, positions: template.positions } : {},
      );
    } else if (char === '/' && startsPattern(tokens.at(-1))) add('symbol', patternEnd(source, at));
    else {
      const word = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/y;
      word.lastIndex = at;
      if (word.test(source)) add('word', word.lastIndex);
      else add('symbol', at + 1);
    }
  }
  return tokens;
}

function lineEnd(source: string, from: number): number {
  const end = source.slice(from).search(/[\r\n]/);
  return end < 0 ? source.length : from + end;
}

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + mark.length;
}

interface Text {
  readonly to: number;
  readonly value: string;
  readonly positions: readonly number[];
}

function quoted(source: string, from: number, quote: string): Text {
  let value = '';
  const positions: number[] = [];
  let at = from + 1;
  while (at < source.length && source[at] !== quote && source[at] !== '\n') {
    const [text, next] = character(source, at);
    for (const char of text.split('')) {
      value += char;
      positions.push(at);
    }
    at = next;
  }
  return { to: Math.min(at + 1, source.length), value, positions: [...positions, at] };
}

/** One character of a text, and where the next one begins. */
function character(source: string, at: number): readonly [string, number] {
  if (source[at] !== '\\') return [source[at]!, at + 1];
  const next = source[at + 1] ?? '';
  if (next === '\r' && source[at + 2] === '\n') return ['', at + 3];
  if (next === '\n' || next === '\r') return ['', at + 2];
  const code = /^\\(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|u\{([\dA-Fa-f]{1,6})\})/.exec(
    source.slice(at, at + 12),
  );
  if (code) {
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16);
    return [point <= 0x10_ffff ? String.fromCodePoint(point) : '', at + code[0].length];
  }
  return [escapes[next] ?? next, at + 2];
}

function templated(source: string, from: number): Text & { readonly plain: boolean } {
  let value = '';
  const positions: number[] = [];
  let plain = true;
  let at = from + 1;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) {
      plain = false;
      at = holeEnd(source, at + 2);
      continue;
    }
    const [text, next] = character(source, at);
    for (const char of text.split('')) {
      value += char;
      positions.push(at);
    }
    at = next;
  }
  return { to: Math.min(at + 1, source.length), value, positions: [...positions, at], plain };
}

/** Behind the brace that closes `${`; texts and templates inside may hold braces. */
function holeEnd(source: string, from: number): number {
  let depth = 1;
  let at = from;
  while (at < source.length) {
    const char = source[at]!;
    if (char === "'" || char === '"') at = quoted(source, at, char).to;
    else if (char === '`') at = templated(source, at).to;
    else {
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      at += 1;
      if (depth === 0) return at;
    }
  }
  return at;
}

/** A slash divides behind a value and begins a pattern elsewhere. */
function startsPattern(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.kind === 'word') return /^(?:return|typeof|case|in|of|void|delete|await)$/.test(before.text);
  return before.kind === 'symbol' && !/[)\]}\w]$/.test(before.text);
}

function patternEnd(source: string, from: number): number {
  let inClass = false;
  for (let at = from + 1; at < source.length; at += 1) {
    const char = source[at]!;
    if (char === '\n') return from + 1;
    if (char === '\\') at += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) {
      const flags = /[a-z]*/y;
      flags.lastIndex = at + 1;
      flags.test(source);
      return flags.lastIndex;
    }
  }
  return from + 1;
}
