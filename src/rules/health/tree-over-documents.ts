import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A b-tree over arrays or documents. */
export const treeOverDocuments: HealthRule = {
  id: 'tree-over-documents',
  group: 'indexes',
  severity: 'warning',
  finds: 'A b-tree over arrays or documents',
  because:
    'it serves whole values that are equal, and no question about what is inside; long values make inserts fail',
  instead: 'Use GIN, which knows the elements.',
  threshold: 'The structure alone decides.',
  needs: [],
  find: ({ tables, structure, quote }) =>
    tables.flatMap((table) =>
      table.indexes.flatMap((index) => {
        const column = table.columns.find(({ name }) => name === index.keys[0]);
        const inside = column && (column.type === 'jsonb' || structure.types.family(column.type) === 'array');
        return inside &&
          index.method === 'btree' &&
          index.keys.length === 1 &&
          index.constraint === undefined &&
          !index.unique &&
          !index.partOf
          ? [
              {
                object: `${printName(table)} index ${index.name}`,
                message: `${index.name} is a b-tree over ${quote.identifier(column.name)}, which is ${column.type}.`,
                fix: [
                  `DROP INDEX CONCURRENTLY ${quote.name(index)}`,
                  `CREATE INDEX CONCURRENTLY ${quote.identifier(index.name)} ON ${quote.name(table)} USING gin (${quote.identifier(column.name)})${index.predicate === undefined ? '' : ` WHERE ${index.predicate}`}`,
                ].join(';\n'),
              },
            ]
          : [];
      }),
    ),
};
