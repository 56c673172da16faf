/** Scripts for one tenant of shared tables: its rows taken out, brought in elsewhere, deleted. */
import { orderByNeed } from '../../base/graph.ts';
import { findTable, foreignKeysFrom } from '../../catalog/find.ts';
import { keyOf, sameName } from '../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import type { Quote } from '../../engine/model.ts';
import type { Task } from '../../task/model.ts';
import type { DesignedTenancy } from '../model.ts';
import { tenantSetting } from './who.ts';

/** One table of a tenant, in the order in which its rows can be inserted. */
export interface TenantRows {
  readonly table: Table;
  /** SQL expression that names the tenant of a row. */
  readonly tenant: string;
  /** It holds copies of rows of another table. */
  readonly kept: boolean;
  /** Columns that can be set. */
  readonly columns: readonly string[];
}

export interface TenantParts {
  /** Parents first; histories, which refer to nobody, before all. */
  readonly rows: readonly TenantRows[];
  /** Tables whose foreign keys lead in a circle, so that no order serves. */
  readonly circular: readonly Name[];
  /** Tables that the rows refer to and that all tenants share. */
  readonly shared: readonly Name[];
}

/** All tables with rows of a tenant: those of the design, and every other one with a foreign key to the tenants. */
export function tenantParts(catalog: Catalog, tenancy: DesignedTenancy, quote: Quote): TenantParts {
  const own = new Map<string, string>([[keyOf(tenancy.tenants), quote.identifier(tenancy.key)]]);
  for (const { table, column } of tenancy.tables) own.set(keyOf(table), quote.identifier(column));
  for (const table of catalog.tables)
    for (const { constraint, references } of foreignKeysFrom(catalog, table))
      if (!own.has(keyOf(table)) && constraint.columns.length === 1 && sameName(references, tenancy.tenants))
        own.set(keyOf(table), quote.identifier(constraint.columns[0]!));
  const copied = new Set(tenancy.copies.map(({ table }) => keyOf(table)));
  const copies = tenancy.copies.filter(({ table }) => !own.has(keyOf(table)));
  const tables = catalog.tables.filter((table) => own.has(keyOf(table)) && !table.partitionOf);
  const needs = (table: Table): Table[] =>
    foreignKeysFrom(catalog, table).flatMap(({ to }) => (to && own.has(keyOf(to)) ? [to] : []));
  const { ordered, circular } = orderByNeed(tables, needs);
  const shared = tables.flatMap((table) =>
    foreignKeysFrom(catalog, table).flatMap(({ references }) =>
      own.has(keyOf(references)) ? [] : [references],
    ),
  );
  const part = (table: Table, tenant: string): TenantRows => ({
    table,
    tenant,
    kept: copied.has(keyOf(table)),
    columns: table.columns.filter(({ generated }) => !generated).map(({ name }) => name),
  });
  return {
    // What deletes write into histories is deleted after them: the list is walked backwards then.
    rows: [
      ...copies.flatMap(({ table: name, value }) => {
        const table = findTable(catalog, name);
        return table ? [part(table, value)] : [];
      }),
      ...[...ordered, ...circular].map((table) => part(table, own.get(keyOf(table))!)),
    ],
    circular: circular.map(({ schema, name }) => ({ schema, name })),
    shared: [
      ...new Map(shared.map(({ schema, name }) => [keyOf({ schema, name }), { schema, name }])).values(),
    ],
  };
}

export interface ScriptOptions {
  readonly task: Task;
  readonly quote: Quote;
  readonly parts: TenantParts;
}

const list = (quote: Quote, columns: readonly string[]): string =>
  columns.map((name) => quote.identifier(name)).join(', ');

/** A file name for the rows of a table. */
function fileOf({ schema, name }: Name): string {
  return `${[schema, name].map((part) => part.replaceAll(/[^\p{L}\p{N}_-]+/gu, '_')).join('.')}.copy`;
}

/** `tenant-export.sql`: the rows of one tenant as files, from one moment. */
export function exportSql({ task, quote, parts }: ScriptOptions): string {
  const copies = parts.rows.map(
    ({ table, tenant, columns }) =>
      `COPY (SELECT ${list(quote, columns)} FROM ${quote.name(table)} WHERE ${tenant} = :'tenant') TO STDOUT \\g '${fileOf(table)}'`,
  );
  return `-- One tenant's rows of ${task.id}, a file per table, all from one moment:
--   psql -v ON_ERROR_STOP=1 -v tenant=42 -f tenant-export.sql
-- Row security would leave out rows of other tenants even if a condition below were wrong, unless the role is past it.
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT set_config('${tenantSetting}', :'tenant', true);
${copies.join('\n')}
COMMIT;
`;
}

