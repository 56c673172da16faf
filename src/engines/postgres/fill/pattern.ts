/** Texts that a regular expression accepts, made from the row's number. */
import type { Make } from '../../../engine/model.ts';

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'set'; readonly characters: string }
  | { readonly kind: 'list'; readonly nodes: readonly Node[] }
  | { readonly kind: 'either'; readonly branches: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number };

/** A way through a pattern: which branch is taken, and how often beyond the least something is repeated. */
interface Way {
  readonly branch: number;
  readonly extra: number;
}

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';
/** Characters that stand for everything that is not excluded. */
const usual = `${lower}${digits}${upper}-_.,:/@ `;
const classes: Readonly<Record<string, string>> = {
  alpha: lower + upper,
  alnum: lower + upper + digits,
  digit: digits,
  lower,
  upper,
  xdigit: `${digits}abcdef`,
  space: ' ',
  blank: ' ',
  punct: '-._',
  word: `${lower}${digits}_`,
};
/** Characters that a text may grow to, and the room that numbers of rows have without loss. */
const mostCharacters = 300;
const mostRoom = 2 ** 52;
const extras = [0, 1, 2, 3, 5, 8, 12] as const;

/**
 * Ways to make texts that match an advanced regular expression of PostgreSQL, shortest first; with `distinct` those with room for `rows` different ones come
 * first. Empty for patterns with back references or looks around, which no list of characters stands for.
 */
export function matching(
  pattern: string,
  options: { readonly distinct: boolean; readonly rows: number; spread(n: string): string },
): readonly Make[] {
  const node = parse(pattern);
  if (!node) return [];
  const found = new Map<string, { readonly sql: string; readonly room: number; readonly length: number }>();
  for (const extra of extras)
    for (const branch of [0, 1, 2, 3]) {
      const parts = flatten(node, { branch, extra });
      if (parts.length > mostCharacters) continue;
      const made = write(parts);
      found.set(made.sql, made);
    }
  const enough = (room: number): boolean => room >= options.rows;
  const ways = [...found.values()].toSorted(
    (a, b) => Number(enough(b.room)) - Number(enough(a.room)) || a.length - b.length,
  );
  const number = (n: string): string => (options.distinct ? `(${n})` : options.spread(n));
  return ways.map(
    ({ sql }): Make =>
      (n) =>
        sql.replaceAll('\0', () => number(n)),
  );
}

/** The regular expression that a pattern of LIKE (or of SIMILAR TO, with `similar`) means. */
export function fromLike(pattern: string, similar = false): string {
  const inner = pattern.replaceAll(/\\(.)|%|_|[.^$*+?(){}[\]|\\]/g, (found, escaped: string | undefined) =>
    escaped !== undefined
      ? `\\${escaped}`
      : found === '%'
        ? '.*'
        : found === '_'
          ? '.'
          : similar && !/[.^$]/.test(found)
            ? found
            : `\\${found}`,
  );
  return `^(?:${inner})$`;
}

/** Texts and sets of characters in a row; each set takes a digit of the row's number, the last one the fastest. */
function flatten(node: Node, way: Way): readonly (string | { readonly set: string })[] {
  switch (node.kind) {
    case 'text':
      return Array.from(node.text);
    case 'set':
      return node.characters.length === 1 ? [node.characters] : [{ set: node.characters }];
    case 'list':
      return node.nodes.flatMap((part) => flatten(part, way));
    case 'either':
      return flatten(node.branches[way.branch % node.branches.length]!, way);
    case 'repeat': {
      const times = Math.min(node.most, node.least + way.extra);
      if (times > mostCharacters) return Array.from({ length: mostCharacters + 1 }, () => '');
      return Array.from({ length: times }, () => flatten(node.node, way)).flat();
    }
  }
}

function write(parts: readonly (string | { readonly set: string })[]): {
  readonly sql: string;
  readonly room: number;
  readonly length: number;
} {
  let room = 1;
  const made: string[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') made.unshift(`'${text.replaceAll("'", "''")}'`);
    text = '';
  };
  for (const part of parts.toReversed()) {
    if (typeof part === 'string') text = part + text;
    else if (room > mostRoom) text = part.set[0]! + text;
    else {
      flush();
      made.unshift(
        `substr('${part.set.replaceAll("'", "''")}', 1 + (\0 / ${room} % ${part.set.length})::int, 1)`,
      );
      room *= part.set.length;
    }
  }
  flush();
  return { sql: made.length === 0 ? `''` : `(${made.join(' || ')})`, room, length: parts.length };
}

