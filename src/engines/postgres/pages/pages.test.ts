import {
  chownSync,
  mkdtempSync,
  openSync,
  readSync,
  closeSync,
  rmSync,
  statSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { brinPages } from './brin.ts';
import { allEqualImageOf, btreePages } from './btree.ts';
import { ginPages } from './gin.ts';
import { pageBytes } from './page.ts';
import { mostPages, segmentPages, stretch } from './stretch.ts';

const folder = mkdtempSync(join(tmpdir(), 'dbd-pages-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('pages of a tree', () => {
  test('are a metapage and one page per level, each pointing at the next', () => {
    const pages = btreePages({ level: 2, allEqualImage: true });
    expect(pages.length).toBe(4 * pageBytes);
    const at = (page: number, offset: number): number => pages.readUInt32LE(page * pageBytes + offset);
    expect([at(0, 32), at(0, 36)]).toEqual([1, 2]);
    expect([1, 2, 3].map((page) => at(page, pageBytes - 8))).toEqual([2, 1, 0]);
    expect([1, 2, 3].map((page) => at(page, pageBytes - 4))).toEqual([2, 0, 1]);
    const downlink = pages.readUInt16LE(pageBytes + 14);
    expect(pages.readUInt16LE(pageBytes + downlink + 2)).toBe(2);
  });

  test('tell whether duplicates share an entry, and nothing when they are no pages of a tree', () => {
    expect(allEqualImageOf(btreePages({ level: 0, allEqualImage: true }))).toBe(true);
    expect(allEqualImageOf(btreePages({ level: 0, allEqualImage: false }))).toBe(false);
    expect(allEqualImageOf(brinPages({ pagesPerRange: 128, lastMapPage: 1 }))).toBeUndefined();
    expect(allEqualImageOf(Buffer.alloc(0))).toBeUndefined();
  });

  test('of GIN hold figures beyond 32 bits', () => {
    const pages = ginPages({ totalPages: 9, entryPages: 5, dataPages: 3, entries: 5_000_000_000 });
    expect(pages.readBigInt64LE(24 + 40)).toBe(5_000_000_000n);
  });
});

describe('a stretched file', () => {
  const path = join(folder, '16400');
  const sizes = (): readonly number[] =>
    ['', '.1', '.2', '.3']
      .filter((part) => existsSync(path + part))
      .map((part) => statSync(path + part).size / pageBytes);

  test('has a segment per gigabyte, keeps what was in it and takes no room', () => {
    writeFileSync(path, btreePages({ level: 1, allEqualImage: true }));
    stretch(path, 2 * segmentPages + 7);
    expect(sizes()).toEqual([segmentPages, segmentPages, 7]);
    const head = Buffer.alloc(pageBytes);
    const file = openSync(path, 'r');
    readSync(file, head);
    closeSync(file);
    expect(allEqualImageOf(head)).toBe(true);
    expect(statSync(path).blocks * 512).toBeLessThan(10 * pageBytes);
    expect(statSync(`${path}.2`).blocks).toBe(0);
  }, 30_000);

  test('loses segments when it shrinks', () => {
    stretch(path, segmentPages);
    expect(sizes()).toEqual([segmentPages]);
    stretch(path, 3);
    expect(sizes()).toEqual([3]);
    stretch(path, 0);
    expect(sizes()).toEqual([0]);
  });

  test.skipIf(process.getuid?.() !== 0)('belongs to the owner of the first one', () => {
    chownSync(path, 65_534, 65_534);
    stretch(path, segmentPages + 1);
    expect(statSync(`${path}.1`).uid).toBe(65_534);
    expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
    stretch(path, 0);
  });

  test('of a length that no relation can have is refused', () => {
    for (const pages of [-1, 1.5, Number.NaN, mostPages + 1])
      expect(() => stretch(path, pages)).toThrow(expect.objectContaining({ code: 'twin.hollow' }));
    expect(sizes()).toEqual([0]);
  });
});
