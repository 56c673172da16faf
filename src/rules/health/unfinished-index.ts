import { invalidIndex } from '../schema/invalid-index.ts';
import { keyOf, printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

const { id, severity, finds, because } = invalidIndex;

/** An index that was never finished, and that nobody is building right now. */
export const unfinishedIndex: HealthRule = {
  id,
  group: 'indexes',
  severity,
  finds,
  because,
  instead:
    'Build it again; one that is unique failed on equal values: drop it, remove these, then build it again.',
  threshold: 'Indexes that are being built while we look are left out.',
  needs: [],
  find: ({ tables, server, quote, sql }) => {
    const building = new Set(server?.building);
    return tables.flatMap((table) =>
      table.indexes
        .filter((index) => !index.valid && !index.partOf && !building.has(keyOf(index)))
        .map((index) => {
          // What a rebuild left beside the old index, and what equal values would make fail again.
          const hopeless = index.unique || /_cc(?:new|old)\d*$/.test(index.name);
          return {
            object: `${printName(table)} index ${index.name}`,
            message: `${index.name} is not valid: no query reads it, and every write keeps it up.`,
            fix: hopeless ? `DROP INDEX CONCURRENTLY ${quote.name(index)}` : sql.rebuildIndex(index),
          };
        }),
    );
  },
};