/** `tenant-import.sql`: the files of an export into a database with the same structure. */
export function importSql({ quote, parts }: ScriptOptions): string {
  const tables = parts.rows.map(({ table }) => quote.name(table));
  const copies = parts.rows.map(
    ({ table, columns }) => `\\copy ${quote.name(table)} (${list(quote, columns)}) FROM '${fileOf(table)}'`,
  );
  const numbers = parts.rows.flatMap(({ table }) =>
    table.columns
      .filter(({ identity, default: value }) => identity !== undefined || value?.startsWith('nextval('))
      .map(
        (column) =>
          `SELECT setval(pg_get_serial_sequence(${quote.literal(quote.name(table))}, ${quote.literal(column.name)}), greatest((SELECT max(${quote.identifier(column.name)}) FROM ${quote.name(table)}), 1));`,
      ),
  );
  return `-- Brings the files of tenant-export.sql into a database with the same structure, as a role past row security
-- (COPY FROM knows none) that may alter its tables:
--   psql -v ON_ERROR_STOP=1 -v tenant=42 -f tenant-import.sql
${parts.shared.length > 0 ? `-- Rows of ${parts.shared.map((name) => quote.name(name)).join(', ')} belong to nobody alone: those that are referred to must be there.\n` : ''}${parts.circular.length > 0 ? `-- ${parts.circular.map((name) => quote.name(name)).join(', ')} refer to each other in a circle: make one of their foreign keys DEFERRABLE first.\n` : ''}${hints(quote, parts)}-- Triggers rest, since what they wrote comes along; foreign keys and checks do not.
BEGIN;
SELECT set_config('${tenantSetting}', :'tenant', true);
${tables.map((name) => `ALTER TABLE ${name} DISABLE TRIGGER USER;`).join('\n')}
${copies.join('\n')}
${tables.map((name) => `ALTER TABLE ${name} ENABLE TRIGGER USER;`).join('\n')}
${numbers.join('\n')}
COMMIT;
`;
}

/** What must be there before rows can come: partitions for them, and rows of other tenants that they refer to. */
function hints(quote: Quote, { rows }: TenantParts): string {
  const parted = rows.filter(({ table }) => table.partitionKey !== undefined);
  const keys = new Set(rows.map(({ table }) => keyOf(table)));
  const crossing = rows.flatMap(({ table, tenant }) =>
    table.constraints
      .filter(
        ({ columns, references }) =>
          references &&
          keys.has(keyOf(references)) &&
          !columns.some((name) => quote.identifier(name) === tenant),
      )
      .map(({ name }) => `${quote.identifier(name)} of ${quote.name(table)}`),
  );
  return [
    ...(parted.length > 0
      ? [
          `-- Partitions of ${parted.map(({ table }) => quote.name(table)).join(', ')} must be there for all rows that come.\n`,
        ]
      : []),
    ...(crossing.length > 0
      ? [
          `-- Rows may refer to rows of other tenants by ${crossing.join(', ')}: those that are referred to must be there.\n`,
        ]
      : []),
  ].join('');
}

/** Statements that delete the rows of one tenant, given as `$1`, children first; histories refuse deletes, so their triggers rest meanwhile. */
export function deleteStatements(quote: Quote, { rows }: TenantParts): readonly string[] {
  return rows.toReversed().flatMap(({ table, tenant, kept }) => {
    const name = quote.name(table);
    const remove = `DELETE FROM ${name} WHERE ${tenant} = $1`;
    return kept
      ? [`ALTER TABLE ${name} DISABLE TRIGGER USER`, remove, `ALTER TABLE ${name} ENABLE TRIGGER USER`]
      : [remove];
  });
}

/** `tenant-delete.sql`: a tenant and all its rows, in one transaction. */
export function deleteSql({ task, quote, parts }: ScriptOptions): string {
  return `-- Deletes a tenant of ${task.id} with all its rows; export it first, this cannot be taken back:
--   psql -v ON_ERROR_STOP=1 -v tenant=42 -f tenant-delete.sql
BEGIN;
SELECT set_config('${tenantSetting}', :'tenant', true);
${deleteStatements(quote, parts)
  .map((sql) => `${sql.replace('$1', ":'tenant'")};`)
  .join('\n')}
COMMIT;
`;
}
