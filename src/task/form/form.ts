/** Described values: one description reads a YAML node, tells what was expected, and gives the JSON Schema. */
import { isMap, isScalar, isSeq, type Scalar } from 'yaml';
import type { Code } from '../../base/codes.ts';
import { fail } from '../../base/error.ts';
import { nearest } from '../../base/text.ts';
import type { Open, Place } from '../model.ts';

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

/** How one kind of value is read. */
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
export function scalar<T>(
  expected: string,
  schema: JsonSchema,
  parse: (text: string) => T | undefined,
): Form<T> {
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
  return scalar(expected, { type: ['string', 'number', 'boolean'], ...schema }, (value) =>
    value.trim() === '' || value.includes('\0') ? undefined : value,
  );
}

/** `true` or `false`. */
export const flag: Form<boolean> = scalar('`true` or `false`', { type: 'boolean' }, (value) =>
  /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : undefined,
);

/** One of a few words; the error suggests the nearest. */
export function oneOf<const W extends string>(
  words: readonly W[],
  also: Readonly<Record<string, W>> = {},
): Form<W> {
  const expected =
    words.length === 1 ? `\`${words[0]}\`` : `one of ${words.map((word) => `\`${word}\``).join(', ')}`;
  return {
    expected,
    schema: { enum: words },
    read(at) {
      const value = scalarText(at.node) ?? '';
      const found =
        words.find((word) => word === value) ?? (Object.hasOwn(also, value) ? also[value] : undefined);
      const near = nearest(value, words);
      return found ?? refuseValue(at, expected, near === undefined ? undefined : `Did you mean \`${near}\`?`);
    },
  };
}
