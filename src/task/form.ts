/** Described values: one description reads a YAML node, tells what was expected, and gives the JSON Schema. */
import { isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { fail } from '../base/error.ts';
import { nearest } from '../base/text.ts';
import type { Code } from '../base/codes.ts';
import type { Given, Open, Place } from './model.ts';

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = { readonly [key: string]: unknown };

/** What a reader of one block shares: its text, places, and what was left open. */
export interface Source {
  readonly text: string;
  /** What messages call the task: its file name, or `the task`. */
  readonly name: string;
  readonly open: Open[];
  place(offset: number): Place;
}

/** A node with its path (canonical ids) in the block. */
export interface At {
  readonly node: unknown;
  readonly path: readonly string[];
  readonly offset: number;
  /** The place itself when it is known better than by the offset. */
  readonly place?: Place;
  readonly source: Source;
}

export interface Form<T> {
  /** What belongs here, as the error says it. */
  readonly expected: string;
  readonly schema: JsonSchema;
  /** Reads `unknown` and `{ assume: … }` itself, or does not allow them. */
  readonly closed?: boolean;
  /** An absent value is read too. */
  readonly always?: boolean;
  /** Throws a `DbdError` with line and column. */
  read(at: At): T;
}

export type Values<S> = { readonly [K in keyof S]: S[K] extends Form<infer T> ? T | undefined : never };

/** A value with the place where it is written. */
export interface Placed<T> {
  readonly value: T;
  readonly at: At;
}

/** Throws with the place in front of the sentence; `details` carries line, column and path. */
export function refuse(at: At, code: Code, sentence: string, hint?: string): never {
  const { line, column } = at.place ?? at.source.place(at.offset);
  return fail(code, `${at.source.name}, line ${line}, column ${column}: ${sentence}`, {
    ...(hint === undefined ? {} : { hint }),
    details: { line, column, path: at.path.join('.') },
  });
}

/** Throws `task.wrong-value` naming what was expected and what is there. */
export function refuseValue(at: At, expected: string, hint?: string): never {
  const what = at.path.length === 0 ? 'the block' : `\`${at.path.join('.')}\``;
  return refuse(at, 'task.wrong-value', `${what} must be ${expected}, not ${shown(at.node)}.`, hint);
}

/** A short, printable form of a node or name for messages. */
export function shown(value: unknown): string {
  if (isMap(value)) return 'a map';
  if (isSeq(value)) return 'a list';
  const raw = isScalar(value) ? ((value as Scalar & { source?: string }).source ?? value.value) : value;
  if (raw === null || raw === undefined || raw === '') return 'empty';
  const text = (typeof raw === 'string' ? raw : JSON.stringify(raw)).replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return `\`${text.length > 60 ? `${text.slice(0, 59)}…` : text}\``;
}

/** Text of a scalar as it is written (numbers included); undefined for maps, lists and nothing. */
export function scalarText(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null || node.value === undefined) return undefined;
  if (typeof node.value === 'string') return node.value;
  return node.source ?? JSON.stringify(node.value);
}

/** A scalar that a function understands; `parse` gives undefined for what it does not. */
export function scalar<T>(expected: string, schema: JsonSchema, parse: (text: string) => T | undefined): Form<T> {
  return {
    expected,
    schema: { description: expected, ...schema },
    read(at) {
      const text = scalarText(at.node);
      const value = text === undefined ? undefined : parse(text);
      return value === undefined ? refuseValue(at, expected) : value;
    },
  };
}

/** Any text of at least one character. */
export function text(expected = 'a text', schema: JsonSchema = {}): Form<string> {
  return scalar(expected, { type: ['string', 'number', 'boolean'], ...schema }, (value) => (value.trim() === '' || value.includes('\0') ? undefined : value));
}

export const flag: Form<boolean> = scalar('`true` or `false`', { type: 'boolean' }, (value) =>
  /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : undefined,
);

