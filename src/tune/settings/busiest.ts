import { keyOf } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import type { TableWrites } from '../advice/model.ts';
import type { SettingsOptions } from './model.ts';

/** The table that is updated most and has rows that can be found again. */
export function busiest({ work, snapshot }: SettingsOptions): Table | undefined {
  const updated = new Map(work.writes.map((one) => [keyOf(one.table), one.updated]));
  return snapshot.catalog.tables
    .filter(
      (table) =>
        (updated.get(keyOf(table)) ?? 0) > 0 && table.constraints.some(({ kind }) => kind === 'primary'),
    )
    .toSorted((a, b) => updated.get(keyOf(b))! - updated.get(keyOf(a))!)[0];
}

/** What a day writes to a table. */
export function dayOf({ work }: SettingsOptions, table: Table): TableWrites | undefined {
  return work.writes.find((one) => keyOf(one.table) === keyOf(table));
}