/** Undefined for what is not understood. */
function parse(pattern: string): Node | undefined {
  let at = 0;
  let failed = false;
  const peek = (text: string): boolean => pattern.startsWith(text, at);
  const either = (): Node => {
    const branches = [list()];
    while (peek('|')) {
      at += 1;
      branches.push(list());
    }
    return branches.length === 1 ? branches[0]! : { kind: 'either', branches };
  };
  const list = (): Node => {
    const nodes: Node[] = [];
    while (at < pattern.length && !peek('|') && !peek(')') && !failed) {
      const node = atom();
      if (node) nodes.push(quantified(node));
    }
    return { kind: 'list', nodes };
  };
  const atom = (): Node | undefined => {
    const character = pattern[at++]!;
    if (character === '^' || character === '$') return undefined;
    if (character === '.') return { kind: 'set', characters: lower };
    if (character === '[') return bracket();
    if (character === '\\') return escaped();
    if (character !== '(') return { kind: 'text', text: character };
    if (peek('?:')) at += 2;
    else if (peek('?')) failed = true;
    const node = either();
    at += 1;
    return node;
  };
  const escaped = (): Node | undefined => {
    const character = pattern[at++] ?? '';
    const set = setOf(character);
    if (set !== undefined) return { kind: 'set', characters: set };
    if (/[AZmMyY]/.test(character)) return undefined;
    if (/[1-9a-zB]/.test(character)) failed = true;
    return { kind: 'text', text: character };
  };
  const bracket = (): Node => {
    const negative = peek('^');
    if (negative) at += 1;
    let members = '';
    let first = true;
    while (at < pattern.length && (first || !peek(']'))) {
      first = false;
      const named = /^\[:(\w+):\]/.exec(pattern.slice(at));
      if (named) {
        members += classes[named[1]!] ?? '';
        at += named[0].length;
        continue;
      }
      let from = pattern[at++]!;
      if (from === '\\') {
        from = pattern[at++] ?? '';
        const set = setOf(from);
        if (set !== undefined) {
          members += set;
          continue;
        }
      }
      if (peek('-') && pattern[at + 1] !== ']' && at + 1 < pattern.length) {
        const to = pattern[at + 1]!;
        at += 2;
        for (let code = from.charCodeAt(0); code <= Math.min(to.charCodeAt(0), 0x24f); code++)
          members += String.fromCharCode(code);
      } else members += from;
    }
    at += 1;
    const characters = negative
      ? Array.from(usual)
          .filter((one) => !members.includes(one) && one !== ' ')
          .join('')
      : [...new Set(members)].join('');
    if (characters === '') failed = true;
    return { kind: 'set', characters: characters === '' ? 'x' : wordsFirst(characters) };
  };
  const quantified = (node: Node): Node => {
    const found = /^(?:([*+?])|\{(\d+)(,)?(\d+)?\})\??/.exec(pattern.slice(at));
    if (!found) return node;
    at += found[0].length;
    const [, sign, low, comma, high] = found;
    const least = sign === undefined ? Number(low) : sign === '+' ? 1 : 0;
    const most =
      sign === '?' ? 1 : sign === undefined ? (comma ? Number(high ?? Infinity) : least) : Infinity;
    return { kind: 'repeat', node, least, most };
  };
  const node = either();
  return failed || at < pattern.length ? undefined : node;
}

/** Characters of `\d`, `\w` and their like. */
function setOf(letter: string): string | undefined {
  const sets: Readonly<Record<string, string>> = {
    d: digits,
    w: `${lower}${digits}_`,
    s: ' ',
    D: lower,
    W: '-',
    S: `${lower}${digits}`,
  };
  return sets[letter];
}

/** Letters and digits before signs, so that texts begin as words do. */
function wordsFirst(characters: string): string {
  const all = Array.from(characters);
  return [
    ...all.filter((one) => /[A-Za-z0-9]/.test(one)),
    ...all.filter((one) => !/[A-Za-z0-9]/.test(one)),
  ].join('');
}
