/** A page as PostgreSQL 14 to 18 lay it out: header, contents, space of the access method at the end. */

/** Bytes of a page of every server that is packaged. */
export const pageBytes = 8192;

/** Bytes of the header; contents begin here (`PageHeaderData`). */
export const headerBytes = 24;

/** Version of the page layout since PostgreSQL 8.3. */
const layoutVersion = 4;

/** What the server writes for "no page". */
export const noBlock = 0xffff_ffff;

/** An empty page: contents of so many bytes count as used, and so many bytes at its end belong to the access method. */
export function emptyPage(contents: number, special: number): Buffer {
  const page = Buffer.alloc(pageBytes);
  page.writeUInt16LE(headerBytes + contents, 12);
  page.writeUInt16LE(pageBytes - special, 14);
  page.writeUInt16LE(pageBytes - special, 16);
  page.writeUInt16LE(pageBytes | layoutVersion, 18);
  return page;
}

/** Puts an item into an empty page and returns where it begins; its line pointer says that it is in use. */
export function addItem(page: Buffer, item: Buffer): number {
  const lower = page.readUInt16LE(12);
  const upper = page.readUInt16LE(14) - item.length;
  item.copy(page, upper);
  // Fifteen bits of offset, two of state (1: in use), fifteen of length.
  page.writeUInt32LE((upper | (1 << 15) | (item.length << 17)) >>> 0, lower);
  page.writeUInt16LE(lower + 4, 12);
  page.writeUInt16LE(upper, 14);
  return upper;
}

/** Items of a page that are in use, in the order of their line pointers. */
export function itemsOf(page: Buffer): readonly Buffer[] {
  if (page.length < pageBytes) return [];
  const items: Buffer[] = [];
  for (let pointer = headerBytes; pointer < page.readUInt16LE(12); pointer += 4) {
    const line = page.readUInt32LE(pointer);
    const offset = line & 0x7f_ff;
    if (((line >>> 15) & 3) === 1) items.push(page.subarray(offset, offset + (line >>> 17)));
  }
  return items;
}
