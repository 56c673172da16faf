/** First page of a BRIN index. */
import { emptyPage, headerBytes, pageBytes } from './page.ts';

const magic = 0xa8_10_9c_fa;
const version = 1;

/** Bytes of `BrinMetaPageData` and of `BrinSpecialSpace`, and the mark of a metapage. */
const metaBytes = 16;
const specialBytes = 8;
const metapage = 0xf0_91;

/** Figures of the metapage. */
export interface BrinFigures {
  readonly pagesPerRange: number;
  readonly lastMapPage: number;
}

/** The metapage; the zero pages behind it read as ranges without a summary. */
export function brinPages({ pagesPerRange, lastMapPage }: BrinFigures): Buffer {
  const page = emptyPage(metaBytes, specialBytes);
  [magic, version, pagesPerRange, lastMapPage].forEach((value, i) =>
    page.writeUInt32LE(value, headerBytes + 4 * i),
  );
  page.writeUInt16LE(metapage, pageBytes - 2);
  return page;
}
