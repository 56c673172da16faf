/** Lays out the canonical block as YAML. */
import { Document, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';

/** A part of the canonical block: a literal, a list, or a map in order; `undefined` entries are left out. */
export type Part =
  | Literal
  | Unknown
  | Assumed
  | readonly Part[]
  | Tree
  | string
  | number
  | boolean
  | undefined;
export interface Tree {
  readonly kind: 'map';
  readonly entries: readonly (readonly [string, Part])[];
}
export interface Literal {
  readonly kind: 'literal';
  readonly value: unknown;
}
export interface Unknown {
  readonly kind: 'unknown';
}
interface Assumed {
  readonly kind: 'assumed';
  readonly part: Part;
}

/** A value of the task itself. */
export const literal = (value: unknown): Literal => ({ kind: 'literal', value });
/** A map in the order of its keys. */
export const map = (entries: Readonly<Record<string, Part>>): Tree => ({
  kind: 'map',
  entries: Object.entries(entries),
});
/** A map whose values are printed alike. */
export const each = <T>(values: Readonly<Record<string, T>>, print: (value: T) => Part): Tree => ({
  kind: 'map',
  entries: Object.entries(values).map(([key, value]) => [key, print(value)] as const),
});
/** Nothing for an empty map. */
export const filled = (tree: Tree): Tree | undefined => (tree.entries.length === 0 ? undefined : tree);
/** Nothing for an empty list. */
export const some = <T>(values: readonly T[]): readonly T[] | undefined =>
  values.length === 0 ? undefined : values;

/** The YAML text of a tree. */
export function layOut(tree: Tree): string {
  return new Document(node(tree, [])).toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Sections, long entries and lists of fields get lines of their own; everything else stands on one line. */
function node(part: Part, path: readonly string[]): Node {
  if (Array.isArray(part)) return sequence(part.map((item: Part) => node(item, [...path, ''])));
  if (typeof part !== 'object') return text(part);
  const value = part as Exclude<typeof part, readonly Part[]>;
  if (value.kind === 'unknown') return new Scalar('unknown');
  if (value.kind === 'literal') return literalNode(value.value);
  if (value.kind === 'assumed') return mapping([['assume', node(value.part, [...path, ''])]], true);
  const [section, , key] = path;
  const long = section !== undefined && ['entities', 'rules', 'access', 'routines'].includes(section);
  const lines =
    path.length < 2
      ? section !== 'change'
      : long && (path.length === 2 || (path.length === 3 && key === 'fields'));
  return mapping(
    value.entries.map(([name, inner]) => [name, node(inner, [...path, name])]),
    !lines,
  );
}

function mapping(entries: readonly (readonly [string, Node])[], flow: boolean): YAMLMap<Node, Node> {
  const result = new YAMLMap<Node, Node>();
  result.flow = flow;
  result.items = entries.map(([key, value]) => new Pair<Node, Node>(text(key), value));
  return result;
}

function sequence(items: readonly Node[]): YAMLSeq<Node> {
  const result = new YAMLSeq<Node>();
  result.flow = true;
  result.items = [...items];
  return result;
}

/** A word that reads as `unknown` is quoted, so that it stays a word. */
function text(value: string | number | boolean | undefined): Scalar {
  const scalar = new Scalar<unknown>(value ?? null);
  if (value === 'unknown') scalar.type = 'QUOTE_SINGLE';
  else if (typeof value === 'string' && value.includes('\n')) scalar.type = 'BLOCK_LITERAL';
  return scalar;
}

function literalNode(value: unknown): Node {
  if (Array.isArray(value)) return sequence(value.map(literalNode));
  if (value === null || typeof value !== 'object') return text(value as string);
  return mapping(
    Object.entries(value).map(([key, inner]) => [key, literalNode(inner)]),
    true,
  );
}
