import { fail } from '../../../base/error.ts';
import type { Catalog } from '../../../catalog/model.ts';
import type { Session } from '../../../engine/model.ts';
import { COLUMNS, toColumn, type ColumnRow } from './columns.ts';
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
import { TYPES, toType, type TypeRow } from './types.ts';
import { VIEWS, toView, type ViewRow } from './views.ts';

/**
 * Reads the whole structure of a database (PostgreSQL 14 to 18) with a fixed number of queries, in an order that
 * depends on names only. Works inside and outside a transaction and leaves the session's settings as they were.
 */
export async function inspect(session: Session): Promise<Catalog> {
  if (session.serverVersion < oldest) {
    fail(
      'connect.refused',
      `The server is PostgreSQL ${Math.floor(session.serverVersion / 10_000)}; dbd reads PostgreSQL 14 and later.`,
    );
  }
  return await undisturbed(session, async () => {
    const read = async <R extends Record<string, unknown>>(sql: string): Promise<readonly R[]> =>
      (await session.query<R>(sql)).rows;
    const version = await read<{ version: string }>(VERSION);
    const schemas = await read<SchemaRow>(SCHEMAS);
    const extensions = await read<ExtensionRow>(EXTENSIONS);
    const tables = await read<TableRow>(TABLES);
    const columns = byOwner(await read<ColumnRow>(COLUMNS));
    const constraints = byOwner(await read<ConstraintRow>(constraintsSql(session.serverVersion)));
    const indexes = byOwner(await read<IndexRow>(INDEXES));
    const triggers = byOwner(await read<TriggerRow>(TRIGGERS));
    const policies = byOwner(await read<PolicyRow>(POLICIES));
    const views = await read<ViewRow>(VIEWS);
    const routines = await read<RoutineRow>(ROUTINES);
    const types = await read<TypeRow>(TYPES);
    const sequences = await read<SequenceRow>(SEQUENCES);
    const others = await read<OtherRow>(othersSql(session.serverVersion));
    const indexesOf = (oid: number) => (indexes.get(oid) ?? []).map(toIndex);
    const triggersOf = (oid: number) => (triggers.get(oid) ?? []).map(toTrigger);
    return {
      engine: 'postgres',
      version: version[0]?.version ?? '',
      schemas: schemas.map(toSchema),
      extensions,
      tables: tables.map((row) =>
        toTable(row, {
          columns: (columns.get(row.oid) ?? []).map(toColumn),
          constraints: (constraints.get(row.oid) ?? []).map(toConstraint),
          indexes: indexesOf(row.oid),
          triggers: triggersOf(row.oid),
          policies: (policies.get(row.oid) ?? []).map(toPolicy),
        }),
      ),
      views: views.map((row) =>
        toView(row, {
          columns: columns.get(row.oid) ?? [],
          indexes: indexesOf(row.oid),
          triggers: triggersOf(row.oid),
        }),
      ),
      routines: routines.map(toRoutine),
      types: types.map(toType),
      sequences: sequences.map(toSequence),
      others: others.map(toOther),
    };
  });
}

/** Catalogs of older servers lack columns that are read here. */
const oldest = 140_000;

const VERSION = `SELECT (regexp_match(current_setting('server_version'), '^\\S+'))[1] AS version`;

/** A transaction's own setting outlives its statement only where a transaction is open. */
const MARK = `SELECT set_config('dbd.inside', 'yes', true)`;
const INSIDE = `SELECT coalesce(current_setting('dbd.inside', true), '') = 'yes' AS inside`;

/** What the text of definitions depends on; compiling catalog queries would cost more than running them. */
const SETTINGS = `
SELECT set_config('search_path', '', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, MDY', true),
       set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
       set_config('quote_all_identifiers', 'off', true), set_config('jit', 'off', true)`;

async function undisturbed<T>(session: Session, work: () => Promise<T>): Promise<T> {
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
