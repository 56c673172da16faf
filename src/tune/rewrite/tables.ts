/** Tables that a statement needs rows in. */
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';

/** Views within views are followed so far. */
const deepest = 6;

/** Tables of a statement, those behind its views, and those that they refer to; referred ones first. */
export function tablesOf(sql: string, catalog: Catalog, engine: Engine): readonly Table[] {
  const found = new Map<string, Table>();
  for (const name of namesIn(sql, engine)) visit(name, catalog, engine, found, deepest);
  const ordered: Table[] = [];
  const add = (table: Table, under: readonly Table[]): void => {
    if (ordered.includes(table) || under.includes(table)) return;
    for (const parent of parentsOf(table, catalog)) add(parent, [...under, table]);
    ordered.push(table);
  };
  for (const table of found.values()) add(table, []);
  return ordered;
}

function visit(
  written: string,
  catalog: Catalog,
  engine: Engine,
  found: Map<string, Table>,
  depth: number,
): void {
  const fits = (one: { readonly schema: string; readonly name: string }): boolean =>
    one.name === written || `${one.schema}.${one.name}` === written;
  const table =
    catalog.tables.find((one) => one.schema === 'public' && fits(one)) ?? catalog.tables.find(fits);
  if (table) found.set(keyOf(table), table);
  const view = table ? undefined : catalog.views.find(fits);
  if (view && depth > 0)
    for (const name of namesIn(view.definition, engine)) visit(name, catalog, engine, found, depth - 1);
}

function namesIn(sql: string, engine: Engine): readonly string[] {
  try {
    return engine.grammar.shape(sql).tables.map(({ table }) => table);
  } catch {
    return [];
  }
}

/** Tables that a table's foreign keys refer to, itself left out. */
function parentsOf(table: Table, catalog: Catalog): readonly Table[] {
  return table.constraints.flatMap(({ kind, references }) => {
    if (kind !== 'foreign' || !references || keyOf(references) === keyOf(table)) return [];
    return catalog.tables.find((one) => keyOf(one) === keyOf(references)) ?? [];
  });
}
