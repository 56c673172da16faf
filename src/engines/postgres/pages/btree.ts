/** Pages of a b-tree without entries, from its metapage down to one leaf: the planner sees the height, and scans find nothing. */
import { addItem, emptyPage, headerBytes, pageBytes } from './page.ts';

/** `BTREE_MAGIC` and the version that PostgreSQL 12 and later write. */
const magic = 0x05_31_62;
const version = 4;

/** Bytes of `BTMetaPageData` and of `BTPageOpaqueData`. */
const metaBytes = 48;
const opaqueBytes = 16;

const flags = { leaf: 1, root: 2, meta: 8 } as const;

/** Bit of an index tuple whose row address holds something else, and its length: a pointer without a key. */
const alternativeTid = 0x20_00;
const downlinkBytes = 8;

/** Levels above the leaves that no real tree reaches: a page points at two others at least, and blocks are counted in 32 bits. */
export const tallest = 31;

/** What the first page of a tree tells. */
export interface TreeTop {
  readonly level: number;
  /** Equal keys are equal bytes, so that duplicates may share an entry. */
  readonly allEqualImage: boolean;
  /** Entries of the only leaf, in the order of the index. */
  readonly leaf?: readonly Buffer[];
}

/** First pages of a tree: the metapage, then root, inner pages and one leaf, each pointing at the next; `level` + 2 of them. */
export function btreePages({ level, allEqualImage, leaf = [] }: TreeTop): Buffer {
  const path = Array.from({ length: level + 1 }, (_, depth) => treePage(level - depth, depth));
  for (const entry of leaf) addItem(path.at(-1)!, entry);
  return Buffer.concat([metapage(level, allEqualImage), ...path]);
}

/** Whether duplicates share entries in the tree that begins with this page; undefined when it is no metapage. */
export function allEqualImageOf(page: Buffer): boolean | undefined {
  if (page.length < headerBytes + metaBytes || page.readUInt32LE(headerBytes) !== magic) return undefined;
  return page[headerBytes + 40] === 1;
}

/** Levels above the leaves of the tree that begins with this page; undefined when it is no metapage or the tree has no root. */
export function levelOfTree(page: Buffer): number | undefined {
  if (allEqualImageOf(page) === undefined || page.readUInt32LE(headerBytes + 8) === 0) return undefined;
  return page.readUInt32LE(headerBytes + 12);
}

function metapage(level: number, allEqualImage: boolean): Buffer {
  const page = emptyPage(metaBytes, opaqueBytes);
  [magic, version, 1, level, 1, level, 0].forEach((value, i) =>
    page.writeUInt32LE(value, headerBytes + 4 * i),
  );
  // Rows that the last cleanup counted; -1 is "never", as a new index has it.
  page.writeDoubleLE(-1, headerBytes + 32);
  page[headerBytes + 40] = allEqualImage ? 1 : 0;
  page.writeUInt16LE(flags.meta, pageBytes - 4);
  return page;
}

function treePage(level: number, depth: number): Buffer {
  const page = emptyPage(0, opaqueBytes);
  page.writeUInt32LE(level, pageBytes - 8);
  page.writeUInt16LE((level === 0 ? flags.leaf : 0) | (depth === 0 ? flags.root : 0), pageBytes - 4);
  if (level > 0) {
    const downlink = Buffer.alloc(downlinkBytes);
    const child = depth + 2;
    downlink.writeUInt16LE(child >>> 16, 0);
    downlink.writeUInt16LE(child & 0xffff, 2);
    downlink.writeUInt16LE(downlinkBytes | alternativeTid, 6);
    addItem(page, downlink);
  }
  return page;
}
