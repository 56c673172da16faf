/** Rows that could be kept elsewhere, by the ages that statistics show. */
import { printName } from '../../catalog/identity.ts';
import { readArray } from '../../base/array-literal.ts';
import type { ColumnStatistics } from '../../engine/model.ts';
import { percent } from '../../rules/health/limits.ts';
import type { HealthSubject } from '../../rules/health/model.ts';
import type { StorageSaving } from './model.ts';

const yearMs = 365.25 * 86_400_000;
/** Years after which rows are old, and the share of them from which on a table is told. */
const years = 2;
const leastShare = 0.2;

/** Tables a large part of whose rows are years old by a column of time that grows with them. */
export function oldRows({
  tables,
  limits,
  bytes,
  toast,
  statistics,
  now,
  quote,
}: HealthSubject): readonly StorageSaving[] {
  return tables.flatMap((table): StorageSaving[] => {
    const size = bytes(table) + toast(table) + table.indexes.reduce((sum, index) => sum + bytes(index), 0);
    if (size < limits.largeBytes || table.partitionOf) return [];
    const ages = table.columns
      .filter(({ type }) => /^(?:date|timestamp)/.test(type))
      .flatMap(({ name }) => {
        const counted = statistics(table, name);
        const share = counted ? olderThan(counted, now - years * yearMs) : undefined;
        return share === undefined ? [] : [{ name, share, order: Math.abs(counted?.correlation ?? 0) }];
      })
      .toSorted((a, b) => b.order - a.order);
    const [best] = ages;
    return best && best.share >= leastShare
      ? [
          {
            kind: 'old-rows',
            object: printName(table),
            relation: table,
            bytes: Math.round(size * best.share),
            share: best.share,
            basis: 'derived',
            because: `${percent(best.share)} of the rows are more than ${years} years old by ${quote.identifier(best.name)}.`,
            caution: 'Only who uses the rows knows whether they may go; partitions by time make it a drop.',
          },
        ]
      : [];
  });
}

/** Share of the rows with a moment before that one; undefined when statistics do not tell. */
function olderThan(column: ColumnStatistics, moment: number): number | undefined {
  const bounds = (column.histogram === undefined ? [] : (readArray(column.histogram) ?? [])).map((text) =>
    typeof text === 'string'
      ? Date.parse(
          text
            .replace(' ', 'T')
            .replace(/([+-]\d\d)$/, '$1:00')
            .replace(/^(\d{4}-\d\d-\d\d):00$/, '$1'),
        )
      : Number.NaN,
  );
  if (bounds.length < 10 || bounds.some((one) => Number.isNaN(one))) return undefined;
  const common = (column.commonFrequencies ?? []).reduce((sum, share) => sum + share, 0);
  const before = bounds.filter((one) => one < moment).length;
  return Math.max(0, (before - 1) / (bounds.length - 1)) * (1 - column.nullFraction - common);
}
