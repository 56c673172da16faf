import { printName, printPart } from '../../../catalog/identity.ts';
import type { Name } from '../../../catalog/model.ts';

/**
 * Keys of things. The first word tells which kind of object it is; what follows tells it apart, with names as people write them. Materialized views
 * are views, procedures and aggregates are functions: one of either kind cannot stand beside another of the same name.
 */
export const keys = {
  table: (table: Name): string => `table ${printName(table)}`,
  column: (table: Name, column: string): string => `column ${printName(table)}.${printPart(column)}`,
  default: (table: Name, column: string): string => `default ${printName(table)}.${printPart(column)}`,
  constraint: (table: Name, name: string): string => `constraint ${printName(table)}.${printPart(name)}`,
  index: (index: Name): string => `index ${printName(index)}`,
  sequence: (sequence: Name): string => `sequence ${printName(sequence)}`,
  view: (view: Name): string => `view ${printName(view)}`,
  trigger: (relation: Name, name: string): string => `trigger ${printName(relation)}.${printPart(name)}`,
  rule: (relation: Name, name: string): string => `rule ${printName(relation)}.${printPart(name)}`,
  policy: (table: Name, name: string): string => `policy ${printName(table)}.${printPart(name)}`,
  type: (type: Name): string => `type ${printName(type)}`,
  /** With the identity arguments as the server prints them: `integer, text`. */
  routine: (routine: Name, identity: string): string => `function ${printName(routine)}(${identity})`,
  schema: (name: string): string => `schema ${printPart(name)}`,
  extension: (name: string): string => `extension ${printPart(name)}`,
  role: (name: string): string => `role ${printPart(name)}`,
  /** Any other object with a name of its own, in a schema or not: `collation public.german`, `publication p`. */
  named: (word: string, name: Name): string =>
    name.schema === '' ? `${word} ${printPart(name.name)}` : `${word} ${printName(name)}`,
  /** With the types that tell it apart: `operator public.+(integer,integer)`, `cast (text as integer)`, `operator class public.c btree`. */
  typed: (word: string, name: Name, types: string): string => `${keys.named(word, name)}${types}`,
  /** That a table is a partition or a child of another one. */
  parent: (table: Name, parent: Name): string => `parent ${printName(table)} of ${printName(parent)}`,
  /** The same from the keys of both tables. */
  kinship: (table: string, parent: string): string =>
    `parent ${table.slice('table '.length)} of ${parent.slice('table '.length)}`,
} as const;

/** The names that tables, views, sequences, indexes and composite types share, and those of types, which tables have too. */
export const names = {
  relation: (name: Name): string => `relation ${printName(name)}`,
  type: (name: Name): string => `type ${printName(name)}`,
} as const;
