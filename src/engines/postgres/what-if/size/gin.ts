/** Size of a GIN index: entries with the rows that hold them, in lists or, where these get long, in trees of their own. */
import { headerBytes, pageBytes } from '../../pages/page.ts';
import { aligned, entryBytes } from './entry.ts';
import type { ColumnFacts, IndexFacts, IndexSize } from './model.ts';

const specialBytes = 8;
const pointerBytes = 4;

/** Bytes before the addresses of a list, and the longest entry that holds its list itself (`GinMaxItemSize`). */
const listHeadBytes = 8;
const longestEntry = 2712;

/** Room for lists on a page of a tree of addresses, the upper bound left out, and the part of it that heads of lists of 256 bytes leave. */
const treeRoom = (pageBytes - headerBytes - 8 - specialBytes) * (256 / (256 + listHeadBytes));

/** Share of their room that entries fill: pages are halved when they are full, and entries come in order at first (measured on builds of various arrays and texts). */
const entryFill = 0.62;

/** Elements that are told apart one by one. */
const mostCommon = 2000;

/** What is taken where statistics say nothing of elements: bytes of a value for each of its elements, and different elements per thousand rows. */
const bytesPerUnknown = 6;
const unknownPerThousand = 8;

interface Elements {
  readonly common: readonly number[];
  /** Elements beyond the common ones, and rows that each has. */
  readonly others: number;
  readonly rowsOfOthers: number;
  readonly width: number;
  readonly assumed: readonly string[];
}

/** Pages of a GIN index and the figures of its metapage. */
export function ginSize(facts: IndexFacts): IndexSize {
  const rows = Math.round(facts.tableRows * facts.share);
  const assumed: string[] = [];
  let entryBytesInAll = 0;
  let treePages = 0;
  let entries = 0;
  const add = (column: ColumnFacts, width: number, rowsOfOne: number, count: number): void => {
    if (count <= 0 || rowsOfOne <= 0) return;
    const list = listBytes(rowsOfOne, facts.tablePages);
    const head = entryBytes([{ ...column, length: column.length > 0 ? column.length : -1 }], [width]);
    const inline = aligned(head + listHeadBytes + list);
    entries += count;
    if (inline <= longestEntry) entryBytesInAll += count * (inline + pointerBytes);
    else {
      entryBytesInAll += count * (head + pointerBytes);
      const leaves = Math.max(1, Math.ceil(list / treeRoom));
      treePages += count * (leaves === 1 ? 1 : leaves + 1);
    }
  };
  for (const column of facts.keys) {
    const elements = elementsOf(column, rows);
    assumed.push(...elements.assumed);
    for (const share of elements.common.slice(0, mostCommon)) add(column, elements.width, share * rows, 1);
    add(column, elements.width, elements.rowsOfOthers, elements.others);
  }
  const room = pageBytes - headerBytes - specialBytes;
  const leaves = Math.max(1, Math.ceil(entryBytesInAll / (room * (entryBytesInAll > room ? entryFill : 1))));
  const entryPages = leaves === 1 ? 1 : leaves + Math.ceil(leaves / 200);
  const pages = 1 + entryPages + Math.round(treePages);
  return {
    pages,
    rows,
    meta: {
      pendingPages: 0,
      pendingRows: 0,
      totalPages: pages,
      entryPages,
      dataPages: Math.round(treePages),
      entries: Math.round(entries),
    },
    assumed,
  };
}

/** Bytes of a list of so many addresses spread over a table: the distance to the next one takes 7 bits a byte, of which 11 count rows within a page. */
function listBytes(rows: number, pages: number): number {
  const perPage = rows / Math.max(1, pages);
  const elsewhere = -Math.expm1(-perPage) / perPage;
  const farther = (distance: number): number => Math.exp(-perPage * distance);
  return (
    rows *
    (1 -
      elsewhere +
      elsewhere * (2 + farther(2 ** 3) + farther(2 ** 10) + farther(2 ** 17) + farther(2 ** 24)))
  );
}

function elementsOf(column: ColumnFacts, rows: number): Elements {
  if (!column.elements) {
    const perRow = Math.max(1, column.width / bytesPerUnknown);
    const others = Math.max(1, Math.round((rows * unknownPerThousand) / 1000));
    return {
      common: [],
      others,
      rowsOfOthers: Math.min(rows, (perRow * rows) / others),
      width: 8,
      assumed: [
        `an element per ${bytesPerUnknown} bytes, ${unknownPerThousand} different ones per 1000 rows`,
      ],
    };
  }
  const { common, perRow, width } = column.elements;
  const sorted = [...common].sort((a, b) => b - a);
  const rest = Math.max(0, perRow - sorted.reduce((sum, share) => sum + share, 0));
  const counted = column.elements.others;
  const tail = counted ?? tailOf(sorted, rest, rows);
  return {
    common: sorted,
    others: tail,
    rowsOfOthers: tail > 0 ? (rest * rows) / tail : 0,
    width,
    assumed:
      tail > 0
        ? [
            `${Math.round(tail)} rarer elements, ${counted === undefined ? 'as the common ones thin out' : 'from rows made of statistics'}`,
          ]
        : [],
  };
}

/** Elements beyond the common ones: their shares go on falling as those of the rarer half of the common ones do. */
function tailOf(sorted: readonly number[], rest: number, rows: number): number {
  const count = sorted.length;
  if (count < 4 || rest * rows < 1) return 0;
  const middle = Math.floor(count / 2);
  const least = sorted[count - 1]!;
  const slope = Math.max(0, Math.log(sorted[middle - 1]! / least) / Math.log(count / middle));
  let left = rest;
  let found = 0;
  // Steps grow, so that a long tail takes no long time.
  for (let rank = count; left > 0 && found < rest * rows;) {
    const step = Math.max(1, Math.floor(rank / 50));
    const share = Math.max(1 / rows, least * (rank / count) ** -slope);
    const taken = Math.min(step, left / share);
    left -= taken * share;
    found += taken;
    rank += step;
  }
  return found;
}
