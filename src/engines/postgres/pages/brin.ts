/** First page of a BRIN index. */
import { emptyPage, headerBytes, pageBytes } from './page.ts';

const magic = 0xa8_10_9c_fa;
const version = 1;

/** Bytes of `BrinMetaPageData` and of `BrinSpecialSpace`, and the mark of a metapage. */
const metaBytes = 16;
const specialBytes = 8;
const metapage = 0xf0_91;

/** Figures of the metapage, named as `brin_metapage_info` names them. */
export interface BrinFigures {
  readonly pagesperrange: number;
  readonly lastrevmappage: number;
}

/** The metapage; the zero pages behind it read as ranges without a summary. */
export function brinPages({ pagesperrange, lastrevmappage }: BrinFigures): Buffer {
  const page = emptyPage(metaBytes, specialBytes);
  [magic, version, pagesperrange, lastrevmappage].forEach((value, i) =>
    page.writeUInt32LE(value, headerBytes + 4 * i),
  );
  page.writeUInt16LE(metapage, pageBytes - 2);
  return page;
}
