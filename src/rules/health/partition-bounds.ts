/** Partitions by ranges of one time or number, in their order. */
import { sameName } from '../../catalog/identity.ts';
import type { Catalog, Table } from '../../catalog/model.ts';

export interface RangePartition {
  readonly table: Table;
  /** Bounds as they are written, and as numbers to compare them; infinite at MINVALUE and MAXVALUE. */
  readonly from: string;
  readonly to: string;
  readonly start: number;
  readonly end: number;
}

export interface RangePartitioned {
  readonly table: Table;
  readonly partitions: readonly RangePartition[];
  readonly default: Table | undefined;
  /** Bounds are moments. */
  readonly times: boolean;
}

/** Tables parted by one column into ranges whose bounds can be compared. */
export function rangePartitioned(catalog: Catalog, tables: readonly Table[]): readonly RangePartitioned[] {
  return tables.flatMap((table): RangePartitioned[] => {
    if (table.kind !== 'partitioned' || !/^RANGE \([^,]*\)$/.test(table.partitionKey ?? '')) return [];
    const parts = catalog.tables.filter(({ partitionOf }) => partitionOf && sameName(partitionOf, table));
    const ranges = parts.flatMap((part): RangePartition[] => {
      const found = /^FOR VALUES FROM \((.*)\) TO \((.*)\)$/.exec(part.partitionOf!.bound);
      return found
        ? [
            {
              table: part,
              from: found[1]!,
              to: found[2]!,
              start: place(found[1]!, -Infinity),
              end: place(found[2]!, Infinity),
            },
          ]
        : [];
    });
    if (ranges.some(({ start, end }) => Number.isNaN(start) || Number.isNaN(end))) return [];
    return [
      {
        table,
        partitions: ranges.toSorted((a, b) => a.start - b.start),
        default: parts.find(({ partitionOf }) => partitionOf!.bound === 'DEFAULT'),
        times: ranges.some(({ from, to }) => /^'\d{4}-/.test(from) || /^'\d{4}-/.test(to)),
      },
    ];
  });
}

function place(text: string, open: number): number {
  if (text === 'MINVALUE' || text === 'MAXVALUE') return open;
  const value = text.replaceAll("'", '');
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return Date.parse(value);
  // `2026-01-01 00:00:00+00`
  if (/^\d{4}-\d\d-\d\d /.test(value))
    return Date.parse(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return value.trim() === '' ? Number.NaN : Number(value);
}
