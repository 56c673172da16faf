/** Refuses figures that no server has, before anything is written. */
import { fail } from '../../../base/error.ts';
import type {
  ColumnStatistics,
  ExtendedStatistics,
  RelationFigures,
  Snapshot,
} from '../../../engine/snapshot/model.ts';
import { tallest } from '../pages/btree.ts';
import { pageBytes } from '../pages/page.ts';
import { mostPages } from '../pages/stretch.ts';

/** Bytes that all files together may seem to have: each gigabyte is a file. */
const mostBytes = 256 * 2 ** 40;

/** Rows that a table can have at most: pages × rows that fit into one. */
const mostRows = mostPages * 291;

/** Throws `twin.hollow` that names the first figure that cannot be. */
export function checkFigures({ source, relations, columns, extended }: Snapshot): void {
  if (source.blockSize !== pageBytes)
    fail(
      'twin.hollow',
      `The source has pages of ${source.blockSize} bytes; a hollow twin has ${pageBytes}.`,
      {
        hint: 'A filled twin does not depend on it: dbd twin FILE --filled.',
      },
    );
  for (const relation of relations) checkRelation(relation);
  const total = relations.reduce((sum, one) => sum + lengthOf(one) + (one.toastBytes ?? 0), 0);
  if (total > mostBytes)
    damaged(`The snapshot says that all files take ${total} bytes, more than ${mostBytes} together.`);
  for (const column of columns) checkColumn(column);
  for (const one of extended) checkExtended(one);
}

/** Bytes of the main file, from its length where it was seen, else from the pages of the last ANALYZE or VACUUM. */
export function lengthOf({ kind, bytes, pages }: RelationFigures): number {
  if (kind === 'partitioned' || kind === 'foreign' || kind === 'partitioned index') return 0;
  return bytes ?? Math.max(0, pages) * pageBytes;
}

function checkRelation(relation: RelationFigures): void {
  const title = `${relation.schema}.${relation.name}`;
  const { pages, rows, allVisible, allFrozen, bytes, toastBytes, index } = relation;
  // Partitioned tables have -1 pages.
  inRange(title, 'pages', pages, -1, mostPages, true);
  inRange(title, 'rows', rows, -1, mostRows, false);
  inRange(title, 'visible pages', allVisible, 0, mostPages, true);
  if (allFrozen !== undefined) inRange(title, 'frozen pages', allFrozen, 0, mostPages, true);
  for (const length of [bytes, toastBytes])
    if (length !== undefined) inRange(title, 'bytes', length, 0, mostPages * pageBytes, true);
  if (index?.level !== undefined) inRange(title, 'levels', index.level, 0, tallest, true);
}

function checkColumn(column: ColumnStatistics): void {
  checkStatistics(`${column.schema}.${column.relation}.${column.column}`, column);
}

function checkExtended({ schema, name, common, expressions }: ExtendedStatistics): void {
  for (const one of expressions) checkStatistics(`${schema}.${name}`, one);
  for (const share of [...(common?.frequencies ?? []), ...(common?.baseFrequencies ?? [])])
    inRange(`${schema}.${name}`, 'frequencies', share, 0, 1, false);
}

function checkStatistics(title: string, figures: ExtendedStatistics['expressions'][number]): void {
  inRange(title, 'share of nulls', figures.nullFraction, 0, 1, false);
  inRange(title, 'width', figures.averageWidth, 0, 2 ** 30, true);
  inRange(title, 'distinct values', figures.distinct, -1, mostRows, false);
  inRange(title, 'correlation', figures.correlation ?? 0, -1, 1, false);
  for (const share of figures.commonFrequencies ?? []) inRange(title, 'frequencies', share, 0, 1, false);
  for (const share of figures.elementFrequencies ?? [])
    inRange(title, 'frequencies', share, 0, mostRows, false);
  for (const count of figures.elementHistogram ?? []) inRange(title, 'counts', count, 0, mostRows, false);
  inRange(title, 'share of empty ranges', figures.rangeEmptyFraction ?? 0, 0, 1, false);
}

function inRange(
  title: string,
  what: string,
  value: number,
  least: number,
  most: number,
  whole: boolean,
): void {
  if (!(value >= least && value <= most) || (whole && !Number.isSafeInteger(value)))
    damaged(`The snapshot gives ${title} ${value} as ${what}.`);
}

function damaged(message: string): never {
  fail('twin.hollow', message, { hint: 'The file is damaged or was changed; take a new snapshot.' });
}
