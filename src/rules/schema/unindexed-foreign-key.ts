import type { Rule } from '../model.ts';
import { fitBytes } from '../../base/text.ts';
import { leadingIndex } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';

/** A foreign key without an index. */
export const unindexedForeignKey: Rule = {
  id: 'unindexed-foreign-key',
  group: 'habits',
  severity: 'warning',
  finds: 'A foreign key without an index',
  because: 'deleting a row that is referred to, and joining to it, reads the whole table',
  instead: 'Index the columns of the foreign key.',
  find: ({ catalog, tables, quote, habits }) =>
    tables.flatMap((table) =>
      table.constraints
        .filter(({ kind, columns }) => kind === 'foreign' && !leadingIndex(table, columns))
        .map(({ name, columns }) => ({
          object: `${printName(table)} constraint ${name}`,
          message: `No index of ${table.name} begins with ${columns.join(', ')}.`,
          fix: `CREATE INDEX CONCURRENTLY ${quote.identifier(freeName(catalog, table, habits.templates.index(table.name, columns), quote.maxBytes))} ON ${quote.name(table)} (${columns.map((column) => quote.identifier(column)).join(', ')})`,
        })),
    ),
};

/** The name, or the first one with a number behind it that no table, view, index or sequence of the schema has. */
function freeName(
  { tables, views, sequences }: Catalog,
  { schema }: Name,
  wanted: string,
  maxBytes: number,
): string {
  const taken = new Set(
    [...tables, ...views, ...sequences, ...[...tables, ...views].flatMap(({ indexes }) => indexes)]
      .filter((one) => one.schema === schema)
      .map(({ name }) => name),
  );
  const plain = fitBytes(wanted, maxBytes);
  if (!taken.has(plain)) return plain;
  for (let n = 1; ; n++) {
    const name = `${fitBytes(wanted, maxBytes - String(n).length)}${n}`;
    if (!taken.has(name)) return name;
  }
}
