import type { Rule } from '../model.ts';
import { leadingIndex } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';

/** A foreign key without an index. */
export const unindexedForeignKey: Rule = {
  id: 'unindexed-foreign-key',
  group: 'habits',
  severity: 'warning',
  finds: 'A foreign key without an index',
  because: 'deleting a row that is referred to, and joining to it, reads the whole table',
  instead: 'Index the columns of the foreign key.',
  find: ({ tables, quote, habits }) =>
    tables.flatMap((table) =>
      table.constraints
        .filter(({ kind, columns }) => kind === 'foreign' && !leadingIndex(table, columns))
        .map(({ name, columns }) => ({
          object: `${printName(table)} constraint ${name}`,
          message: `No index of ${table.name} begins with ${columns.join(', ')}.`,
          fix: `CREATE INDEX CONCURRENTLY ${quote.identifier(habits.templates.index(table.name, columns))} ON ${quote.name(table)} (${columns.map((column) => quote.identifier(column)).join(', ')})`,
        })),
    ),
};
