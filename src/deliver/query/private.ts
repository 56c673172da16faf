/** Which columns of a running database are never shown as they are. */
import { findColumn, findTable } from '../../catalog/find.ts';
import { parseName } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine, Session, Snapshot } from '../../engine/model.ts';
import { placeKey, placeOf, type ColumnPlace } from '../../snapshot/mask/links.ts';
import { privateColumns, spread, type PrivateReason } from '../../snapshot/mask/private.ts';
import { carriedColumns } from '../../snapshot/mask/carried.ts';

/** A private column and why it is one. */
export interface PrivateColumn extends ColumnPlace, PrivateReason {}

export interface Privacy {
  readonly snapshot: Snapshot;
  readonly columns: readonly PrivateColumn[];
  /** Names of the configuration that this database has no column for. */
  readonly unknown: readonly string[];
}

/** Longest time of one question to the catalogs, milliseconds. */
const statementMs = 20_000;

/**
 * Columns that the configuration names, that comments put into a class, that look private by name or by the planner's values as far as the
 * session may read them, and all that hold or are made from their values. Throws `connect.*`, `sql.timeout`.
 */
export async function privacyOf(
  engine: Engine,
  session: Session,
  declared: readonly string[],
  signal: AbortSignal,
): Promise<Privacy> {
  const snapshot = await engine.capture.read(session, {
    probes: [],
    statementMs,
    statements: 1,
    emit: () => undefined,
    signal,
  });
  const named = declared.map((written) => ({ written, places: placesOf(snapshot.catalog, written) }));
  const found = new Map(
    named.flatMap(({ places }) =>
      places.map((place) => [
        placeKey(place),
        { class: 'private', why: 'declared in the configuration' } satisfies PrivateReason,
      ]),
    ),
  );
  if (found.size > 0) spread(snapshot, found, carriedColumns(snapshot));
  const real = new Set(
    [...snapshot.catalog.tables, ...snapshot.catalog.views].flatMap((of) =>
      of.columns.map(({ name }) => placeKey({ schema: of.schema, relation: of.name, column: name })),
    ),
  );
  return {
    snapshot,
    columns: [...privateColumns(snapshot, found)]
      .filter(([key]) => real.has(key))
      .map(([key, reason]) => ({ ...placeOf(key), ...reason })),
    unknown: named.filter(({ places }) => places.length === 0).map(({ written }) => written),
  };
}

/** `table.column` or `schema.table.column`; of a table, or of every view of that name. */
function placesOf(catalog: Catalog, written: string): readonly ColumnPlace[] {
  const at = /^(.*)\.((?:"(?:[^"]|"")*")|[^."]+)$/.exec(written.trim());
  if (!at) return [];
  const [, of, column] = at as unknown as readonly [string, string, string];
  const table = findTable(catalog, of);
  const own = table && findColumn(table, column);
  const { schema, name } = parseName(of);
  return [
    ...(table && own ? [{ schema: table.schema, relation: table.name, column: own.name }] : []),
    ...catalog.views
      .filter((view) => view.name === name && (schema === undefined || view.schema === schema))
      .filter((view) => view.columns.some((one) => one.name === parseName(column).name))
      .map((view) => ({ schema: view.schema, relation: view.name, column: parseName(column).name })),
  ];
}
