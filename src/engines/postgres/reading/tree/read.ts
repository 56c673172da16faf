import { UnreadTree, type Numbers, type TreeNode, type TreeValue } from './model.ts';

/** Levels of nesting that are followed; the server's own limit on its stack comes later. */
const deepest = 2_000;

/** What PostgreSQL 14 calls nodes, and what every later version does. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['RTE', 'RANGETBLENTRY'],
  ...['ARRAY', 'CASE', 'COALESCE', 'COLLATE', 'MINMAX', 'ROW', 'ROWCOMPARE'].map((name): [string, string] => [
    name,
    `${name}EXPR`,
  ]),
  ['WHEN', 'CASEWHEN'],
]);

/** Reads the text of a tree: `{NODE :field value …}`, `( … )`, `<>`, `(o 1 2)`, `"text"`, `4 [ 1 0 0 0 ]`; throws {@link UnreadTree}. */
export function readTree(text: string): TreeValue {
  const reader = new TreeReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

interface Token {
  /** One of `{ } ( )`, or `word`. */
  readonly kind: '{' | '}' | '(' | ')' | 'word';
  /** As written, with its backslashes. */
  readonly raw: string;
}

/** Holds the place in the text. */
class TreeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): TreeValue {
    return this.#valueOf(this.#next(), depth);
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw new UnreadTree('something follows its end');
  }

  #valueOf(token: Token, depth: number): TreeValue {
    if (depth > deepest) throw new UnreadTree('it is nested too deeply');
    if (token.kind === '{') return this.#node(depth);
    if (token.kind === '(') return this.#list(depth);
    if (token.kind !== 'word') throw new UnreadTree(`"${token.raw}" stands where a value belongs`);
    if (token.raw === '<>') return undefined;
    if (token.raw.length > 1 && token.raw.startsWith('"') && token.raw.endsWith('"'))
      return { text: plain(token.raw.slice(1, -1)) };
    return plain(token.raw);
  }

  #node(depth: number): TreeNode {
    const name = this.#next();
    if (name.kind !== 'word' || !/^[A-Z_]+$/.test(name.raw)) throw new UnreadTree('a node has no name');
    const fields = new Map<string, TreeValue>();
    for (;;) {
      const token = this.#next();
      if (token.kind === '}') return { kind: renamed.get(name.raw) ?? name.raw, fields };
      const field = /^:(\w+)$/.exec(token.raw)?.[1];
      if (field === undefined || fields.has(field))
        throw new UnreadTree(`"${token.raw}" stands where a field belongs`);
      const value = this.value(depth + 1);
      // Names are written without escaping ":" and "[", so only the one field that has bytes may be followed by them.
      fields.set(field, field === 'constvalue' && value !== undefined ? this.#datum() : value);
    }
  }

  #datum(): TreeValue {
    if (this.#next().raw !== '[') throw new UnreadTree('a constant has no bytes');
    const bytes: number[] = [];
    for (;;) {
      const { raw } = this.#next();
      if (raw === ']') return { bytes };
      if (!/^-?\d{1,3}$/.test(raw)) throw new UnreadTree('a constant has no bytes');
      bytes.push(Number(raw) & 0xff);
    }
  }

  #list(depth: number): readonly TreeValue[] | Numbers {
    let token = this.#next();
    if (token.kind === 'word' && /^[oixb]$/.test(token.raw)) {
      const numbers: number[] = [];
      for (;;) {
        const item = this.#next();
        if (item.kind === ')') return { of: token.raw as Numbers['of'], numbers };
        if (!/^-?\d+$/.test(item.raw)) throw new UnreadTree('a list of numbers holds something else');
        numbers.push(Number(item.raw));
      }
    }
    const items: TreeValue[] = [];
    while (token.kind !== ')') {
      items.push(this.#valueOf(token, depth + 1));
      token = this.#next();
    }
    return items;
  }

  #space(): void {
    while (/[ \n\t]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #next(): Token {
    this.#space();
    const text = this.#text;
    const first = text[this.#at];
    if (first === undefined) throw new UnreadTree('it ends too early');
    if (first === '{' || first === '}' || first === '(' || first === ')') {
      this.#at += 1;
      return { kind: first, raw: first };
    }
    const from = this.#at;
    while (this.#at < text.length && !/[ \n\t(){}]/.test(text[this.#at]!))
      this.#at += text[this.#at] === '\\' ? 2 : 1;
    if (this.#at > text.length) throw new UnreadTree('it ends too early');
    return { kind: 'word', raw: text.slice(from, this.#at) };
  }
}

const plain = (raw: string): string => raw.replace(/\\([\s\S])/g, '$1');
