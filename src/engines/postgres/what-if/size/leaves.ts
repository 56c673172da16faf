/** How a build fills the leaves of a b-tree, tried on made-up entries. */
import { fullAt } from '../../pages/level.ts';
import { pageBytes } from '../../pages/page.ts';
import { aligned, entryBytes } from './entry.ts';
import type { Group } from './groups.ts';
import type { IndexFacts } from './model.ts';
import { countAbove0, randomFrom } from './random.ts';

/** Percent that a build fills of leaves. */
const leafFill = 90;

/** Bytes of a row's address, and of an entry's pointer in the page's head. */
const addressBytes = 6;
const pointerBytes = 4;

/** Bytes of the address that an upper bound between equal keys carries. */
export const boundAddressBytes = 8;

/** Longest entry that several rows share in a build: a tenth of a page without its pointer (`_bt_load`), in whole units. */
const sharedMost = aligned(Math.floor(pageBytes / 10) - pointerBytes - 7);

/** Entries that are made up to see how they fill pages: in all, and of a group of keys at least. */
const trialsInAll = 10_000;
const fewestTrials = 400;

/** Entries whose widths are drawn, from which the others are taken. */
const drawnEntries = 500;

/** Below so many rows per key, none shares one. */
const alone = 1e-3;

/** Leaves, not in whole pages, and entries on them, for the rows of these groups. */
export function leavesOf(
  facts: IndexFacts,
  groups: readonly Group[],
  rows: number,
): { readonly leaves: number; readonly entries: number } {
  const random = randomFrom(1);
  const drawn = new Map<number, readonly number[]>();
  let leaves = 0;
  let entries = 0;
  for (const group of sharingApart(facts, groups, rows)) {
    const here = group.keys * group.share * rows;
    if (here <= 0) continue;
    const bytes = drawn.get(group.nulls) ?? drawEntries(facts, group.nulls, random);
    drawn.set(group.nulls, bytes);
    const filled = fill(facts, {
      bytes,
      random,
      rowsPerKey: group.rowsPerKey,
      trials: Math.max(fewestTrials, Math.round((trialsInAll * here) / rows)),
    });
    leaves += here / filled.rowsPerLeaf;
    entries += here / filled.rowsPerEntry;
  }
  return { leaves, entries };
}

interface Sharing extends Group {
  /** Rows that have a key of the group on average; 0 where each entry is of one row. */
  readonly rowsPerKey: number;
}

/** Groups whose rows do not share entries are one, since they fill pages alike. */
function sharingApart(facts: IndexFacts, groups: readonly Group[], rows: number): readonly Sharing[] {
  const sharing: Sharing[] = [];
  const others = new Map<number, number>();
  for (const group of groups) {
    const rowsPerKey = group.share * rows;
    if (facts.shares && rowsPerKey > alone) sharing.push({ ...group, rowsPerKey });
    else others.set(group.nulls, (others.get(group.nulls) ?? 0) + group.keys * group.share);
  }
  return [...sharing, ...[...others].map(([nulls, share]) => ({ keys: 1, share, nulls, rowsPerKey: 0 }))];
}

interface Filling {
  /** Widths of entries to draw from. */
  readonly bytes: readonly number[];
  readonly rowsPerKey: number;
  readonly trials: number;
  readonly random: () => number;
}

/** Fills leaves with made-up entries by the rules of `_bt_buildadd`. */
function fill(
  { fillFactor }: IndexFacts,
  { bytes: widths, rowsPerKey, trials, random }: Filling,
): { readonly rowsPerLeaf: number; readonly rowsPerEntry: number } {
  const soft = fullAt(Math.floor((pageBytes * (100 - (fillFactor ?? leafFill))) / 100));
  const steady = widths.every((width) => width === widths[0]) ? widths[0]! : undefined;
  if (rowsPerKey === 0 && steady !== undefined)
    return { rowsPerLeaf: Math.max(2, Math.floor(soft / (steady + pointerBytes))), rowsPerEntry: 1 };
  const leaves = emptyLeaves(soft);
  const { filled } = leaves;
  let rows = 0;
  while (filled.entries < trials || filled.full < 3) {
    const base = steady ?? widths[Math.floor(random() * widths.length)]!;
    const most = Math.max(1, Math.floor((sharedMost - base) / addressBytes));
    // Keys of many rows are a run of full entries; more of them tell nothing new.
    let left = rowsPerKey === 0 ? 1 : Math.min(countAbove0(rowsPerKey, random), most * trials);
    rows += left;
    for (; left > 0; left -= most) {
      const count = Math.min(left, most);
      const bytes = count === 1 ? base : aligned(base + count * addressBytes);
      leaves.add({ bytes, spared: bytes - base, rows: count });
    }
  }
  return { rowsPerLeaf: filled.rowsOnFull / filled.full, rowsPerEntry: rows / filled.entries };
}

/** What a build has put on leaves. */
interface Leaves {
  /** Full pages, rows on them, and entries in all. */
  readonly full: number;
  readonly rowsOnFull: number;
  readonly entries: number;
}

interface Entry {
  readonly bytes: number;
  /** Bytes of it that are not in an upper bound. */
  readonly spared: number;
  readonly rows: number;
}

/** Begins with an empty page; a page is full when its free space falls below what is to stay free, or an entry has no room at all. */
function emptyLeaves(soft: number): { readonly filled: Leaves; add(entry: Entry): void } {
  const hard = fullAt(0);
  const filled = { full: 0, rowsOnFull: 0, entries: 0 };
  let used = 0;
  let rows = 0;
  let here = 0;
  let last: Entry = { bytes: 0, spared: 0, rows: 0 };
  return {
    filled,
    add(entry) {
      if (here > 1 && (used + entry.bytes + boundAddressBytes > hard || used > soft + last.spared)) {
        filled.full += 1;
        filled.rowsOnFull += rows - last.rows;
        // The entry that made the page full is the next page's first; only its key stays behind, as the upper bound.
        used = last.bytes + pointerBytes;
        rows = last.rows;
        here = 1;
      }
      used += entry.bytes + pointerBytes;
      rows += entry.rows;
      here += 1;
      filled.entries += 1;
      last = entry;
    },
  };
}

function drawEntries({ keys, included }: IndexFacts, nulls: number, random: () => number): readonly number[] {
  const columns = [...keys, ...included];
  const varies = columns.some(
    ({ widths, nullFraction }, i) => widths.length > 0 || (i >= keys.length && nullFraction > 0),
  );
  return Array.from({ length: varies ? drawnEntries : 1 }, () =>
    entryBytes(
      columns,
      columns.map(({ width, widths, nullFraction }, i) => {
        if (i < keys.length ? nulls & (1 << i) : random() < nullFraction) return undefined;
        return widths.length === 0 ? width : widths[Math.floor(random() * widths.length)]!;
      }),
    ),
  );
}
