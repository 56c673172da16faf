/** Size of a b-tree as a build makes it. */
import { innerPages } from '../../pages/level.ts';
import { entryBytes } from './entry.ts';
import { cells, crossed, groupsOf, narrowed, occupied, type Group } from './groups.ts';
import { boundAddressBytes, leavesOf } from './leaves.ts';
import type { IndexFacts, IndexSize } from './model.ts';

/** Pages and height of a b-tree. */
export function btreeSize(facts: IndexFacts): Omit<IndexSize, 'assumed'> {
  const rows = Math.round(facts.tableRows * facts.share);
  if (rows < 1) return { pages: 1, level: 0, rows: 0 };
  const prefixes = groupsOfPrefixes(facts);
  const filled = leavesOf(facts, prefixes.at(-1)!, rows);
  const leaves = Math.max(1, Math.ceil(filled.leaves - 1e-6));
  const { entries } = filled;
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
