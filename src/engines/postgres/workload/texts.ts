/** Texts of one statement told apart from their values: keys, and which constant of a logged text is which `$n`. */
import type { LoggedCall } from '../../../engine/model.ts';
import { ends, lex, type Token } from '../grammar/lex.ts';
import { writeArray } from '../../../base/array-literal.ts';

/** A word, a symbol, or a place where a value stands. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'value';
      /** Number of a `$n`. */
      readonly number?: number;
      /** The value of a constant as text; null is SQL's. */
      readonly constant?: string | null;
      /** A minus sign that belongs to it. */
      readonly negative: boolean;
    };

/** Words after which a minus sign is a number's own. */
const openers = new Set(
  'select where and or not on having when then else between in limit offset values by set returning like ilike distinct all any case using as default'.split(
    ' ',
  ),
);

/** Equal for texts that differ in constants, parameters, blanks, comments and case only; lists of constants count as one. */
export function key(sql: string): string {
  const parts = lastParts(sql).map((part) => (part.kind === 'value' ? '?' : part.text));
  const folded: string[] = [];
  for (const part of parts) {
    if (part === '?' && folded.at(-1) === ',' && folded.at(-2) === '?') folded.pop();
    else folded.push(part);
  }
  return folded.join(' ');
}

/** Statements of a text that a client sent at once. */
export function pieces(sql: string): readonly string[] {
  const text = sql.replace(/[\s;]+$/, '');
  if (!text.includes(';')) return lastParts(text.trimStart()).length > 0 ? [text.trimStart()] : [];
  const found: string[] = [];
  let from = 0;
  for (const { at, filled } of ends(sql)) {
    if (filled) found.push(sql.slice(from, at).trim());
    from = at + 1;
  }
  return found;
}

/** Values of `$1`, `$2` … of a counted text in one logged call of it; a folded list gives an array literal. Undefined where the texts do not fit each other. */
export function valuesOf(
  counted: string,
  { sql, parameters }: Pick<LoggedCall, 'sql' | 'parameters'>,
): readonly (string | null)[] | undefined {
  const want = countedParts(counted);
  const have = lastParts(sql);
  const folded = foldedNumbers(counted);
  const values: (string | null)[] = [];
  let at = 0;
  for (const [index, part] of want.entries()) {
    const other = have[at];
    if (part.kind === 'text') {
      if (other?.kind !== 'text' || other.text !== part.text) return undefined;
      at++;
      continue;
    }
    if (other?.kind !== 'value') return undefined;
    if (part.number === undefined) {
      at++;
      continue;
    }
    const first = valueOf(other, parameters, part.negative);
    if (first === undefined) return undefined;
    at++;
    if (!folded.has(part.number)) {
      values[part.number - 1] = first;
      continue;
    }
    const list = [first];
    const closes = want[index + 1];
    const isComma = (one: Part | undefined): boolean => one?.kind === 'text' && one.text === ',';
    while (!isComma(closes) && isComma(have[at]) && have[at + 1]?.kind === 'value') {
      const next = valueOf(have[at + 1] as Extract<Part, { kind: 'value' }>, parameters, false);
      if (next === undefined) return undefined;
      list.push(next);
      at += 2;
    }
    values[part.number - 1] = writeArray(list);
  }
  if (at !== have.length) return undefined;
  // A number that the text never uses has no value to give.
  return Array.from(values, (value) => value ?? null);
}

