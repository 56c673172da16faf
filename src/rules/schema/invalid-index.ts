import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** An index that was never finished. */
export const invalidIndex: Rule = {
  id: 'invalid-index',
  group: 'habits',
  severity: 'error',
  finds: 'An index that was never finished',
  because: 'no query uses it and every write keeps it up: a concurrent build failed and left it',
  instead: 'Drop it and build it again.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.indexes
        .filter(({ valid, partOf }) => !valid && !partOf && table.kind !== 'partitioned')
        .map((index) => ({
          object: `${printName(table)} index ${index.name}`,
          message: `${index.name} is not valid.`,
          // Rows that break a unique index would break it again, and leave a second one.
          fix: index.unique
            ? `DROP INDEX CONCURRENTLY ${quote.name(index)}`
            : `REINDEX INDEX CONCURRENTLY ${quote.name(index)}`,
        })),
    ),
};
