import type { Make, ValueRequest } from '../../../engine/model.ts';
import { matching } from './pattern.ts';
import { spread } from './random.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const unquote = (text: string): string => text.replaceAll("''", "'");

interface Members {
  readonly kind: 'members';
  readonly members: Map<string, Part>;
}
type Part = Members | { readonly kind: 'value'; readonly sql: Make };

/** A document that has what conditions look for in one: keys, kinds of values, values, documents it contains. */
export function shaped(request: ValueRequest): readonly Make[] {
  const { conditions = [] } = request;
  const text = conditions.join(' AND ');
  const top = /\bjsonb?_typeof\((?:\(?"?[^()'"]+"?\)?)\) = '(\w+)'/.exec(text)?.[1];
  if (top !== undefined && top !== 'object') return [kindOf(top)];
  const root: Members = { kind: 'members', members: new Map() };
  const contained: string[] = [];
  for (const predicate of conditions) {
    for (const chain of chains(predicate)) place(root, chain.path, valueFor(chain, request));
    for (const [, keys] of predicate.matchAll(/ \?[&|] ARRAY\[([^\]]*)\]/g))
      for (const [, key] of keys!.matchAll(/'((?:[^']|'')*)'/g)) place(root, [unquote(key!)], undefined);
    for (const [, key] of predicate.matchAll(/ \? '((?:[^']|'')*)'/g))
      place(root, [unquote(key!)], undefined);
    for (const [, document] of predicate.matchAll(/ @> '((?:[^']|'')*)'/g))
      contained.push(unquote(document!));
  }
  if (root.members.size === 0 && contained.length === 0) return [];
  const made: Make = (n) =>
    [write(root, n), ...contained.map((document) => `${quote(document)}::jsonb`)].join(' || ');
  return [made];
}

interface Chain {
  readonly path: readonly string[];
  readonly before: string;
  readonly after: string;
}

/** Paths into a document, with the text around them. */
function* chains(predicate: string): Generator<Chain> {
  for (const found of predicate.matchAll(/\(?"?[\w$]+"?\)?((?: ->>? '(?:[^']|'')*'(?:::text)?\)?)+)/g)) {
    const path = [...found[1]!.matchAll(/'((?:[^']|'')*)'/g)].map((step) => unquote(step[1]!));
    yield around(predicate, found, path);
  }
  for (const found of predicate.matchAll(/\(?"?[\w$]+"?\)? #>>? '\{([^}']*)\}'(?:::text\[\])?/g))
    yield around(predicate, found, found[1]!.split(','));
}

function around(predicate: string, found: RegExpMatchArray, path: readonly string[]): Chain {
  const end = found.index! + found[0].length;
  return { path, before: predicate.slice(0, found.index), after: predicate.slice(end) };
}

function valueFor({ before, after }: Chain, request: ValueRequest): Make | undefined {
  const kind = /jsonb?_typeof\(\(*$/.test(before) ? /^\)* = '(\w+)'/.exec(after)?.[1] : undefined;
  if (kind !== undefined) return kindOf(kind);
  if (/jsonb?_array_length\(\(*$/.test(before)) return () => 'jsonb_build_array(1)';
  if (/^\)*::boolean/.test(after)) return () => `'true'::jsonb`;
  if (/^\)*::(?:numeric|integer|bigint|smallint|double precision|real)/.test(after)) {
    const numbers = [...after.slice(0, 120).matchAll(/-?\d+(?:\.\d+)?/g)].map(([number]) => Number(number));
    const low = numbers[0] ?? 0;
    const high = numbers[1] !== undefined && numbers[1] > low ? numbers[1] : low + 100;
    return (n) =>
      `to_jsonb(${low + (high > low + 1 ? 1 : 0)} + ${spread(n, request.seed, Math.max(1, high - low - 1))})`;
  }
  const pattern = /^\)* ~\*? '((?:[^']|'')*)'/.exec(after)?.[1];
  if (pattern !== undefined) {
    const make = matching(unquote(pattern), {
      distinct: false,
      rows: request.rows,
      spread: (n) => spread(n, request.seed, 2 ** 52),
    })[0];
    if (make) return (n) => `to_jsonb(${make(n)})`;
  }
  const list = /^\)* = (?:ANY \(\(?)?(?:ARRAY\[)?((?:'(?:[^']|'')*'(?:::[\w ]+)?(?:, )?)+)/.exec(after)?.[1];
  const values = list === undefined ? [] : [...list.matchAll(/'(?:[^']|'')*'/g)].map(([value]) => value);
  if (values.length > 0)
    return (n) =>
      `to_jsonb((ARRAY[${values.join(',')}]::text[])[1 + ${spread(n, request.seed, values.length)}])`;
  return undefined;
}

function kindOf(kind: string): Make {
  const made: Readonly<Record<string, Make>> = {
    array: (n) => `jsonb_build_array(${n})`,
    object: (n) => `jsonb_build_object('n', ${n})`,
    number: (n) => `to_jsonb(${n})`,
    string: (n) => `to_jsonb('text ' || ${n})`,
    boolean: () => `'true'::jsonb`,
    null: () => `'null'::jsonb`,
  };
  return made[kind] ?? (() => `'{}'::jsonb`);
}

function place(root: Members, path: readonly string[], value: Make | undefined): void {
  let at = root;
  for (const [i, key] of path.entries()) {
    const there = at.members.get(key);
    if (i === path.length - 1) {
      if (value) at.members.set(key, { kind: 'value', sql: value });
      else if (!there) at.members.set(key, { kind: 'value', sql: (n) => `to_jsonb('text ' || ${n})` });
    } else if (there?.kind === 'members') at = there;
    else {
      const next: Members = { kind: 'members', members: new Map() };
      at.members.set(key, next);
      at = next;
    }
  }
}

function write(part: Part, n: string): string {
  if (part.kind === 'value') return part.sql(n);
  const members = [...part.members].map(([key, own]) => `${quote(key)}, ${write(own, n)}`);
  return `jsonb_build_object(${members.join(', ')})`;
}