/** Numbers of parameters that stand for a whole list: `($1 /*, ... *\/)`, as servers from 18 on write it. */
export function foldedNumbers(sql: string): ReadonlySet<number> {
  return new Set([...sql.matchAll(/\$(\d+) \/\*, \.\.\. \*\//g)].map(([, number]) => Number(number)));
}

function valueOf(
  part: Extract<Part, { kind: 'value' }>,
  parameters: readonly (string | null)[],
  stripped: boolean,
): string | null | undefined {
  if (part.number !== undefined) return parameters[part.number - 1];
  if (part.constant === null || part.constant === undefined) return part.constant;
  return part.negative && !stripped ? `-${part.constant}` : part.constant;
}

/** Counted texts are compared with each logged call, and a call is looked at several times: both are remembered. */
const remembered = new Map<string, readonly Part[]>();
const mostRemembered = 10_000;
let last: { readonly sql: string; readonly parts: readonly Part[] } | undefined;

function countedParts(sql: string): readonly Part[] {
  const known = remembered.get(sql);
  if (known) return known;
  if (remembered.size >= mostRemembered) remembered.clear();
  const parts = partsOf(sql);
  remembered.set(sql, parts);
  return parts;
}

function lastParts(sql: string): readonly Part[] {
  if (last?.sql !== sql) last = { sql, parts: partsOf(sql) };
  return last.parts;
}

function partsOf(sql: string): readonly Part[] {
  const tokens = lex(sql);
  while (tokens.at(-1)?.text === ';') (tokens as Token[]).pop();
  const parts: Part[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const next = tokens[at + 1];
    const signed =
      token.text === '-' &&
      token.kind === 'symbol' &&
      (next?.kind === 'number' || next?.kind === 'numbered') &&
      opensValue(tokens[at - 1]);
    const own = signed ? next! : token;
    if (signed) at++;
    // `extract(year FROM …)`: the server reads the word as a constant.
    const field = own.kind === 'word' && token.text !== '-' && isField(tokens, at);
    const value = field
      ? ({ kind: 'value', constant: own.text.toLowerCase(), negative: false } as const)
      : valuePart(own, signed);
    parts.push(value ?? { kind: 'text', text: written(own) });
  }
  return parts;
}

function isField(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.text === '(' && tokens[at - 2]?.text.toLowerCase() === 'extract';
}

function opensValue(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'word') return openers.has(before.text.toLowerCase());
  return before.kind === 'symbol' && before.text !== ')' && before.text !== ']';
}

function valuePart(token: Token, negative: boolean): Part | undefined {
  switch (token.kind) {
    case 'numbered':
      return { kind: 'value', number: Number(token.text.slice(1)), negative };
    case 'number':
      return { kind: 'value', constant: token.text.replaceAll('_', ''), negative };
    case 'string':
      return { kind: 'value', constant: unquoted(token.text), negative };
    case 'word': {
      const word = token.text.toLowerCase();
      if (word === 'null') return { kind: 'value', constant: null, negative };
      return word === 'true' || word === 'false' ? { kind: 'value', constant: word, negative } : undefined;
    }
    default:
      return undefined;
  }
}

function written(token: Token): string {
  if (token.kind === 'word') return token.text.toLowerCase();
  const plain = /^"([a-z_][a-z0-9_$]*)"$/.exec(token.text);
  return plain ? plain[1]! : token.text;
}

/** The text inside a string constant (manual, 4.1.2); bit strings keep their letter, as their input function reads it. */
function unquoted(text: string): string {
  const dollar = /^(\$[^$]*\$)([\s\S]*)\1$/.exec(text);
  if (dollar) return dollar[2]!;
  const [, prefix = '', inner = ''] = /^([a-zA-Z]?&?)'([\s\S]*?)'?$/.exec(text) ?? [];
  const doubled = inner.replaceAll("''", "'");
  if (/^[eE]$/.test(prefix)) return unescaped(doubled);
  if (/^[uU]&$/.test(prefix))
    return doubled.replaceAll(/\\(?:\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4})|(\\))/g, (_, long, short, slash) =>
      slash ? '\\' : String.fromCodePoint(Number.parseInt((long ?? short) as string, 16)),
    );
  return /^[bBxX]$/.test(prefix) ? `${prefix}${doubled}` : doubled;
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/g,
    (_, u, long, x, octal, other) => {
      const hex = (u ?? long ?? x) as string | undefined;
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal as string, 8));
      return escapes[other as string] ?? (other as string);
    },
  );
}
