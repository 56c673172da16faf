/** Statements of a shape with one set of values each, as every contestant weighs them, and the columns that they name. */
import type { Catalog, Table } from '../../../src/catalog/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { walk } from '../../../src/engines/postgres/grammar/tree.ts';
import type { ShapeQuery } from './shapes.ts';

/** A statement with values. */
export interface Case {
  readonly id: string;
  readonly query: string;
  readonly sql: string;
  readonly kind: 'read' | 'write';
  readonly values: readonly unknown[];
  /** Values of another call. */
  readonly at: (call: number) => readonly unknown[];
  /** Calls a day. */
  readonly weight: number;
  readonly tables: readonly string[];
  /** `table.column`, of the whole text, in its order. */
  readonly columns: readonly string[];
  /** Those outside of what is returned or set: conditions, joins, orders, groups. */
  readonly asked: readonly string[];
  /** Those of WHERE and ON alone. */
  readonly predicates: readonly string[];
}

/** A case for each set of values of each query; the grammar must be ready. */
export function casesOf(queries: readonly ShapeQuery[], catalog: Catalog): readonly Case[] {
  return queries.flatMap(({ name, sql, kind, callsPerDay, sets }) => {
    const { tree } = postgres.grammar.split(sql)[0]!;
    const tables = tablesOf(tree, catalog);
    const named = (fields: ReadonlySet<string> | undefined): readonly string[] =>
      columnsOf(tree, tables, fields);
    const about = {
      tables: [...new Set([...tables.values()].flat().map((table) => table.name))],
      columns: named(undefined),
      asked: named(new Set(['whereClause', 'quals', 'havingClause', 'sortClause', 'groupClause'])),
      predicates: named(new Set(['whereClause', 'quals'])),
    };
    return sets.map(({ values, at, share }, i) => ({
      id: `${name}#${i + 1}`,
      query: name,
      sql,
      kind,
      values,
      at,
      weight: callsPerDay * share,
      ...about,
    }));
  });
}

/** Tables by alias; an alias of several subqueries stands for each of their tables. */
function tablesOf(tree: unknown, catalog: Catalog): ReadonlyMap<string, readonly Table[]> {
  const found = new Map<string, readonly Table[]>();
  const add = (node: { readonly relname?: unknown; readonly alias?: unknown }): void => {
    const table = catalog.tables.find(({ name }) => name === node.relname);
    const alias =
      (node.alias as { readonly aliasname?: string } | undefined)?.aliasname ?? String(node.relname);
    if (table && !found.get(alias)?.includes(table)) found.set(alias, [...(found.get(alias) ?? []), table]);
  };
  walk(tree, (kind, node) => {
    if (kind === 'RangeVar') add(node);
  });
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    // The table that a statement writes is a field of its own, without a node's name.
    const { relation } = node as { readonly relation?: { readonly relname?: unknown } };
    if (relation?.relname !== undefined) add(relation);
    for (const value of Object.values(node)) visit(value);
  };
  visit(tree);
  return found;
}

function columnsOf(
  tree: unknown,
  tables: ReadonlyMap<string, readonly Table[]>,
  fields: ReadonlySet<string> | undefined,
): readonly string[] {
  const found = new Set<string>();
  const visit = (node: unknown, counts: boolean): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, counts);
    if (node === null || typeof node !== 'object' || Array.isArray(node)) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'ColumnRef' && counts) for (const name of resolved(value, tables)) found.add(name);
      visit(value, counts || (fields?.has(key) ?? true));
    }
  };
  visit(tree, fields === undefined);
  return [...found];
}

function resolved(node: unknown, tables: ReadonlyMap<string, readonly Table[]>): readonly string[] {
  const words = ((node as { readonly fields?: readonly unknown[] }).fields ?? []).flatMap((field) => {
    const word = (field as { readonly String?: { readonly sval?: string } }).String?.sval;
    return word === undefined ? [] : [word];
  });
  const column = words.at(-1);
  const qualifier = words.at(-2);
  const owners = qualifier === undefined ? [...tables.values()].flat() : (tables.get(qualifier) ?? []);
  return owners
    .filter(({ columns }) => columns.some(({ name }) => name === column))
    .map(({ name }) => `${name}.${column}`);
}