/** One of a few words; the error suggests the nearest. */
export function oneOf<const W extends string>(words: readonly W[], also: Readonly<Record<string, W>> = {}): Form<W> {
  const expected = words.length === 1 ? `\`${words[0]}\`` : `one of ${words.map((word) => `\`${word}\``).join(', ')}`;
  return {
    expected,
    schema: { enum: words },
    read(at) {
      const value = scalarText(at.node) ?? '';
      const found = words.find((word) => word === value) ?? (Object.hasOwn(also, value) ? also[value] : undefined);
      const near = nearest(value, words);
      return found ?? refuseValue(at, expected, near === undefined ? undefined : `Did you mean \`${near}\`?`);
    },
  };
}

/** A list of equals; a single value counts as a list of one when `single`. */
export function list<T>(item: Form<T>, expected: string, single = false): Form<readonly T[]> {
  const schema = { type: 'array', items: item.schema, description: expected };
  return {
    expected,
    schema: single ? { anyOf: [item.schema, schema] } : schema,
    read(at) {
      if (isSeq(at.node)) return at.node.items.map((node, index) => item.read(child(at, node, String(index))));
      return single && isScalar(at.node) ? [item.read(at)] : refuseValue(at, expected);
    },
  };
}

/** Any JSON value, taken literally. */
export const literal: Form<unknown> = {
  expected: 'a value',
  schema: {},
  read: (at) => plain(at.node, at),
};

function plain(node: unknown, at: At): unknown {
  if (isMap(node)) return Object.fromEntries(entriesOf(at, node).map((entry) => [entry.key, plain(entry.at.node, entry.at)]));
  if (isSeq(node)) return node.items.map((item) => plain(item, child(at, item, '')));
  if (!isScalar(node)) return null;
  const { value } = node;
  const exact = typeof value !== 'number' || Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
  return exact && !Object.is(value, -0) ? (value ?? null) : (node.source ?? String(value));
}

/** A map whose keys are names; values keep the order in which they are written. */
export function mapOf<T>(item: Form<T>, expected: string): Form<readonly (readonly [string, T, Place])[]> {
  return {
    expected,
    closed: true,
    schema: { type: 'object', additionalProperties: item.schema, description: expected },
    read(at) {
      if (!isMap(at.node)) return refuseValue(at, expected);
      return entriesOf(at, at.node).map(({ key, keyOffset, at: value }) => [key, item.read(value), at.source.place(keyOffset)] as const);
    },
  };
}

/** A map with known keys; an unknown one is an error with the nearest known. */
export function object<S extends Readonly<Record<string, Form<unknown>>>>(expected: string, shape: S, required: readonly (keyof S & string)[] = []): Form<Values<S>> {
  const names = Object.keys(shape);
  const properties = Object.fromEntries(Object.entries(shape).map(([key, form]) => [key, form.closed ? form.schema : orOpen(form.schema)]));
  return {
    expected,
    closed: true,
    schema: { type: 'object', description: expected, properties, additionalProperties: false, ...(required.length > 0 ? { required } : {}) },
    read(at) {
      if (!isMap(at.node)) return refuseValue(at, expected);
      const values = new Map<string, unknown>();
      for (const { key, keyOffset, at: value } of entriesOf(at, at.node)) {
        if (!names.includes(key)) {
          const near = nearest(key, names);
          const where = at.path.length === 0 ? 'the block' : `\`${at.path.join('.')}\``;
          return refuse({ ...value, offset: keyOffset }, 'task.unknown-key', `unknown key ${shown(key)} in ${where}.`, near === undefined ? `Known keys: ${names.join(', ')}.` : `Did you mean \`${near}\`?`);
        }
        values.set(key, readOpen(shape[key]!, value));
      }
      for (const key of required) if (values.get(key) === undefined) return refuse(at, 'task.wrong-value', `\`${[...at.path, key].join('.')}\` is missing; it must be ${shape[key]!.expected}.`);
      for (const key of names) if (shape[key]!.always && !values.has(key)) values.set(key, shape[key]!.read(child(at, undefined, key)));
      return Object.fromEntries(values) as Values<S>;
    },
  };
}

function readOpen(form: Form<unknown>, at: At): unknown {
  if (form.closed) return isNothing(at.node) && !form.always ? undefined : form.read(at);
  const value = unwrap(at);
  if (value.kind === 'unknown' || (value.kind === 'assumed' && !isNothing(value.at.node))) at.source.open.push({ path: at.path, kind: value.kind });
  return value.kind === 'unknown' || isNothing(value.at.node) ? undefined : form.read(value.at);
}

