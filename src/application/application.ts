/** The story of models: tables and access patterns are described by the server, then written for each mapper. */
import { findTable, foreignKeysFrom } from '../catalog/find.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog, Name, Table } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import { entitiesOf } from './entities.ts';
import type { Models } from './model.ts';
import { operationsOf, type AskedOperation } from './operations.ts';

/** What models are read from. */
export interface ReadOptions {
  readonly engine: Engine;
  /** Address of a database that has the structure. */
  readonly url: string;
  readonly catalog: Catalog;
  /** Tables to model, with the tables that they reference; all when undefined. */
  readonly tables?: readonly Name[];
  readonly operations: readonly (Omit<AskedOperation, 'insert'> & { readonly insert?: Name })[];
}

/** Reads models; nothing is written and no row is looked at. */
export async function readModels({ engine, url, catalog, tables, operations }: ReadOptions): Promise<Models> {
  const chosen = tablesOf(catalog, tables);
  const described = await engine.describe.tables(url, chosen);
  const { entities, enumerations } = entitiesOf(catalog, chosen, described, engine.quote);
  const asked = operations.flatMap(({ insert, ...operation }): readonly AskedOperation[] => {
    if (insert === undefined) return [operation];
    const entity = entities.find(({ table }) => keyOf(table) === keyOf(insert));
    return entity ? [{ ...operation, insert: entity.typeName }] : [];
  });
  return {
    engine: engine.name,
    entities,
    enumerations,
    ...(await operationsOf(engine, url, catalog, asked)),
  };
}

/** The tables and what they reference, in the catalog's order; partitions are reached through their parents. */
function tablesOf(catalog: Catalog, names: readonly Name[] | undefined): readonly Table[] {
  const whole = catalog.tables.filter((table) => table.partitionOf === undefined && table.columns.length > 0);
  if (names === undefined) return whole;
  const wanted = names.flatMap((name) => findTable(catalog, name) ?? []);
  const all = new Set(
    [
      ...wanted,
      ...wanted.flatMap((table) => foreignKeysFrom(catalog, table).flatMap(({ to }) => to ?? [])),
    ].map(keyOf),
  );
  return whole.filter((table) => all.has(keyOf(table)));
}
