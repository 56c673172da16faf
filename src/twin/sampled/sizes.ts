import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import { parentsOf } from '../volumes.ts';
import type { TableVolume } from '../model.ts';
import type { Known } from './model.ts';

/** Rows up to which a table that others refer to, and that refers to none, is taken for a list of its kinds: it keeps its rows at every scale. */
export const listRows = 200;

export interface SizeOptions {
  /** Rows of the twin ÷ rows of the snapshot's source. */
  readonly scale?: number;
  /** Rows of the whole twin; ignored beside a scale. */
  readonly rows?: number;
}

/** Rows of each table on a filled twin; tables that nobody counted stay empty. */
export function sizesOf(catalog: Catalog, known: Known, options: SizeOptions): readonly TableVolume[] {
  const tables = catalog.tables.filter((table) => table.kind !== 'foreign' && !table.partitionOf);
  const rowsOf = (table: Table): number => known.rows.get(keyOf(table)) ?? 0;
  const referenced = new Set(
    tables.flatMap((table) => parentsOf(table).filter((key) => key !== keyOf(table))),
  );
  const fixed = (table: Table): boolean =>
    rowsOf(table) <= listRows &&
    referenced.has(keyOf(table)) &&
    parentsOf(table).every((key) => key === keyOf(table));
  const scaling = tables.filter((table) => !fixed(table));
  const sum = (list: readonly Table[]): number => list.reduce((total, table) => total + rowsOf(table), 0);
  const lists = sum(tables.filter(fixed));
  const scale =
    options.scale ??
    (options.rows === undefined ? 1 : Math.max(1, options.rows - lists) / Math.max(1, sum(scaling)));
  return tables.map((table) => {
    const now = rowsOf(table);
    const rows = now === 0 ? 0 : fixed(table) ? now : Math.max(1, Math.round(now * scale));
    const share = now === 0 ? 1 : Math.min(1, rows / now);
    return {
      table: { schema: table.schema, name: table.name },
      now,
      horizon: now,
      rows,
      basis: 'declared',
      scale: share,
      slice: 1,
      perDay: 0,
    };
  });
}
