/** What a snapshot's statistics tell about the values of one column. */
import { arrayItems } from '../../base/array-literal.ts';
import { findTable } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Column, Table } from '../../catalog/model.ts';
import type { ColumnStatistics, Engine, Snapshot, TypeFamily } from '../../engine/model.ts';

/** Values of a column, without a row. */
export interface KnownColumn {
  readonly table: Table;
  readonly column: Column;
  readonly family: TypeFamily;
  /** Common values with their share of the rows that have one, most common first. */
  readonly common: readonly { readonly value: string; readonly share: number }[];
  /** Ends of ranges that hold equally many of the other rows, in order. */
  readonly bounds: readonly string[];
  /** Common members of arrays. */
  readonly members: readonly string[];
  /** No two rows have the same value. */
  readonly unique: boolean;
  /** What the values rest on when it is not the column's own statistics. */
  readonly instead?: string;
}

/** Finds a column by the names that a text may use for its table; the first table that has it. */
export function knownColumn(
  engine: Engine,
  snapshot: Snapshot,
  tables: readonly string[],
  named: string | number,
): KnownColumn | undefined {
  for (const name of tables) {
    const table = findTable(snapshot.catalog, name);
    const column = table?.columns.find((one) => one.name === named || one.position === named);
    if (table && column) return known(engine, snapshot, table, column);
  }
  return undefined;
}

function known(engine: Engine, snapshot: Snapshot, table: Table, column: Column): KnownColumn {
  const own = figuresOf(snapshot, table, column.name);
  const unique =
    table.constraints.some(
      ({ kind, columns }) =>
        (kind === 'primary' || kind === 'unique') && columns.length === 1 && columns[0] === column.name,
    ) ||
    table.indexes.some(
      (index) =>
        index.unique &&
        index.predicate === undefined &&
        index.keys.length === 1 &&
        index.keys[0] === column.name,
    );
  const common = { table, column, unique, family: engine.types.family(column.type) };
  const made = own && valuesOf(own);
  if (made && made.common.length + made.bounds.length + made.members.length > 0)
    return { ...common, ...made };

  const parent = parentOf(snapshot, table, column.name);
  const above = parent && figuresOf(snapshot, parent.table, parent.column);
  if (parent && above)
    return {
      ...common,
      ...valuesOf(above),
      instead: `the values of ${parent.table.name}.${parent.column}`,
    };

  const labels = snapshot.catalog.types.find(
    (type) =>
      type.kind === 'enum' && (column.type === type.name || column.type === `${type.schema}.${type.name}`),
  )?.labels;
  const all = labels ?? (common.family === 'boolean' ? ['true', 'false'] : []);
  return {
    ...common,
    common: all.map((value) => ({ value, share: 1 / all.length })),
    bounds: [],
    members: [],
    ...(all.length > 0 ? { instead: 'all values of its type alike' } : {}),
  };
}

function valuesOf(figures: ColumnStatistics): Pick<KnownColumn, 'common' | 'bounds' | 'members'> {
  const list = (literal: string | undefined): readonly string[] =>
    literal === undefined ? [] : arrayItems(literal).flatMap((item) => item ?? []);
  const there = Math.max(1e-9, 1 - figures.nullFraction);
  return {
    common: list(figures.commonValues).map((value, index) => ({
      value,
      share: (figures.commonFrequencies?.[index] ?? 0) / there,
    })),
    bounds: list(figures.histogram),
    members: list(figures.commonElements),
  };
}

/** The row of statistics that describes the whole table: with its children where it has any. */
function figuresOf(snapshot: Snapshot, table: Table, column: string): ColumnStatistics | undefined {
  const own = snapshot.columns.filter(
    (one) => one.schema === table.schema && one.relation === table.name && one.column === column,
  );
  return own.find(({ inherited }) => inherited) ?? own[0];
}

function parentOf(
  snapshot: Snapshot,
  table: Table,
  column: string,
): { readonly table: Table; readonly column: string } | undefined {
  for (const { kind, columns, references } of table.constraints) {
    const at = kind === 'foreign' && references ? columns.indexOf(column) : -1;
    const parent = references && snapshot.catalog.tables.find((one) => sameName(one, references));
    if (at >= 0 && parent && references.columns[at] !== undefined)
      return { table: parent, column: references.columns[at] };
  }
  return undefined;
}
