/** The capacity plan: bytes per row measured, sizes carried to the horizon with a range, and when a table needs partitions or an archive. */
import { formatBytes, formatCount } from '../base/units.ts';
import { block, bullet, prose, table } from './markdown.ts';

/** One table's measured bytes and its declared growth. */
export interface TableCapacity {
  readonly name: string;
  /** Rows that were measured on the twin. */
  readonly measuredRows: number;
  /** Bytes per row of the table itself, with what is stored out of line. */
  readonly heapPerRow: number;
  readonly indexes: readonly { readonly name: string; readonly perRow: number }[];
  readonly now: number;
  readonly perDay: number;
  /** Rows at the horizon, retention considered. */
  readonly horizon: number;
  readonly horizonDays: number;
  /** The growth is declared, counted in production, or only assumed. */
  readonly basis: 'declared' | 'measured' | 'assumed';
  /** Rows are kept for so many days. */
  readonly keepDays?: number;
  readonly partitioned: boolean;
}

/** A table whose growth asks for something, and from which day on. */
export interface CapacityAdvice {
  readonly table: string;
  readonly text: string;
  /** Days from today; undefined when no day is known. */
  readonly inDays?: number;
}

/** Least and most share of a page that rows of a table in use fill: 100 % fresh, 70 % after updates and deletes (a B-tree's steady state is about 69 %, Yao 1978). */
export const pageFill = { least: 0.7, most: 1 } as const;
/** Below this many rows, fixed parts and half-empty pages weigh more than rows do. */
export const fewestRows = 1000;
/** Memory of the database server that is assumed, bytes: partitions pay where a table outgrows it (PostgreSQL manual, 5.12.1). */
export const assumedMemory = 16 * 1024 ** 3;
/** Share of a table that a purge by DELETE may remove a month before dropping partitions pays: vacuum has to read what it leaves. */
const purgeShare = 0.1;

/** Bytes of a row with its indexes. */
export function perRow({ heapPerRow, indexes }: TableCapacity): number {
  return heapPerRow + indexes.reduce((sum, index) => sum + index.perRow, 0);
}

/** Rows on a day from now, never more than retention leaves. */
export function rowsAt(capacity: TableCapacity, day: number): number {
  const grown = capacity.now + capacity.perDay * day;
  return capacity.keepDays === undefined
    ? grown
    : Math.min(grown, Math.max(capacity.horizon, capacity.perDay * capacity.keepDays));
}

/** What the growth asks for; `memory` in bytes. */
export function advise(
  tables: readonly TableCapacity[],
  memory: number = assumedMemory,
): readonly CapacityAdvice[] {
  return tables.flatMap((capacity): readonly CapacityAdvice[] => {
    if (capacity.measuredRows < fewestRows) return [];
    const bytes = perRow(capacity) / pageFill.least;
    const rowsInMemory = memory / bytes;
    const list: CapacityAdvice[] = [];
    const reachable = capacity.keepDays === undefined || capacity.perDay * capacity.keepDays > rowsInMemory;
    if (!capacity.partitioned && capacity.perDay > 0 && reachable) {
      const day = Math.max(0, Math.ceil((rowsInMemory - capacity.now) / capacity.perDay));
      if (day <= Math.max(capacity.horizonDays * 3, 365))
        list.push({
          table: capacity.name,
          inDays: day,
          text: `outgrows ${formatBytes(memory)} of memory at ${formatCount(rowsInMemory)} rows: partition it, or archive what is no longer read, before that`,
        });
    }
    const { keepDays } = capacity;
    if (!capacity.partitioned && keepDays !== undefined && keepDays > 0) {
      const monthly = Math.min(1, 30 / keepDays);
      const removed = capacity.perDay * 30;
      if (monthly >= purgeShare && removed * bytes > memory / 100)
        list.push({
          table: capacity.name,
          text: `the purge removes ${formatCount(removed)} rows a month, ${Math.round(monthly * 100)} % of the table: dropping monthly partitions would leave no dead rows`,
        });
    }
    return list;
  });
}

/** The plan as Markdown; `date` is the day the figures are of. */
export function capacityPlan(
  tables: readonly TableCapacity[],
  options: { readonly title: string; readonly where: string; readonly memory?: number },
): string {
  const memory = options.memory ?? assumedMemory;
  const advice = advise(tables, memory);
  return block([
    `# Capacity: ${prose(options.title)}`,
    `Bytes per row are **measured** on generated rows (${options.where}); rows at the horizon are **derived** from the declared growth, or **assumed** where the table says so. The range is of pages filled between 100 % and 70 %.`,
    '## Size of a row',
    table(
      ['table', 'rows measured', 'table, per row', 'indexes, per row', 'together'],
      tables.map((capacity) => [
        prose(capacity.name),
        formatCount(capacity.measuredRows),
        capacity.measuredRows < fewestRows ? 'too few rows' : formatBytes(capacity.heapPerRow),
        capacity.measuredRows < fewestRows
          ? 'too few rows'
          : capacity.indexes
              .map((index) => `${prose(index.name)} ${formatBytes(index.perRow)}`)
              .join('<br>') || 'none',
        capacity.measuredRows < fewestRows ? 'not measured' : formatBytes(perRow(capacity)),
      ]),
    ),
    '## Growth',
    table(
      [
        'table',
        'basis',
        'now',
        'per day',
        'kept for',
        'at the horizon',
        'bytes at the horizon',
        'bytes per day',
      ],
      tables.map((capacity) => [
        prose(capacity.name),
        capacity.basis,
        formatCount(capacity.now),
        formatCount(capacity.perDay),
        capacity.keepDays === undefined ? 'ever' : `${capacity.keepDays} days`,
        `${formatCount(capacity.horizon)} in ${Math.round(capacity.horizonDays)} days`,
        capacity.measuredRows < fewestRows
          ? 'not measured'
          : `${formatBytes(capacity.horizon * perRow(capacity))} to ${formatBytes((capacity.horizon * perRow(capacity)) / pageFill.least)}`,
        capacity.measuredRows < fewestRows ? '–' : formatBytes(capacity.perDay * perRow(capacity)),
      ]),
    ),
    '## When to partition or archive',
    advice.length === 0
      ? `Nothing at this growth: no table outgrows ${formatBytes(memory)} of memory (assumed) within three times its horizon.`
      : bullet(
          advice.map(
            ({ table: name, text, inDays }) =>
              `${prose(name)}${inDays === undefined ? '' : ` in about ${Math.round(inDays)} days`}: ${prose(text)}. (derived; the memory of ${formatBytes(memory)} is assumed)`,
          ),
        ),
    '## What else takes room',
    bullet([
      'While an index is built, room for it once more; while a table is rewritten, room for the table and its indexes once more.',
      'The write-ahead log of a day is at least the bytes per day above, and more after each checkpoint (full pages): measure it on your server.',
      'A base backup takes the size of the database; archived log comes on top until the next one.',
    ]),
  ]);
}
