import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';
import { rangePartitioned } from './partition-bounds.ts';

/** A range between partitions that no partition holds. */
export const partitionGap: HealthRule = {
  id: 'partition-gap',
  group: 'partitions',
  severity: 'warning',
  finds: 'A range between partitions that none of them holds',
  because: 'a row that belongs there is refused, or goes to the default partition and stays there',
  instead: 'Make the partition that is missing.',
  threshold: 'The bounds alone decide.',
  needs: [],
  find: ({ snapshot, structure, quote }) =>
    rangePartitioned(snapshot.catalog, structure.tables).flatMap(({ table, partitions }) =>
      partitions.slice(1).flatMap((next, at) => {
        const before = partitions[at]!;
        if (before.end >= next.start) return [];
        const name = `${table.name}_gap_${at + 1}`;
        return [
          {
            object: `${printName(table)} partition ${next.table.name}`,
            message: `No partition of ${table.name} holds values from ${before.to} to ${next.from}.`,
            fix: `CREATE TABLE ${quote.name({ schema: table.schema, name })} PARTITION OF ${quote.name(table)} FOR VALUES FROM (${before.to}) TO (${next.from})`,
          },
        ];
      }),
    ),
};
