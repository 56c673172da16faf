import { describe, expect, test } from 'vitest';
import { sizeOf } from './size.ts';
import { entryBytes } from './size/entry.ts';
import { cells, crossed, groupsOf, occupied } from './size/groups.ts';
import type { ColumnFacts, IndexFacts } from './size/model.ts';

const column = (more: Partial<ColumnFacts> = {}): ColumnFacts => ({
  length: 8,
  align: 8,
  width: 8,
  widths: [],
  bounds: [],
  nullFraction: 0,
  distinct: -1,
  common: [],
  ...more,
});

const index = (keys: readonly ColumnFacts[], more: Partial<IndexFacts> = {}): IndexFacts => ({
  method: 'btree',
  tableRows: 1_000_000,
  tablePages: 10_000,
  sampledRows: 30_000,
  share: 1,
  keys,
  included: [],
  shares: true,
  unique: false,
  distinctOfFirst: new Map(),
  ...more,
});

const text = { length: -1, align: 4 };

describe('an entry', () => {
  test('is rounded up to eight bytes, with bits for nulls where there are any', () => {
    expect(entryBytes([column()], [8])).toBe(16);
    expect(entryBytes([column({ length: 4, align: 4 })], [4])).toBe(16);
    expect(entryBytes([column(text)], [9])).toBe(24);
    expect(entryBytes([column(), column()], [8, undefined])).toBe(24);
    expect(entryBytes([column()], [undefined])).toBe(16);
  });

  test('moves values to their places, short texts not', () => {
    const small = column({ length: 2, align: 2 });
    expect(entryBytes([small, column()], [2, 8])).toBe(24);
    expect(entryBytes([small, column(text)], [2, 6])).toBe(16);
    expect(entryBytes([small, column(text)], [2, 200])).toBe(216);
  });
});

describe('a b-tree', () => {
  test('over a million different numbers has 2,745 pages in three levels', () => {
    expect(sizeOf(index([column()]))).toMatchObject({ pages: 2745, level: 2, rows: 1_000_000, assumed: [] });
  });

  test('over one value holds 1,188 rows a leaf', () => {
    const { pages } = sizeOf(index([column({ distinct: 1, common: [1] })]));
    expect(pages).toBe(1 + Math.ceil(1_000_000 / 1188) + 5 + 1);
  });

  test('shares entries only where it may, and is filled as it is told', () => {
    const few = [column({ distinct: 1000 })];
    const shared = sizeOf(index(few)).pages;
    expect(shared).toBeLessThan(0.4 * sizeOf(index(few, { shares: false })).pages);
    // Bounds between equal keys carry the address of a row, so that inner pages are a few more.
    expect(sizeOf(index(few, { shares: false })).pages).toBe(2749);
    expect(sizeOf(index([column()], { fillFactor: 50 })).pages).toBeGreaterThan(1.7 * 2745);
  });

  test('is smaller for rows that its condition leaves out, and nothing without rows', () => {
    expect(sizeOf(index([column()], { share: 0.1 })).pages).toBe(276);
    expect(sizeOf(index([column()], { tableRows: 0 }))).toMatchObject({ pages: 1, level: 0, rows: 0 });
    expect(sizeOf(index([column()], { tableRows: 1 }))).toMatchObject({ pages: 2, level: 0 });
  });

  test('gives the same figures each time', () => {
    const facts = index([column({ ...text, width: 20, widths: [4, 30, 26], distinct: -0.3 })]);
    expect(sizeOf(facts)).toEqual(sizeOf(facts));
  });
});

describe('groups of equal keys', () => {
  test('follow the common values, the nulls and the rest', () => {
    const groups = groupsOf(column({ nullFraction: 0.2, common: [0.3, 0.1], distinct: 12 }), {
      rows: 100_000,
      sampled: 30_000,
    });
    expect(groups.reduce((sum, { keys, share }) => sum + keys * share, 0)).toBeCloseTo(1, 6);
    expect(groups).toContainEqual({ keys: 1, share: 0.3, nulls: 0 });
    expect(groups).toContainEqual({ keys: 1, share: 0.2, nulls: 1 });
    expect(groups.find(({ keys }) => keys > 5)!.keys).toBeCloseTo(10, 3);
  });

  test('of keys that rows have at random are more than a sample makes the server think', () => {
    const counted = { rows: 200_000, sampled: 30_000 };
    // A column of 30,000 values at random: ANALYZE says 27,500.
    expect(cells(27_500, 1, counted)).toBeGreaterThan(29_000);
    expect(cells(27_500, 1, counted)).toBeLessThan(31_000);
    expect(cells(50, 1, counted)).toBeCloseTo(50, 1);
    expect(cells(200_000, 1, counted)).toBeGreaterThan(1e8);
  });

  test('of two columns are all their combinations that rows happen to meet', () => {
    const one = groupsOf(column({ distinct: 1000 }), { rows: 10_000, sampled: 30_000 });
    const both = crossed(one, one, 1);
    expect(both.reduce((sum, { keys, share }) => sum + keys * share, 0)).toBeCloseTo(1, 6);
    expect(occupied(both, 10_000)).toBeLessThan(10_000);
    expect(occupied(both, 10_000)).toBeGreaterThan(9_900);
  });
});

test('a hash index has a power of two of buckets, or a quarter more, and pages for those that overflow', () => {
  const hash = (distinct: number, tableRows = 40_000): number =>
    sizeOf(index([column({ length: 4, align: 4, width: 4, distinct })], { method: 'hash', tableRows })).pages;
  expect(hash(-1)).toBe(258);
  expect(hash(1)).toBeGreaterThan(2 * hash(-1) - 258);
  expect(hash(-1, 10)).toBe(4);
});

test('BRIN has an entry for each range of pages', () => {
  const brin = (pagesPerRange: number): number =>
    sizeOf(index([column()], { method: 'brin', tablePages: 11_117, pagesPerRange })).pages;
  expect(brin(128)).toBe(3);
  expect(brin(1)).toBeGreaterThan(40);
});

test('GIN counts entries, and says what it assumes where statistics tell nothing of elements', () => {
  const known = sizeOf(
    index(
      [
        column({
          length: 4,
          align: 4,
          width: 4,
          elements: { common: [0.5, 0.25, 0.25], perRow: 1, width: 4 },
        }),
      ],
      {
        method: 'gin',
      },
    ),
  );
  expect(known).toMatchObject({ assumed: [], meta: { entries: 3, entryPages: 1 } });
  expect(known.meta!.dataPages! + 2).toBe(known.pages);
  expect(sizeOf(index([column(text)], { method: 'gin' })).assumed).toHaveLength(1);
  expect(sizeOf(index([column()], { method: 'gin', tableRows: 0 })).pages).toBe(2);
});
