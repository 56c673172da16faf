/** Pages of a GIN index without entries: the metapage with the figures that the planner reads, and an empty root. */
import { emptyPage, headerBytes, noBlock, pageBytes } from './page.ts';

/** Bytes of `GinMetaPageData` and of `GinPageOpaqueData`; version of the metapage since PostgreSQL 9.4. */
const metaBytes = 56;
const opaqueBytes = 8;
const version = 2;

const flags = { leaf: 2, meta: 8 } as const;

/** Figures of the metapage. */
export interface GinFigures {
  readonly pendingPages?: number;
  readonly pendingRows?: number;
  readonly totalPages: number;
  readonly entryPages: number;
  readonly dataPages: number;
  readonly entries: number;
}

/** The first two pages of a GIN index. */
export function ginPages(figures: GinFigures): Buffer {
  const meta = emptyPage(metaBytes, opaqueBytes);
  meta.writeUInt32LE(noBlock, headerBytes);
  meta.writeUInt32LE(noBlock, headerBytes + 4);
  meta.writeUInt32LE(figures.pendingPages ?? 0, headerBytes + 12);
  meta.writeBigInt64LE(BigInt(figures.pendingRows ?? 0), headerBytes + 16);
  meta.writeUInt32LE(figures.totalPages, headerBytes + 24);
  meta.writeUInt32LE(figures.entryPages, headerBytes + 28);
  meta.writeUInt32LE(figures.dataPages, headerBytes + 32);
  meta.writeBigInt64LE(BigInt(figures.entries), headerBytes + 40);
  meta.writeInt32LE(version, headerBytes + 48);
  return Buffer.concat([marked(meta, flags.meta), marked(emptyPage(0, opaqueBytes), flags.leaf)]);
}

function marked(page: Buffer, flag: number): Buffer {
  page.writeUInt32LE(noBlock, pageBytes - opaqueBytes);
  page.writeUInt16LE(flag, pageBytes - 2);
  return page;
}
