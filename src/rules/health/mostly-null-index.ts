import { printName } from '../../catalog/identity.ts';
import { fitBytes } from '../../base/text.ts';
import { formatBytes } from '../../base/units.ts';
import { percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** An index most of whose entries are null. */
export const mostlyNullIndex: HealthRule = {
  id: 'mostly-null-index',
  group: 'indexes',
  severity: 'info',
  finds: 'An index most of whose entries are null',
  because: 'each row without a value has an entry that hardly any query asks for',
  instead: 'Index the rows that have a value; keep the whole one if queries ask for IS NULL.',
  threshold:
    'From half of the rows without a value and 10 MB on: the smaller index saves at least half of that.',
  needs: ['statistics'],
  find: ({ tables, limits, bytes, statistics, quote }) =>
    tables.flatMap((table) =>
      table.indexes.flatMap((index) => {
        const [key] = index.keys;
        const counted = key === undefined ? undefined : statistics(table, key);
        if (
          !counted ||
          index.keys.length > 1 ||
          index.predicate !== undefined ||
          index.constraint !== undefined ||
          index.partOf ||
          counted.nullFraction < 0.5 ||
          bytes(index) < limits.smallBytes
        )
          return [];
        const made = fitBytes(`${index.name}_set`, quote.maxBytes);
        const definition = index.definition
          .replace(/ \/\* .* \*\/$/, '')
          .replace(
            /^CREATE (UNIQUE )?INDEX .*? ON /s,
            `CREATE $1INDEX CONCURRENTLY ${quote.identifier(made)} ON `,
          );
        return [
          {
            object: `${printName(table)} index ${index.name}`,
            message: `${percent(counted.nullFraction)} of the entries of ${index.name} (${formatBytes(bytes(index))}) are null.`,
            fix: [
              `${definition} WHERE ${quote.identifier(key!)} IS NOT NULL`,
              `DROP INDEX CONCURRENTLY ${quote.name(index)}`,
              `ALTER INDEX ${quote.name({ schema: index.schema, name: made })} RENAME TO ${quote.identifier(index.name)}`,
            ].join(';\n'),
          },
        ];
      }),
    ),
};
