import { printName, printPart } from '../../../catalog/identity.ts';
import type { Name, Table } from '../../../catalog/model.ts';
import { quote } from '../quote.ts';

/** One statement of a structure. */
export interface Making {
  /** What it makes or sets, as a difference of catalogs calls it. */
  readonly path: string;
  readonly sql: string;
  /** Path of the object that it belongs to, when it does not make one. */
  readonly of?: string;
  /** How it must begin, where the statement itself is a text of the catalog. */
  readonly begins?: RegExp;
  /** The same in smaller pieces, for when one of them fails. */
  readonly pieces?: readonly Making[];
  /** The table that it makes, which may be made without what the server lacks. */
  readonly table?: Table;
  /** What is made instead when it fails for good, and what that means. */
  readonly instead?: { readonly sql: string; readonly why: string };
}

/** An identifier. */
export const id = (name: string): string => quote.identifier(name);

/** A constant. */
export const text = (value: string): string => quote.literal(value);

/** A name with its schema always: everything is run with an empty search path. */
export const full = (name: Name): string => `${id(name.schema)}.${id(name.name)}`;

/** Path of a table, as a difference of catalogs calls it. */
export const tablePath = (table: Name): string => `table ${printName(table)}`;

/** Path of a part of another object. */
export const partPath = (of: string, kind: string, name: string): string =>
  `${of} ${kind} ${printPart(name)}`;

/** The comment on an object, when it has one. */
export function says(path: string, what: string, comment: string | undefined): readonly Making[] {
  return comment === undefined
    ? []
    : [{ path: `${path} comment`, of: path, sql: `COMMENT ON ${what} IS ${text(comment)}` }];
}

/** `fillfactor=70` → `fillfactor = '70'`; a qualified name keeps its dot. */
export function option(stored: string): string {
  const at = stored.indexOf('=');
  return `${stored.slice(0, at).split('.').map(id).join('.')} = ${text(stored.slice(at + 1))}`;
}

/** Options in parentheses after a word, or nothing. */
export function options(word: string, stored: readonly string[]): readonly string[] {
  return stored.length === 0 ? [] : [`${word} (${stored.map(option).join(', ')})`];
}
