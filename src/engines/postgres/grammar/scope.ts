import type { ColumnRef, Node } from 'libpg-query';
import { words } from './tree.ts';

/** A column of a base table, by the alias that the shape lists. */
export interface Ref {
  readonly alias: string;
  readonly column: string;
}

/** One entry of a FROM list: a base table, or a subquery with the columns it hands on. */
export interface Source {
  /** Name the query uses. */
  readonly called: string;
  /** Alias of the base table in the shape; undefined for a subquery, a function or VALUES. */
  readonly base?: string;
  /** Output column → base column of a subquery; undefined when it is computed. */
  readonly outputs?: ReadonlyMap<string, Ref | undefined>;
}

/** What names mean at one level of a query; inner levels see the outer ones. */
export interface Scope {
  readonly sources: Source[];
  /** Output columns of WITH queries in sight; those that hold none stay undefined. */
  readonly withs: Map<string, ReadonlyMap<string, Ref | undefined>>;
  readonly outer?: Scope;
}

/** Output columns of a WITH query in sight, innermost first. */
export function findWith(
  scope: Scope | undefined,
  name: string,
): ReadonlyMap<string, Ref | undefined> | undefined {
  return scope && (scope.withs.get(name) ?? findWith(scope.outer, name));
}

/** The base column a reference means; alias '' when several tables could own it and only the catalog knows; undefined for computed columns. */
export function resolve(reference: ColumnRef, scope: Scope): Ref | undefined {
  const parts = words(reference.fields);
  const star = (reference.fields ?? []).some((node: Node) => 'A_Star' in node);
  const column = star ? '*' : parts.at(-1);
  const owner = star ? parts.at(-1) : parts.at(-2);
  if (column === undefined) return undefined;
  return owner === undefined ? unqualified(column, scope) : qualified(owner, column, scope);
}

function qualified(owner: string, column: string, scope: Scope): Ref | undefined {
  const source = scope.sources.find(({ called }) => called === owner);
  if (!source) return scope.outer && qualified(owner, column, scope.outer);
  return source.base === undefined ? handed(source, column) : { alias: source.base, column };
}

function unqualified(column: string, scope: Scope): Ref | undefined {
  const derived =
    scope.sources.find(({ outputs }) => outputs?.has(column)) ??
    (scope.sources.length === 1 ? scope.sources.find(({ outputs }) => outputs?.has('*')) : undefined);
  if (derived) return handed(derived, column);
  const bases = scope.sources.filter(({ base }) => base !== undefined);
  if (bases.length === 1) return { alias: bases[0]!.base!, column };
  if (bases.length > 1) return { alias: '', column };
  return scope.outer && unqualified(column, scope.outer);
}

/** A column that a subquery hands on, by name or through its `*`. */
export function handed({ outputs }: Source, column: string): Ref | undefined {
  if (outputs?.has(column)) return outputs.get(column);
  const all = outputs?.get('*');
  return all && { alias: all.alias, column };
}
