/** Structures that hold nothing: where one is needed and none is known. */
import type { Catalog, Name, Table } from './model.ts';

/** A catalog without any object. */
export const blankCatalog: Catalog = {
  engine: '',
  version: '',
  schemas: [],
  extensions: [],
  tables: [],
  views: [],
  routines: [],
  types: [],
  sequences: [],
};

/** An ordinary table of which only its name is known. */
export function blankTable({ schema, name }: Name): Table {
  return {
    schema,
    name,
    kind: 'table',
    owner: '',
    unlogged: false,
    columns: [],
    constraints: [],
    indexes: [],
    triggers: [],
    policies: [],
    rowSecurity: 'off',
    grants: [],
    inherits: [],
    options: [],
    replicaIdentity: 'default',
  };
}
