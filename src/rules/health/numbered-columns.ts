/** Columns that take their values from sequences. */
import { keyOf } from '../../catalog/identity.ts';
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
  const tables = new Map(catalog.tables.map((table) => [keyOf(table), table]));
  const sequences = new Map(catalog.sequences.map((sequence) => [keyOf(sequence), sequence]));
  const owned = catalog.sequences.flatMap((sequence): NumberedColumn[] => {
    const [schema = '', name = '', field] = partsOf(sequence.ownedBy ?? '');
    const table = tables.get(keyOf({ schema, name }));
    const column = table?.columns.find((one) => one.name === field);
    return table && column ? [{ sequence, table, column, owned: true }] : [];
  });
  const taken = new Set(owned.map(({ column }) => column));
  const named = catalog.tables.flatMap((table) =>
    table.columns.flatMap((column): NumberedColumn[] => {
      const text = /^nextval\('(.*)'::regclass\)$/.exec(column.default ?? '')?.[1];
      if (text === undefined || taken.has(column)) return [];
      const [schema = '', name = ''] = partsOf(text);
      const sequence = sequences.get(keyOf({ schema, name }));
      return sequence ? [{ sequence, table, column, owned: false }] : [];
    }),
  );
  return [...owned, ...named];
}

/** Greatest value of a whole number's type; undefined for other types. */
export function greatestOf(type: string): bigint | undefined {
  return { smallint: 32_767n, integer: 2_147_483_647n, bigint: 9_223_372_036_854_775_807n }[type];
}
