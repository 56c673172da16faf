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
  let at = 0;

  const space = (): void => {
    while (/[ \n\t]/.test(text[at] ?? '')) at += 1;
  };

  const next = (): Token => {
    space();
    const first = text[at];
    if (first === undefined) throw new UnreadTree('it ends too early');
    if (first === '{' || first === '}' || first === '(' || first === ')') {
      at += 1;
      return { kind: first, raw: first };
    }
    const from = at;
    while (at < text.length && !/[ \n\t(){}]/.test(text[at]!)) at += text[at] === '\\' ? 2 : 1;
    if (at > text.length) throw new UnreadTree('it ends too early');
    return { kind: 'word', raw: text.slice(from, at) };
  };

  const valueOf = (token: Token, depth: number): TreeValue => {
    if (depth > deepest) throw new UnreadTree('it is nested too deeply');
    if (token.kind === '{') return node(depth);
    if (token.kind === '(') return list(depth);
    if (token.kind !== 'word') throw new UnreadTree(`"${token.raw}" stands where a value belongs`);
    if (token.raw === '<>') return undefined;
    if (token.raw.length > 1 && token.raw.startsWith('"') && token.raw.endsWith('"'))
      return { text: plain(token.raw.slice(1, -1)) };
    return plain(token.raw);
  };

  const node = (depth: number): TreeNode => {
    const name = next();
    if (name.kind !== 'word' || !/^[A-Z_]+$/.test(name.raw)) throw new UnreadTree('a node has no name');
    const fields = new Map<string, TreeValue>();
    for (;;) {
      const token = next();
      if (token.kind === '}') return { kind: renamed.get(name.raw) ?? name.raw, fields };
      const field = /^:(\w+)$/.exec(token.raw)?.[1];
      if (field === undefined || fields.has(field))
        throw new UnreadTree(`"${token.raw}" stands where a field belongs`);
      const value = valueOf(next(), depth + 1);
      // Names are written without escaping ":" and "[", so only the one field that has bytes may be followed by them.
      fields.set(field, field === 'constvalue' && value !== undefined ? datum() : value);
    }
  };

  const datum = (): TreeValue => {
    if (next().raw !== '[') throw new UnreadTree('a constant has no bytes');
    const bytes: number[] = [];
    for (;;) {
      const { raw } = next();
      if (raw === ']') return { bytes };
      if (!/^-?\d{1,3}$/.test(raw)) throw new UnreadTree('a constant has no bytes');
      bytes.push(Number(raw) & 0xff);
    }
  };

  const list = (depth: number): readonly TreeValue[] | Numbers => {
    let token = next();
    if (token.kind === 'word' && /^[oixb]$/.test(token.raw)) {
      const numbers: number[] = [];
      for (;;) {
        const item = next();
        if (item.kind === ')') return { of: token.raw as Numbers['of'], numbers };
        if (!/^-?\d+$/.test(item.raw)) throw new UnreadTree('a list of numbers holds something else');
        numbers.push(Number(item.raw));
      }
    }
    const items: TreeValue[] = [];
    while (token.kind !== ')') {
      items.push(valueOf(token, depth + 1));
      token = next();
    }
    return items;
  };

  const value = valueOf(next(), 0);
  space();
  if (at < text.length) throw new UnreadTree('something follows its end');
  return value;
}

interface Token {
  /** One of `{ } ( )`, or `word`. */
  readonly kind: '{' | '}' | '(' | ')' | 'word';
  /** As written, with its backslashes. */
  readonly raw: string;
}

/** Without its backslashes. Where a line was broken at an escaped space, that cannot be told from a line break in the name: both become a space. */
const plain = (raw: string): string =>
  raw.replace(/\\([\s\S])/g, (_, char: string) => (char === '\n' ? ' ' : char));
