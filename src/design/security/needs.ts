import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Name, Routine, Table } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Privilege } from './model.ts';

/** One right that running a text needs. */
export interface Need {
  readonly relation: Name;
  readonly privilege: Extract<Privilege, 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'>;
}

/** What one query needs, with what the triggers and views on its way need; names are looked up in the catalog. */
export function needsOf(sql: string, catalog: Catalog, engine: Engine): readonly Need[] {
  const found = new Map<string, Need>();
  follow(sql, { catalog, engine, found, seen: new Set() }, parsed(sql, catalog, engine));
  return [...found.values()];
}

/** What writing rows of a table needs. */
export function needsOfInsert(table: Name, catalog: Catalog, engine: Engine): readonly Need[] {
  return needsOf(`INSERT INTO ${engine.quote.name(table)} DEFAULT VALUES`, catalog, engine);
}

interface Search {
  readonly catalog: Catalog;
  readonly engine: Engine;
  readonly found: Map<string, Need>;
  readonly seen: Set<string>;
}

/** Relations that a parsed query names; undefined when its text cannot be parsed alone. */
function parsed(sql: string, catalog: Catalog, engine: Engine): readonly Name[] | undefined {
  try {
    const names = engine.grammar.shape(sql).tables.map(({ table }) => table);
    return relationsOf(catalog).filter(({ schema, name }) =>
      names.some((written) => written === name || written === `${schema}.${name}`),
    );
  } catch {
    return undefined;
  }
}

function follow(sql: string, search: Search, named?: readonly Name[]): void {
  const { catalog, engine, found, seen } = search;
  const text = bare(sql);
  const words = relationsOf(catalog).map((relation) => ({ relation, word: wordOf(relation, engine) }));
  const mentioned = words.filter(
    ({ relation, word }) =>
      new RegExp(word, 'iu').test(text) &&
      (named === undefined || named.includes(relation) || written(text, word).length > 0),
  );
  for (const { relation, word } of mentioned) {
    const verbs = written(text, word);
    const reads =
      verbs.length === 0 ||
      verbs.some((verb) => verb !== 'INSERT') ||
      /\bRETURNING\b|\bON\s+CONFLICT\b/iu.test(text) ||
      [...text.matchAll(new RegExp(word, 'giu'))].length > 1;
    const locks =
      !verbs.includes('UPDATE') && /\bFOR\s+(?:NO\s+KEY\s+UPDATE|UPDATE|(?:KEY\s+)?SHARE)\b/iu.test(text);
    const needed: Need['privilege'][] = [
      ...(reads ? (['SELECT'] as const) : []),
      ...verbs,
      ...(locks ? (['UPDATE'] as const) : []),
    ];
    for (const privilege of needed) found.set(`${keyOf(relation)} ${privilege}`, { relation, privilege });
    const view = catalog.views.find((one) => keyOf(one) === keyOf(relation));
    if (view?.options.some((option) => /^security_invoker=(?:true|on|1)$/.test(option)))
      visit(`view ${keyOf(view)}`, view.definition, search, seen);
    const table = catalog.tables.find((one) => keyOf(one) === keyOf(relation));
    for (const verb of verbs)
      for (const routine of table ? triggered(table, verb, catalog) : [])
        visit(`routine ${keyOf(routine)} ${verb}`, routine.definition, search, seen);
  }
}

function visit(key: string, text: string, search: Search, seen: Set<string>): void {
  if (seen.has(key)) return;
  seen.add(key);
  follow(text, search);
}

/** Routines that run with the writer's rights when rows are written. */
function triggered(table: Table, verb: string, catalog: Catalog): readonly Routine[] {
  const routines = table.triggers
    .filter(
      ({ definition, enabled }) =>
        enabled !== 'disabled' && new RegExp(`\\b${verb}\\b`, 'iu').test(definition),
    )
    .map(({ routine }) => routine.replace(/\(.*\)$/s, ''));
  return catalog.routines.filter(
    (routine) =>
      routines.some((name) => name === routine.name || name === keyOf(routine)) &&
      !/\bSECURITY\s+DEFINER\b/iu.test(routine.definition),
  );
}

function written(text: string, word: string): readonly ('INSERT' | 'UPDATE' | 'DELETE')[] {
  const has = (pattern: string): boolean =>
    new RegExp(`\\b${pattern}\\s+(?:ONLY\\s+)?${word}`, 'iu').test(text);
  const merges = has('MERGE\\s+INTO');
  return [
    ...(has('INSERT\\s+INTO') || merges ? (['INSERT'] as const) : []),
    ...(has('UPDATE') || merges || (has('INSERT\\s+INTO') && /\bDO\s+UPDATE\b/iu.test(text))
      ? (['UPDATE'] as const)
      : []),
    ...(has('DELETE\\s+FROM') || merges ? (['DELETE'] as const) : []),
  ];
}

function relationsOf(catalog: Catalog): readonly Name[] {
  return [...catalog.tables, ...catalog.views];
}

/** Pattern for a relation's name as a whole word, with or without its schema and quotes. */
function wordOf({ schema, name }: Name, engine: Engine): string {
  const plain = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const either = (part: string): string =>
    engine.quote.identifier(part) === part
      ? `(?:"${plain(part)}"|${plain(part)})`
      : plain(engine.quote.identifier(part));
  return `(?<![\\p{L}\\p{N}_$".])(?:${either(schema)}\\.)?${either(name)}(?![\\p{L}\\p{N}_$"])`;
}

/** A text without comments and string constants. */
function bare(sql: string): string {
  return sql
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/'(?:[^']|'')*'/g, "''");
}
