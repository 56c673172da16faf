/** Indexes that could go, or be smaller. */
import { findTable } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';
import type { Index, Table } from '../../catalog/model.ts';
import { formatBytes } from '../../base/units.ts';
import type { HealthOffence, HealthSubject } from '../../rules/health/model.ts';
import { percent } from '../../rules/health/limits.ts';
import { duplicateIndex } from '../../rules/schema/duplicate-index.ts';
import { redundantIndex } from '../../rules/schema/redundant-index.ts';
import { unusedIndex } from '../../rules/health/unused-index.ts';
import type { SavingKind, StorageSaving } from './model.ts';

/** Share of the rows without a value from which on an index of the others is worth while, and how exactly rows must lie for ranges. */
const mostlyNull = 0.5;
const inOrder = 0.99;

/** Duplicates, prefixes, unused ones, entries without a value, and trees over columns whose values lie in the order of the rows. */
export function indexSavings(subject: HealthSubject): readonly StorageSaving[] {
  const gone = (
    kind: SavingKind,
    offences: readonly HealthOffence[],
    caution?: string,
  ): readonly StorageSaving[] =>
    offences.flatMap(({ object, message, fix }): StorageSaving[] => {
      const [place, name] = object.split(' index ');
      const index = findTable(subject.snapshot.catalog, place!)?.indexes.find((one) => one.name === name);
      return index
        ? [
            {
              kind,
              object,
              relation: index,
              bytes: subject.bytes(index),
              share: 1,
              basis: 'measured',
              because: message,
              ...(caution === undefined ? {} : { caution }),
              ...(fix === undefined ? {} : { sql: `${fix};` }),
            },
          ]
        : [];
    });
  const { limits, statistics, laid, layout, bytes, quote } = subject;
  const smaller = (table: Table, index: Index): readonly StorageSaving[] => {
    const [key] = index.keys;
    const counted = key === undefined ? undefined : statistics(table, key);
    const plain =
      index.keys.length === 1 &&
      index.method === 'btree' &&
      index.predicate === undefined &&
      index.constraint === undefined &&
      !index.partOf &&
      bytes(index) >= limits.smallBytes;
    if (!counted || !plain) return [];
    const object = `${printName(table)} index ${index.name}`;
    const facts = laid(table);
    if (counted.nullFraction >= mostlyNull) {
      const rest = layout.index(
        {
          ...facts,
          rows: facts.rows * (1 - counted.nullFraction),
          statistics: facts.statistics.map((one) => (one === counted ? { ...one, nullFraction: 0 } : one)),
        },
        index,
      );
      return rest === undefined || rest >= bytes(index)
        ? []
        : [
            {
              kind: 'null-entries',
              object,
              relation: index,
              bytes: bytes(index) - rest,
              share: 1 - rest / bytes(index),
              basis: 'derived',
              because: `${percent(counted.nullFraction)} of its entries have no value; the others take some ${formatBytes(rest)}.`,
              caution: 'Queries that ask for IS NULL no longer find them by it.',
            },
          ];
    }
    const column = table.columns.find(({ name }) => name === key);
    const ordered = /^(?:date|timestamp|bigint|integer)/.test(column?.type ?? '');
    if (
      index.unique ||
      !ordered ||
      Math.abs(counted.correlation ?? 0) < inOrder ||
      facts.rows < limits.manyRows
    )
      return [];
    const ranges = layout.ranges(bytes(table));
    return [
      {
        kind: 'ranges-instead-of-tree',
        object,
        relation: index,
        bytes: bytes(index) - ranges,
        share: 1 - ranges / bytes(index),
        basis: 'derived',
        because: `Rows lie in the order of ${key} (correlation ${counted.correlation!.toFixed(3)}); ranges of pages take ${formatBytes(ranges)} instead of ${formatBytes(bytes(index))}.`,
        caution: 'Good for ranges; a look-up of one value reads a megabyte, and ORDER BY … LIMIT sorts.',
        sql: `CREATE INDEX CONCURRENTLY ON ${quote.name(table)} USING brin (${quote.identifier(key!)});`,
      },
    ];
  };
  return [
    ...gone('duplicate-index', duplicateIndex.find(subject.structure)),
    ...gone(
      'redundant-index',
      redundantIndex.find(subject.structure),
      'The longer index is larger: try hot queries with `dbd tune` first.',
    ),
    ...(subject.days === undefined ? [] : gone('unused-index', unusedIndex.find(subject))),
    ...subject.tables.flatMap((table) => table.indexes.flatMap((index) => smaller(table, index))),
  ];
}
