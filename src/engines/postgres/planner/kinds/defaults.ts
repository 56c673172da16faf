import type { Column, Table } from '../../../../catalog/model.ts';
import { full, id, partPath, tablePath } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Thing } from '../model.ts';
import { sameFamily } from './casts.ts';
import { tablesOf } from './table-facts.ts';

/** A column with its table. */
export interface OfColumn {
  readonly table: Table;
  readonly column: Column;
}

/** Default values of columns. */
export const defaults: Kind<OfColumn> = {
  kind: 'default',
  list: ({ catalog }) =>
    catalog.tables.flatMap((table) =>
      table.columns.flatMap((column) => (column.default === undefined ? [] : [thingOf(table, column)])),
    ),
  make: ({ object: { table, column } }) => [
    { sql: `${alter(table, column)} SET DEFAULT ${column.default}`, because: 'its default' },
  ],
  drop: ({ object: { table, column } }) => [
    { sql: `${alter(table, column)} DROP DEFAULT`, because: 'no default any longer' },
  ],
  alter: ({ object: before }, { object: { table, column } }) =>
    before.column.default === column.default
      ? []
      : [
          {
            sql: `${alter(table, column)} SET DEFAULT ${column.default}`,
            because: 'another default',
            frees: ['*'],
          },
        ],
  without: (before, after, gone, sides) => {
    const { table, column } = after.object;
    // When nothing but the type of its own column changes, to one of the same sort, it changes along.
    if (
      gone.every((key) => key === keys.column(table, column.name)) &&
      before.object.column.default === column.default &&
      sameFamily(before.object.column.type, column.type, sides) &&
      tablesOf(sides.from).owned(table, column.name) === undefined
    )
      return [];
    return 'replace';
  },
};

function alter(table: Table, column: Column): string {
  return `ALTER ${table.kind === 'foreign' ? 'FOREIGN ' : ''}TABLE ONLY ${full(table)} ALTER COLUMN ${id(column.name)}`;
}

function thingOf(table: Table, column: Column): Thing<OfColumn> {
  return {
    key: keys.default(table, column.name),
    path: `${partPath(tablePath(table), 'column', column.name)} default`,
    object: { table, column },
    partOf: keys.column(table, column.name),
  };
}
