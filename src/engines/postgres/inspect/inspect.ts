import { fail } from '../../../base/error.ts';
import type { Catalog } from '../../../catalog/model.ts';
import type { Session } from '../../../engine/model.ts';
import { columnsSql, toColumn, type ColumnRow } from './columns.ts';
import { constraintsSql, toConstraint, type ConstraintRow } from './constraints.ts';
import { INDEXES, toIndex, type IndexRow } from './indexes.ts';
import { othersSql, toOther, type OtherRow } from './others.ts';
import { POLICIES, toPolicy, type PolicyRow } from './policies.ts';
import { ROUTINES, toRoutine, type RoutineRow } from './routines.ts';
import { EXTENSIONS, SCHEMAS, toSchema, type ExtensionRow, type SchemaRow } from './schemas.ts';
import { byOwner } from './scope.ts';
import { SEQUENCES, toSequence, type SequenceRow } from './sequences.ts';
import { TABLES, toTable, type TableRow } from './tables.ts';
import { TRIGGERS, toTrigger, type TriggerRow } from './triggers.ts';
import { typesSql, toType, type TypeRow } from './types.ts';
import { VIEWS, toView, type ViewRow } from './views.ts';

/**
 * Reads the whole structure of a database (PostgreSQL 13 to 18) with a fixed number of queries, in an order that
 * depends on names only. Works inside and outside a transaction and leaves the session's settings as they were.
 */
export async function inspect(session: Session): Promise<Catalog> {
  refuseOld(session.serverVersion);
  return await undisturbed(session, async () => {
    const rows = new Map<CatalogPart, readonly Record<string, unknown>[]>();
    const queries = catalogQueries(session.serverVersion);
    for (const part of catalogParts) rows.set(part, (await session.query(queries[part])).rows);
    return catalogFrom((part) => rows.get(part) ?? []);
  });
}

/** What is asked, in this order. */
export const catalogParts = [
  'version',
  'schemas',
  'extensions',
  'tables',
  'columns',
  'constraints',
  'indexes',
  'triggers',
  'policies',
  'views',
  'routines',
  'types',
  'sequences',
  'others',
] as const;
export type CatalogPart = (typeof catalogParts)[number];

/** The query of each part for a server of this version. */
export function catalogQueries(serverVersion: number): Readonly<Record<CatalogPart, string>> {
  return {
    version: VERSION,
    schemas: SCHEMAS,
    extensions: EXTENSIONS,
    tables: TABLES,
    columns: columnsSql(serverVersion),
    constraints: constraintsSql(serverVersion),
    indexes: INDEXES,
    triggers: TRIGGERS,
    policies: POLICIES,
    views: VIEWS,
    routines: ROUTINES,
    types: typesSql(serverVersion),
    sequences: SEQUENCES,
    others: othersSql(serverVersion),
  };
}

/** The catalog that the rows of all parts tell; oids in them are only compared with each other. */
export function catalogFrom(rowsOf: (part: CatalogPart) => readonly Record<string, unknown>[]): Catalog {
  const read = <R>(part: CatalogPart): readonly R[] => rowsOf(part) as readonly unknown[] as readonly R[];
  const columns = byOwner(read<ColumnRow>('columns'));
  const constraints = byOwner(read<ConstraintRow>('constraints'));
  const indexes = byOwner(read<IndexRow>('indexes'));
  const triggers = byOwner(read<TriggerRow>('triggers'));
  const policies = byOwner(read<PolicyRow>('policies'));
  const indexesOf = (oid: number) => (indexes.get(oid) ?? []).map(toIndex);
  const triggersOf = (oid: number) => (triggers.get(oid) ?? []).map(toTrigger);
  return {
    engine: 'postgres',
    version: read<{ version: string }>('version')[0]?.version ?? '',
    schemas: read<SchemaRow>('schemas').map(toSchema),
    extensions: read<ExtensionRow>('extensions'),
    tables: read<TableRow>('tables').map((row) =>
      toTable(row, {
        columns: (columns.get(row.oid) ?? []).map(toColumn),
        constraints: (constraints.get(row.oid) ?? []).map(toConstraint),
        indexes: indexesOf(row.oid),
        triggers: triggersOf(row.oid),
        policies: (policies.get(row.oid) ?? []).map(toPolicy),
      }),
    ),
    views: read<ViewRow>('views').map((row) =>
      toView(row, {
        columns: columns.get(row.oid) ?? [],
        indexes: indexesOf(row.oid),
        triggers: triggersOf(row.oid),
      }),
    ),
    routines: read<RoutineRow>('routines').map(toRoutine),
    types: read<TypeRow>('types').map(toType),
    sequences: read<SequenceRow>('sequences').map(toSequence),
    others: read<OtherRow>('others').map(toOther),
  };
}

/** Catalogs of older servers lack columns that are read here. */
const oldest = 130_000;

/** Throws `connect.refused` for a server whose catalogs cannot be read. */
export function refuseOld(serverVersion: number): void {
  if (serverVersion < oldest)
    fail(
      'connect.refused',
      `The server is PostgreSQL ${Math.floor(serverVersion / 10_000)}; dbd reads PostgreSQL 13 and later.`,
    );
}

const VERSION = `SELECT (regexp_match(current_setting('server_version'), '^\\S+'))[1] AS version`;

/** A transaction's own setting outlives its statement only where a transaction is open. */
const MARK = `SELECT pg_catalog.set_config('dbd.inside', 'yes', true)`;
const INSIDE = `SELECT coalesce(pg_catalog.current_setting('dbd.inside', true), '') OPERATOR(pg_catalog.=) 'yes' AS inside`;

/** What the text of definitions depends on; compiling catalog queries would cost more than running them. */
export const definitionSettings: Readonly<Record<string, string>> = {
  search_path: '',
  timezone: 'UTC',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  quote_all_identifiers: 'off',
  jit: 'off',
};
const SETTINGS = `SELECT ${Object.entries(definitionSettings)
  .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
  .join(', ')}`;

/** Runs `work` under {@link definitionSettings} in a read-only transaction, or in a savepoint of the one that is open; both are rolled back. */
export async function undisturbed<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query(MARK);
  const { rows } = await session.query<{ inside: boolean }>(INSIDE);
  const [begin, end] = rows[0]?.inside
    ? ['SAVEPOINT dbd_inspect', ['ROLLBACK TO SAVEPOINT dbd_inspect', 'RELEASE SAVEPOINT dbd_inspect']]
    : ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', ['ROLLBACK']];
  await session.query(begin);
  try {
    await session.query(SETTINGS);
    return await work();
  } finally {
    for (const sql of end) await session.query(sql);
  }
}
