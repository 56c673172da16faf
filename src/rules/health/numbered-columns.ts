/** Columns that take their values from sequences. */
import { findTable } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Catalog, Column, Sequence, Table } from '../../catalog/model.ts';

export interface NumberedColumn {
  readonly sequence: Sequence;
  readonly table: Table;
  readonly column: Column;
  /** The sequence goes when the column goes. */
  readonly owned: boolean;
}

/** Parts of a dotted name, quotes taken off. */
function partsOf(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|([^."]+)/g)].map(
    (part) => part[1]?.replaceAll('""', '"') ?? part[2]!,
  );
}

/** Each column with its sequence: owned, or named by its default. */
export function numberedColumns(catalog: Catalog): readonly NumberedColumn[] {
  const owned = catalog.sequences.flatMap((sequence): NumberedColumn[] => {
    const [schema, name, field] = partsOf(sequence.ownedBy ?? '');
    const table = schema === undefined ? undefined : findTable(catalog, { schema, name: name ?? '' });
    const column = table?.columns.find((one) => one.name === field);
    return table && column ? [{ sequence, table, column, owned: true }] : [];
  });
  const named = catalog.tables.flatMap((table) =>
    table.columns.flatMap((column): NumberedColumn[] => {
      const text = /^nextval\('(.*)'::regclass\)$/.exec(column.default ?? '')?.[1];
      const [schema, name] = partsOf(text ?? '');
      const sequence = catalog.sequences.find((one) =>
        sameName(one, { schema: schema ?? '', name: name ?? '' }),
      );
      return sequence && !owned.some((one) => one.table === table && one.column === column)
        ? [{ sequence, table, column, owned: false }]
        : [];
    }),
  );
  return [...owned, ...named];
}

/** Greatest value of a whole number's type; undefined for other types. */
export function greatestOf(type: string): bigint | undefined {
  return { smallint: 32_767n, integer: 2_147_483_647n, bigint: 9_223_372_036_854_775_807n }[type];
}
