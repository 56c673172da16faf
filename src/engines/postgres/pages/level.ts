/** Height of a b-tree that nobody may look into. */
import { headerBytes, pageBytes } from './page.ts';

/** Bytes at the end of a page of a tree, of an entry's pointer in the page's head, and of the first entry of an inner page, whose key is left out. */
const specialBytes = 16;
const pointerBytes = 4;
const keylessBytes = 8;

/** Bytes that a build leaves free on an inner page: 30 % (`BTREE_NONLEAF_FILLFACTOR` is 70). */
const innerFree = Math.floor((pageBytes * 30) / 100);

/** Bytes of entries, with their pointers, after which a build begins the next page of a tree; the page's upper bound has a pointer already. */
export function fullAt(freeBytes: number): number {
  return pageBytes - headerBytes - specialBytes - 2 * pointerBytes - freeBytes;
}

/** Entries of an inner page whose keys take so many bytes with their header. */
export function fanOut(pivotBytes: number): number {
  const room = fullAt(innerFree) - keylessBytes - pointerBytes;
  return Math.max(2, Math.floor(room / (pivotBytes + pointerBytes)) + 1);
}

/** Inner pages of each level above so many leaves, from the lowest to the root; its length is the level of the root. */
export function innerPages(leaves: number, pivotBytes: number): readonly number[] {
  const fan = fanOut(pivotBytes);
  const levels: number[] = [];
  for (let below = leaves; below > 1; below = levels.at(-1)!) levels.push(Math.ceil(below / fan));
  return levels;
}

/** Levels above the leaves of a b-tree of so many pages, its metapage included, whose keys take so many bytes (8 bytes of header and the aligned average width). */
export function levelOf(pages: number, pivotBytes: number): number {
  const total = (leaves: number): number =>
    1 + leaves + innerPages(leaves, pivotBytes).reduce((sum, level) => sum + level, 0);
  let least = 0;
  let most = Math.max(0, pages - 1);
  while (least < most) {
    const leaves = Math.ceil((least + most) / 2);
    if (total(leaves) <= pages) least = leaves;
    else most = leaves - 1;
  }
  return innerPages(least, pivotBytes).length;
}
