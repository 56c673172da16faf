import { plural } from '../../base/text.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { TableVolume } from '../model.ts';
import type { Known } from './model.ts';

/** Names that one sentence tells. */
const told = 5;

/** What rows made from this knowledge do not show, for those who read figures of them. */
export function limitsOf(catalog: Catalog, known: Known, volumes: readonly TableVolume[]): readonly string[] {
  const filled = new Set(volumes.filter((volume) => volume.rows > 0).map((volume) => keyOf(volume.table)));
  const tables = catalog.tables.filter((table) => filled.has(keyOf(table)));
  const blind = tables.filter((table) =>
    table.columns.every((column) => !known.columns.has(`${keyOf(table)}.${column.name}`)),
  );
  const loose = tables.flatMap((table) =>
    table.constraints
      .filter(
        (one) => one.kind === 'foreign' && one.enforced && !known.fanOut.has(`${keyOf(table)} ${one.name}`),
      )
      .map((one) => `${table.name}.${one.columns.join('+')}`),
  );
  const uncounted = catalog.tables.filter(
    (table) =>
      !table.partitionOf &&
      table.kind !== 'foreign' &&
      !known.rows.has(keyOf(table)) &&
      !filled.has(keyOf(table)),
  );
  const lists = tables.flatMap((table) =>
    table.columns
      .filter(({ name }) => known.columns.get(`${keyOf(table)}.${name}`)?.commonElements !== undefined)
      .map(({ name }) => `${table.name}.${name}`),
  );
  const followed = tables.length - blind.length;
  return [
    ...(tables.length > 0
      ? [`Values follow the statistics of the snapshot in ${followed} of ${plural(tables.length, 'table')}.`]
      : []),
    'Columns of a row go together only as extended statistics, keys and distances of dates tell.',
    ...tell(
      'Nothing is known of the values of',
      blind.map(({ name }) => name),
      'they are made up from names and types.',
    ),
    ...tell(
      'No fan-out was captured for',
      loose,
      'families are as the statistics of the key suggest: common parents as large as they are, all others alike.',
    ),
    ...tell(
      'Elements in one value of',
      lists,
      'each is as frequent as there, but they go together by chance.',
    ),
    ...tell(
      'Nobody counted',
      uncounted.map(({ name }) => name),
      'they stay empty.',
    ),
  ];
}

/** A sentence about some names, if there are any; of many the first few. */
export function tell(begin: string, names: readonly string[], end: string): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > told ? ` and ${names.length - told} more` : '';
  return [`${begin} ${names.slice(0, told).join(', ')}${more}: ${end}`];
}