/** What stands at a place: a value, `unknown`, or `{ assume: value }`. */
export function unwrap(at: At): { readonly kind: 'declared' | 'assumed' | 'unknown'; readonly at: At } {
  if (isScalar(at.node) && at.node.type === 'PLAIN' && at.node.value === 'unknown') return { kind: 'unknown', at };
  if (!isMap(at.node) || at.node.items.length === 0) return { kind: 'declared', at };
  const [only, ...others] = entriesOf(at, at.node);
  return only?.key === 'assume' && others.length === 0 ? { kind: 'assumed', at: { ...only.at, path: at.path } } : { kind: 'declared', at };
}

/** A value that stays marked as declared, assumed or unknown; what is absent is assumed by the caller. */
export function given<T>(form: Form<T>): Form<Given<T>> {
  return {
    expected: form.expected,
    closed: true,
    schema: orOpen(form.schema),
    read(at) {
      const { kind, at: inner } = unwrap(at);
      return kind === 'unknown' ? { kind } : { kind, value: form.read(inner) };
    },
  };
}

/** Keeps the place beside the value, for errors that are found later. */
export function placed<T>(form: Form<T>): Form<Placed<T>> {
  return { ...form, read: (at) => ({ value: form.read(at), at }) };
}

function orOpen(schema: JsonSchema): JsonSchema {
  const { description, ...rest } = schema;
  return {
    ...(description === undefined ? {} : { description }),
    anyOf: [rest, { const: 'unknown' }, { type: 'object', properties: { assume: rest }, required: ['assume'], additionalProperties: false }],
  };
}

function isNothing(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** The node one key below. */
export function child(at: At, node: unknown, key: string): At {
  const range = (node as Node | null | undefined)?.range;
  return { node, path: key === '' ? at.path : [...at.path, key], offset: range?.[0] ?? at.offset, source: at.source };
}

/** One entry of a map with the place of its key. */
export interface Entry {
  readonly key: string;
  readonly keyOffset: number;
  readonly at: At;
}

/** Entries of a map; refuses duplicate and non-scalar keys, and rejoins `decimal(12, 2)`, which YAML splits at the comma in `{ … }`. */
export function entriesOf(at: At, map: YAMLMap): readonly Entry[] {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  const items = map.items as Pair<Node, Node | null>[];
  for (let index = 0; index < items.length; index++) {
    const { key: keyNode, value } = items[index]!;
    const key = scalarText(keyNode) ?? (isScalar(keyNode) ? 'null' : undefined);
    const keyOffset = keyNode?.range?.[0] ?? at.offset;
    if (key === undefined) return refuse({ ...at, offset: keyOffset }, 'task.yaml', 'a key must be a word.');
    if (seen.has(key)) return refuse({ ...at, offset: keyOffset }, 'task.yaml', `the key ${shown(key)} stands twice in the same map.`);
    seen.add(key);
    const joined = map.flow ? rejoin(items, index, at.source.text) : undefined;
    if (joined) index = joined.last;
    entries.push({ key, keyOffset, at: { ...child(at, joined?.node ?? value, key), ...(value?.range ? {} : { offset: keyOffset }) } });
  }
  return entries;
}

function rejoin(items: readonly Pair<Node, Node | null>[], first: number, source: string): { readonly node: Scalar; readonly last: number } | undefined {
  const start = items[first]!.value;
  if (!isScalar(start) || start.type !== 'PLAIN' || !start.range || depth(scalarText(start) ?? '') <= 0) return undefined;
  for (let last = first + 1; last < items.length; last++) {
    const { key, value } = items[last]!;
    if (!isNothing(value) || !key?.range) return undefined;
    const text = source.slice(start.range[0], key.range[1]);
    if (depth(text) > 0) continue;
    const node = start.clone() as Scalar & { source?: string };
    node.value = text;
    node.source = text;
    return { node, last };
  }
  return undefined;
}

function depth(text: string): number {
  return text.length - text.replaceAll('(', '').length - (text.length - text.replaceAll(')', '').length);
}
