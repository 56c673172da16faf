/** Size of a b-tree as a build makes it. */
import { fullAt, innerPages } from '../../pages/level.ts';
import { pageBytes } from '../../pages/page.ts';
import { aligned, entryBytes } from './entry.ts';
import { cells, crossed, groupsOf, narrowed, occupied, type Group } from './groups.ts';
import type { ColumnFacts, IndexFacts, IndexSize } from './model.ts';
import { countAbove0, randomFrom } from './random.ts';

/** Percent that a build fills of leaves. */
const leafFill = 90;

/** Bytes of a row's address, of an entry's pointer in the page's head, and of the address that an upper bound between equal keys carries. */
const addressBytes = 6;
const pointerBytes = 4;
const boundAddressBytes = 8;

/** Longest entry that several rows share in a build: a tenth of a page without its pointer (`_bt_load`). */
const sharedMost = Math.floor((pageBytes * 10) / 100 / 8) * 8 - pointerBytes;

/** Entries that are made up to see how they fill pages: in all, and of a group of keys at least. */
const trialsInAll = 10_000;
const fewestTrials = 400;

/** Below so many rows per key, none shares one. */
const alone = 1e-3;

/** Pages and height of a b-tree. */
export function btreeSize(facts: IndexFacts): Omit<IndexSize, 'assumed'> {
  const rows = Math.round(facts.tableRows * facts.share);
  if (rows < 1) return { pages: 1, level: 0, rows: 0 };
  const prefixes = groupsOfPrefixes(facts);
  const groups = prefixes.at(-1)!;
  const random = randomFrom(1);
  let leaves = 0;
  let entries = 0;
  for (const group of groups) {
    const here = group.keys * group.share * rows;
    if (here <= 0) continue;
    const trials = Math.max(fewestTrials, Math.round((trialsInAll * here) / rows));
    const filled = fill(facts, group, { rows, trials }, random);
    leaves += here / filled.rowsPerLeaf;
    entries += here / filled.rowsPerEntry;
  }
  leaves = Math.max(1, Math.ceil(leaves - 1e-6));
  const pivot = pivotBytes(facts, prefixes, rows, entries);
  const inner = innerPages(leaves, pivot);
  return {
    pages: 1 + leaves + inner.reduce((sum, pages) => sum + pages, 0),
    level: inner.length,
    pivotBytes: pivot,
    rows,
  };
}

/** Groups of equal values over the first column, the first two … */
function groupsOfPrefixes(facts: IndexFacts): readonly (readonly Group[])[] {
  const { keys, tableRows, distinctOfFirst } = facts;
  const counted = { rows: tableRows, sampled: facts.sampledRows };
  const prefixes: (readonly Group[])[] = [];
  keys.forEach((column, i) => {
    const own = groupsOf(column, counted);
    const all = i === 0 ? own : crossed(prefixes[i - 1]!, own, i);
    const distinct = facts.unique && i === keys.length - 1 ? tableRows : distinctOfFirst.get(i + 1);
    prefixes.push(
      distinct === undefined ? all : narrowed(all, cells(Math.min(distinct, tableRows), 1, counted)),
    );
  });
  return prefixes;
}

interface Filled {
  readonly rowsPerLeaf: number;
  readonly rowsPerEntry: number;
}

/** Fills leaves with made-up entries of one group, by the rules of `_bt_buildadd`. */
function fill(
  facts: IndexFacts,
  group: Group,
  { rows, trials }: { readonly rows: number; readonly trials: number },
  random: () => number,
): Filled {
  const columns = [...facts.keys, ...facts.included];
  const free = Math.floor((pageBytes * (100 - (facts.fillFactor ?? leafFill))) / 100);
  const soft = fullAt(free);
  const hard = fullAt(0);
  const mean = group.share * rows;
  const isOdd = columns.some(
    (column, i) => new Set(column.widths).size > 1 || (i >= facts.keys.length && column.nullFraction > 0),
  );
  const draw = (): number => drawEntry(columns, facts.keys.length, group.nulls, random);
  const steady = isOdd ? undefined : draw();
  const shares = facts.shares && mean > alone;
  if (!shares && steady !== undefined) {
    const fits = Math.max(2, Math.floor(soft / (steady + pointerBytes)));
    return { rowsPerLeaf: fits, rowsPerEntry: 1 };
  }
  let used = 0;
  let leaves = 0;
  let rowsHere = 0;
  let rowsFilled = 0;
  let rowsMade = 0;
  let entries = 0;
  let last: { bytes: number; spared: number; rows: number } | undefined;
  let kept = 0;
  const add = (bytes: number, spared: number, count: number): void => {
    const wanted = bytes + pointerBytes;
    if (last && kept > 1 && (used + bytes + boundAddressBytes > hard || used > soft + last.spared)) {
      leaves += 1;
      rowsFilled += rowsHere - last.rows;
      // The entry that made the page full is the next page's first; only its key stays behind, as the upper bound.
      used = last.bytes + pointerBytes;
      rowsHere = last.rows;
      kept = 1;
    }
    used += wanted;
    rowsHere += count;
    kept += 1;
    entries += 1;
    rowsMade += count;
    last = { bytes, spared, rows: count };
  };
  while (entries < trials || leaves < 3) {
    const base = steady ?? draw();
    let left = shares ? countAbove0(mean, random) : 1;
    const most = Math.max(1, Math.floor((Math.floor(sharedMost / 8) * 8 - base) / addressBytes));
    // Groups of many rows are one run of full entries; more of them tell nothing new.
    left = Math.min(left, most * trials);
    for (; left > 0; left -= most) {
      const count = Math.min(left, most);
      const bytes = count === 1 ? base : aligned(base + count * addressBytes);
      add(bytes, count === 1 ? 0 : bytes - base, count);
    }
  }
  return { rowsPerLeaf: rowsFilled / leaves, rowsPerEntry: rowsMade / entries };
}

function drawEntry(
  columns: readonly ColumnFacts[],
  keys: number,
  nulls: number,
  random: () => number,
): number {
  return entryBytes(
    columns,
    columns.map((column, i) =>
      (i < keys ? nulls & (1 << i) : random() < column.nullFraction) ? undefined : drawWidth(column, random),
    ),
  );
}

function drawWidth({ width, widths }: ColumnFacts, random: () => number): number {
  return widths.length === 0 ? width : widths[Math.floor(random() * widths.length)]!;
}

/** Average bytes of an inner entry: it keeps only the columns that tell two neighbours apart, and a row's address where none does. */
function pivotBytes(
  facts: IndexFacts,
  prefixes: readonly (readonly Group[])[],
  rows: number,
  entries: number,
): number {
  let before = 0;
  let bytes = 0;
  facts.keys.forEach((_, i) => {
    const columns = facts.keys.slice(0, i + 1);
    const size = entryBytes(
      columns,
      columns.map(({ width }) => width),
    );
    const told = Math.max(before, Math.min(1, occupied(prefixes[i]!, rows) / entries));
    bytes += (told - before) * size;
    if (i === facts.keys.length - 1) bytes += (1 - told) * (size + boundAddressBytes);
    before = told;
  });
  return bytes;
}
