/** Forms made of other forms: lists, maps with known or free keys, and values that may be left open. */
import { isMap, isScalar, isSeq } from 'yaml';
import { nearest } from '../../base/text.ts';
import { child, entriesOf, isNothing } from './entries.ts';
import { refuse, refuseValue, shown, type At, type Form, type JsonSchema, type Placed } from './form.ts';
import type { Given, Place } from '../model.ts';

export type Values<S> = { readonly [K in keyof S]: S[K] extends Form<infer T> ? T | undefined : never };

/** A list of equals; a single value counts as a list of one when `single`. */
export function list<T>(item: Form<T>, expected: string, single = false): Form<readonly T[]> {
  const schema = { type: 'array', items: item.schema, description: expected };
  return {
    expected,
    schema: single ? { anyOf: [item.schema, schema] } : schema,
    read(at) {
      if (isSeq(at.node))
        return at.node.items.map((node, index) => item.read(child(at, node, String(index))));
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
  if (isMap(node))
    return Object.fromEntries(
      entriesOf(at, node).map((entry) => [entry.key, plain(entry.at.node, entry.at)]),
    );
  if (isSeq(node)) return node.items.map((item) => plain(item, child(at, item, '')));
  if (!isScalar(node)) return null;
  const { value } = node;
  const exact =
    typeof value !== 'number' ||
    Number.isSafeInteger(value) ||
    (Number.isFinite(value) && !Number.isInteger(value));
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
      return entriesOf(at, at.node).map(
        ({ key, keyOffset, at: value }) => [key, item.read(value), at.source.place(keyOffset)] as const,
      );
    },
  };
}

/** A map with known keys; an unknown one is an error with the nearest known. */
export function object<S extends Readonly<Record<string, Form<unknown>>>>(
  expected: string,
  shape: S,
  required: readonly (keyof S & string)[] = [],
): Form<Values<S>> {
  const names = Object.keys(shape);
  const properties = Object.fromEntries(
    Object.entries(shape).map(([key, form]) => [key, form.closed ? form.schema : orOpen(form.schema)]),
  );
  return {
    expected,
    closed: true,
    schema: {
      type: 'object',
      description: expected,
      properties,
      additionalProperties: false,
      ...(required.length > 0 ? { required } : {}),
    },
    read(at) {
      if (!isMap(at.node)) return refuseValue(at, expected);
      const values = new Map<string, unknown>();
      for (const { key, keyOffset, at: value } of entriesOf(at, at.node)) {
        if (!names.includes(key)) {
          const near = nearest(key, names);
          const where = at.path.length === 0 ? 'the block' : `\`${at.path.join('.')}\``;
          return refuse(
            { ...value, offset: keyOffset },
            'task.unknown-key',
            `unknown key ${shown(key)} in ${where}.`,
            near === undefined ? `Known keys: ${names.join(', ')}.` : `Did you mean \`${near}\`?`,
          );
        }
        values.set(key, readOpen(shape[key]!, value));
      }
      for (const key of required)
        if (values.get(key) === undefined)
          return refuse(
            at,
            'task.wrong-value',
            `\`${[...at.path, key].join('.')}\` is missing; it must be ${shape[key]!.expected}.`,
          );
      for (const key of names)
        if (shape[key]!.always && !values.has(key))
          values.set(key, shape[key]!.read(child(at, undefined, key)));
      return Object.fromEntries(values) as Values<S>;
    },
  };
}

function readOpen(form: Form<unknown>, at: At): unknown {
  if (form.closed) return isNothing(at.node) && !form.always ? undefined : form.read(at);
  const value = unwrap(at);
  if (value.kind === 'unknown' || (value.kind === 'assumed' && !isNothing(value.at.node)))
    at.source.open.push({ path: at.path, kind: value.kind });
  return value.kind === 'unknown' || isNothing(value.at.node) ? undefined : form.read(value.at);
}

/** What stands at a place: a value, `unknown`, or `{ assume: value }`. */
export function unwrap(at: At): { readonly kind: 'declared' | 'assumed' | 'unknown'; readonly at: At } {
  if (isScalar(at.node) && at.node.type === 'PLAIN' && at.node.value === 'unknown')
    return { kind: 'unknown', at };
  if (!isMap(at.node) || at.node.items.length === 0) return { kind: 'declared', at };
  const [only, ...others] = entriesOf(at, at.node);
  return only?.key === 'assume' && others.length === 0
    ? { kind: 'assumed', at: { ...only.at, path: at.path } }
    : { kind: 'declared', at };
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
    anyOf: [
      rest,
      { const: 'unknown' },
      { type: 'object', properties: { assume: rest }, required: ['assume'], additionalProperties: false },
    ],
  };
}
