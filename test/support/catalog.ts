/** Small catalogs for tests that need no database. */
import type { Catalog, Column, Constraint, Index, Table } from '../../src/catalog/model.ts';

/** A column that may be null, with no default, unless told otherwise. */
export function column(name: string, type = 'text', more: Partial<Column> = {}): Column {
  return { name, position: 0, type, notNull: false, grants: [], ...more };
}

/** A validated primary or unique key. */
export function key(kind: 'primary' | 'unique', name: string, columns: readonly string[]): Constraint {
  const word = kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE';
  const definition = `${word} (${columns.join(', ')})`;
  return {
    name,
    kind,
    columns,
    definition,
    validated: true,
    deferrable: false,
    deferred: false,
    enforced: true,
  };
}

/** A validated foreign key to a table of `public`. */
export function reference(
  name: string,
  columns: readonly string[],
  to: string,
  targets: readonly string[] = ['id'],
): Constraint {
  return {
    name,
    kind: 'foreign',
    columns,
    definition: `FOREIGN KEY (${columns.join(', ')}) REFERENCES public.${to}(${targets.join(', ')})`,
    validated: true,
    deferrable: false,
    deferred: false,
    enforced: true,
    references: {
      schema: 'public',
      name: to,
      columns: targets,
      onDelete: 'no action',
      onUpdate: 'no action',
    },
  };
}

/** A valid b-tree index on columns. */
export function index(name: string, keys: readonly string[], more: Partial<Index> = {}): Index {
  const definition = `CREATE INDEX ${name} ON public.t USING btree (${keys.join(', ')})`;
  return {
    schema: 'public',
    name,
    method: 'btree',
    unique: false,
    primary: false,
    valid: true,
    keys,
    includes: [],
    definition,
    ...more,
  };
}

/** An ordinary table of `public`; columns get their positions. */
export function table(name: string, columns: readonly Column[], more: Partial<Table> = {}): Table {
  return {
    schema: 'public',
    name,
    kind: 'table',
    owner: 'app',
    unlogged: false,
    columns: columns.map((each, at) => ({ ...each, position: at + 1 })),
    constraints: [],
    indexes: [],
    triggers: [],
    policies: [],
    rowSecurity: 'off',
    grants: [],
    inherits: [],
    options: [],
    replicaIdentity: 'default',
    ...more,
  };
}

/** A catalog of PostgreSQL 18.4 that holds tables only. */
export function catalogOf(tables: readonly Table[], more: Partial<Catalog> = {}): Catalog {
  return {
    engine: 'postgres',
    version: '18.4',
    schemas: [],
    extensions: [],
    tables,
    views: [],
    routines: [],
    types: [],
    sequences: [],
    ...more,
  };
}
