/** Figures of a BRIN index's first page that nobody may look into: they follow from its table's length. */
import type { RelationFigures, Snapshot } from '../../../engine/snapshot/model.ts';
import { pageBytes } from '../pages/page.ts';
import { lengthOf } from './figures.ts';
import { indexesOf, keyOf } from './indexes.ts';

/** Pages that one entry stands for when nobody says so (`BRIN_DEFAULT_PAGES_PER_RANGE`). */
const usualRange = 128;

/** Entries of a page of the map (`REVMAP_PAGE_MAXITEMS`). */
const entriesOfMapPage = 1360;

/** Tells the figures of a BRIN index. */
export function brinFiguresOf(
  snapshot: Snapshot,
): (index: RelationFigures) => { readonly pagesPerRange: number; readonly lastMapPage: number } {
  const indexes = indexesOf(snapshot.catalog);
  const relations = new Map(snapshot.relations.map((one) => [keyOf(one), one]));
  return (index) => {
    const option = /\bpages_per_range\s*=\s*'?(\d+)/.exec(indexes.get(keyOf(index))?.definition ?? '');
    const pagesPerRange = option ? Number(option[1]) : usualRange;
    const table = index.table && relations.get(keyOf(index.table));
    const ranges = Math.ceil((table ? lengthOf(table) / pageBytes : 0) / pagesPerRange);
    return { pagesPerRange, lastMapPage: Math.max(1, Math.ceil(ranges / entriesOfMapPage)) };
  };
}
