import { nearest } from '../base/text.ts';
import type { Catalog } from '../catalog/model.ts';

/** What there is instead of the table or column that a query asks for in vain, as the end of the sentence that says so; empty when the reason is another one. */
export function whatThereIs(reason: string, sql: string, catalog: Catalog): string {
  const relation = /relation "([^"]+)" does not exist/.exec(reason)?.[1];
  if (relation !== undefined) {
    const name = nearest(
      relation.split('.').at(-1)!,
      catalog.tables.map((table) => table.name),
    );
    return name === undefined ? '' : `; there is ${name}`;
  }
  if (!/column \S+ does not exist/.test(reason)) return '';
  const words = new Set(sql.toLowerCase().match(/\w+/g));
  return catalog.tables
    .filter(({ name }) => words.has(name.toLowerCase()))
    .map(({ name, columns }) => `; ${name} has ${columns.map((column) => column.name).join(', ')}`)
    .join('');
}
