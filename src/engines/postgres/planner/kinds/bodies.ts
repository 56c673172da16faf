import { lex } from '../../grammar/lex.ts';
import { bare } from '../../structure/text.ts';
import { keys } from '../keys.ts';
import type { Side } from '../model.ts';

/** A routine whose body is a text that the server does not look through. */
export interface Body {
  readonly key: string;
  readonly body: string;
}

/**
 * What the bodies of routines name: the server checks a body when the routine is made, but keeps no dependency on what it found there. Names
 * count only where they cannot lead in a circle.
 */
export function needsOfBodies(side: Side, bodies: readonly Body[]): ReadonlyMap<string, readonly string[]> {
  const named = relationsByName(side);
  const found = new Map<string, readonly string[]>();
  const more = new Map<string, string[]>();
  const reaches = (from: string, goal: string, seen: Set<string>): boolean => {
    if (from === goal) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    for (const need of [...(side.needs.get(from) ?? []), ...(more.get(from) ?? [])])
      if (reaches(need, goal, seen)) return true;
    // A table stands with all its columns.
    return (partsOf(side).get(from) ?? []).some((part) => reaches(part, goal, seen));
  };
  for (const { key, body } of bodies) {
    const needs: string[] = [];
    for (const candidate of mentioned(body, named))
      if (candidate !== key && !reaches(candidate, key, new Set())) {
        needs.push(candidate);
        more.set(key, needs);
      }
    if (needs.length > 0) found.set(key, needs);
  }
  return found;
}

/** Schemas, beside `public`, of what the body of a routine names without saying where it is. */
export function schemasOfBody(side: Side, body: string): readonly string[] {
  const found = new Set<string>();
  const { byName } = relationsByName(side);
  eachName(body, (name, schema) => {
    if (schema === undefined) for (const object of byName.get(name) ?? []) found.add(object.schema);
  });
  return [...found].filter((schema) => schema !== 'public').toSorted();
}

const partsKnown = new WeakMap<Side, ReadonlyMap<string, readonly string[]>>();

/** Columns, defaults and constraints of each table, which are there when the table is spoken of. */
function partsOf(side: Side): ReadonlyMap<string, readonly string[]> {
  const known = partsKnown.get(side);
  if (known) return known;
  const parts = new Map(
    side.catalog.tables.map((table) => [
      keys.table(table),
      [
        ...table.columns.flatMap(({ name }) => [keys.column(table, name), keys.default(table, name)]),
        ...table.constraints.map(({ name }) => keys.constraint(table, name)),
      ],
    ]),
  );
  partsKnown.set(side, parts);
  return parts;
}

interface Named {
  readonly byName: ReadonlyMap<string, readonly { readonly schema: string; readonly key: string }[]>;
}

const namedKnown = new WeakMap<Side, Named>();

function relationsByName(side: Side): Named {
  const known = namedKnown.get(side);
  if (known) return known;
  const named = readNames(side);
  namedKnown.set(side, named);
  return named;
}

function readNames({ catalog }: Side): Named {
  const byName = new Map<string, { readonly schema: string; readonly key: string }[]>();
  const add = (object: { readonly schema: string; readonly name: string }, key: string): void => {
    const known = byName.get(object.name) ?? [];
    byName.set(object.name, known);
    if (!known.some((other) => other.key === key)) known.push({ schema: object.schema, key });
  };
  for (const table of catalog.tables) add(table, keys.table(table));
  for (const view of catalog.views) add(view, keys.view(view));
  for (const sequence of catalog.sequences) add(sequence, keys.sequence(sequence));
  for (const type of catalog.types) add(type, keys.type(type));
  for (const routine of catalog.routines) add(routine, keys.routine(routine, routine.arguments));
  return { byName };
}

/** Keys of what a text names, with its schema or without. */
function mentioned(body: string, { byName }: Named): ReadonlySet<string> {
  const found = new Set<string>();
  eachName(body, (name, schema) => {
    for (const object of byName.get(name) ?? [])
      if (schema === undefined || object.schema === schema) found.add(object.key);
  });
  return found;
}

/** Every word of a text that could be a name, with the schema that stands before it. */
function eachName(body: string, visit: (name: string, schema: string | undefined) => void): void {
  const tokens = lex(body);
  const nameOf = ({ kind, text }: (typeof tokens)[number]): string =>
    kind === 'word' ? text.toLowerCase() : bare(text);
  tokens.forEach((token, at) => {
    if (token.kind !== 'word' && token.kind !== 'quoted') return;
    const before = tokens[at - 1]?.text === '.' ? tokens[at - 2] : undefined;
    visit(nameOf(token), before && nameOf(before));
  });
}
