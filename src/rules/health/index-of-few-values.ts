import { printName } from '../../catalog/identity.ts';
import { formatBytes } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

/** An index over a column with two or three values. */
export const indexOfFewValues: HealthRule = {
  id: 'index-of-few-values',
  group: 'indexes',
  severity: 'info',
  finds: 'An index over a column with two or three values',
  because: 'for a value that a third of the rows have, reading the whole table is quicker',
  instead: 'Index the rare value alone, or put the column behind a selective one.',
  threshold:
    'Up to 3 values in 10 MB, none of them rarer than 5 % of the rows: a rare value makes such an index worth while.',
  needs: ['statistics'],
  find: ({ tables, limits, bytes, statistics, quote }) =>
    tables.flatMap((table) =>
      table.indexes.flatMap((index) => {
        const [key] = index.keys;
        const counted = key === undefined ? undefined : statistics(table, key);
        return counted &&
          index.keys.length === 1 &&
          !index.unique &&
          index.predicate === undefined &&
          !index.partOf &&
          counted.distinct > 0 &&
          counted.distinct <= 3 &&
          counted.nullFraction < 0.5 &&
          !(counted.commonFrequencies ?? []).some((share) => share < 0.05) &&
          bytes(index) >= limits.smallBytes
          ? [
              {
                object: `${printName(table)} index ${index.name}`,
                message: `${quote.identifier(key!)} has ${counted.distinct} value${counted.distinct === 1 ? '' : 's'}, and ${index.name} takes ${formatBytes(bytes(index))}.`,
                fix: `DROP INDEX CONCURRENTLY ${quote.name(index)}`,
              },
            ]
          : [];
      }),
    ),
};
