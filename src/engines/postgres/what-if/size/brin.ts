/** Size of a BRIN index. */
import { headerBytes, pageBytes } from '../../pages/page.ts';
import { aligned } from './entry.ts';
import type { IndexFacts, IndexSize } from './model.ts';

const usualPagesPerRange = 128;
const specialBytes = 8;
const pointerBytes = 4;
const addressBytes = 6;
const headBytes = 8;

/** Ranges that a page of the map holds. */
const rangesPerMapPage = Math.floor((pageBytes - headerBytes - specialBytes) / addressBytes);

/** Pages of an index whose entries hold the least and the greatest value per column. */
export function brinSize(facts: IndexFacts): Omit<IndexSize, 'assumed'> {
  const pagesPerRange = facts.pagesPerRange ?? usualPagesPerRange;
  const ranges = Math.max(1, Math.ceil(facts.tablePages / pagesPerRange));
  let data = 0;
  for (const { length, align, width } of facts.keys)
    for (let value = 0; value < 2; value += 1) {
      if (length > 0) data = Math.ceil(data / align) * align;
      data += width;
    }
  const entry = aligned(headBytes + data) + pointerBytes;
  const entries = Math.ceil(ranges / Math.floor((pageBytes - headerBytes - specialBytes) / entry));
  const map = Math.ceil(ranges / rangesPerMapPage);
  return {
    pages: 1 + map + entries,
    rows: Math.round(facts.tableRows * facts.share),
    meta: { pagesPerRange, lastMapPage: map },
  };
}
