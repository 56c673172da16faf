/** What names mean at one level of a statement, down to the tables they come from. */
import type { ColumnRef, Node } from 'libpg-query';
import { words } from '../grammar/tree.ts';
import type { Use } from './use.ts';

/** A column of a table's use, or an expression of an inner level that stands for a name. */
export type Bound =
  | { readonly kind: 'column'; readonly use: Use; readonly column: string }
  | { readonly kind: 'expression'; readonly node: Node; readonly scope: Scope }
  /** One of several, as a UNION hands on. */
  | { readonly kind: 'each'; readonly each: readonly Bound[] };

export interface Source {
  readonly called: string;
  readonly use?: Use;
  /** Columns of a subquery in order; undefined when their meaning is not known. */
  readonly outputs?: ReadonlyMap<string, Bound | undefined>;
  /** Conditions and orders of the outer level reach the inner tables. */
  readonly open: boolean;
}

export type Outputs = ReadonlyMap<string, Bound | undefined>;

/** What a subquery hands on to the level above. */
export interface Handed {
  readonly outputs: Outputs;
  readonly open: boolean;
}

export interface Scope {
  readonly sources: Source[];
  readonly withs: Map<string, With>;
  /** Place of the level's first use among all; earlier ones belong to levels above. */
  readonly first: number;
  /** Its conditions narrow the rows of the level above too, as EXISTS does. */
  readonly narrowing: boolean;
  /** Subqueries of its expressions, by node; each is read once. */
  readonly subqueries: Map<unknown, Handed>;
  readonly outer?: Scope;
}

/** A level without names yet. */
export function newScope(more: Partial<Scope> = {}): Scope {
  return { sources: [], withs: new Map(), first: 0, narrowing: false, subqueries: new Map(), ...more };
}

/** A WITH query: read anew where it is used once, else read once for all. */
export interface With {
  readonly query?: Node;
  readonly columns: readonly string[];
  readonly inline: boolean;
  readonly scope: Scope;
  readonly outputs?: Outputs;
}

/** The WITH query of a name in sight, innermost first. */
export function findWith(scope: Scope | undefined, name: string): With | undefined {
  return scope && (scope.withs.get(name) ?? findWith(scope.outer, name));
}

export interface Found {
  readonly bound: Bound | undefined;
  readonly open: boolean;
}

/** What a reference to one column means; undefined when nothing in sight has it. */
export function resolve(reference: ColumnRef, scope: Scope): Found | undefined {
  const parts = words(reference.fields);
  const column = parts.at(-1);
  if (column === undefined) return undefined;
  const owner = parts.at(-2);
  for (let level: Scope | undefined = scope; level; level = level.outer) {
    const source = owner === undefined ? undefined : level.sources.find(({ called }) => called === owner);
    const found =
      owner === undefined
        ? level.sources.flatMap((one) => columnOf(one, column) ?? [])[0]
        : source && columnOf(source, column);
    if (found) return found;
    if (source) return undefined;
  }
  return undefined;
}

/** A column of one source of a FROM list. */
export function columnOf({ use, outputs, open }: Source, column: string): Found | undefined {
  if (use)
    return use.relation.columns.has(column) ? { bound: { kind: 'column', use, column }, open } : undefined;
  return outputs?.has(column) ? { bound: outputs.get(column), open } : undefined;
}

/** Everything that `*` of a source hands on, in order. */
export function handedOn({ use, outputs, open }: Source): readonly (readonly [string, Bound | undefined])[] {
  if (use) return [...use.relation.columns.keys()].map((column) => [column, { kind: 'column', use, column }]);
  return [...(outputs ?? [])].map(([name, bound]) => [name, open ? bound : undefined]);
}
