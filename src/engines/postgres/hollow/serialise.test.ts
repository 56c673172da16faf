import { describe, expect, test } from 'vitest';
import { arrayElements } from './array-elements.ts';
import { leafEntry } from './leaf-entry.ts';
import { commonBytes, dependencyBytes, distinctBytes } from './serialise.ts';

describe('statistics over several columns', () => {
  test('of distinct groups are numbers of columns with a count', () => {
    const bytes = distinctBytes('{"1, 2": 1000, "1, -1": 7}')!;
    expect(bytes.readUInt32LE(0)).toBe(0xa3_52_bf_a4);
    expect([bytes.readUInt32LE(4), bytes.readUInt32LE(8)]).toEqual([1, 2]);
    expect(bytes.readDoubleLE(12)).toBe(1000);
    expect([bytes.readInt32LE(20), bytes.readInt16LE(24), bytes.readInt16LE(26)]).toEqual([2, 1, 2]);
    expect(bytes.readInt16LE(28 + 12 + 2)).toBe(-1);
    expect(bytes.length).toBe(12 + 2 * 16);
  });

  test('of dependencies are the columns on both sides with a degree', () => {
    const bytes = dependencyBytes('{"1, 3 => 2": 0.250000}')!;
    expect(bytes.readDoubleLE(12)).toBe(0.25);
    expect([0, 1, 2, 3].map((i) => bytes.readInt16LE(20 + 2 * i))).toEqual([3, 1, 3, 2]);
  });

  test('in another form are nothing', () => {
    for (const text of [
      '',
      '{',
      '[]',
      '{}',
      '{"a": 1}',
      '{"1, 2": "x"}',
      '{"1 => 2": null}',
      '{"1; DROP": 1}',
    ])
      expect([distinctBytes(text), dependencyBytes(text)], text).toEqual([undefined, undefined]);
    expect(dependencyBytes('{"1, 2": 3}')).toBeUndefined();
  });

  test('of common combinations hold each value once', () => {
    const value = (text: string): Buffer => Buffer.from(text);
    const bytes = commonBytes(
      [
        { type: 25, length: -1, byValue: false, values: [value('a'), value('bc'), value('a'), undefined] },
        { type: 23, length: 4, byValue: true, values: [1, 1, 2, 2].map((n) => Buffer.of(n, 0, 0, 0)) },
      ],
      [0.4, 0.3, 0.2, 0.1],
      [0.04, 0.03, 0.02, 0.01],
    );
    const dimensions = 12 + 2 + 8;
    expect([0, 4, 8, 12].map((at) => bytes.readInt32LE(dimensions + at))).toEqual([2, 11, 16, -1]);
    expect([0, 4, 8, 12].map((at) => bytes.readInt32LE(dimensions + 20 + at))).toEqual([2, 8, 0, 4]);
    const items = dimensions + 40 + 11 + 8;
    expect(bytes.length).toBe(items + 4 * (2 + 16 + 4));
    const last = items + 3 * 22;
    expect([bytes[last], bytes[last + 1], bytes.readDoubleLE(last + 2)]).toEqual([1, 0, 0.1]);
    expect([bytes.readUInt16LE(last + 18), bytes.readUInt16LE(last + 20)]).toEqual([0, 1]);
  });
});

/** An array of texts without its length word: `{a,NULL,bcde}`. */
const texts = Buffer.from(
  [
    '01000000', // dimensions
    '1c000000', // where values begin, the length word counted
    '19000000', // type
    '03000000', // values
    '01000000', // lower bound
    '05000000', // map of nulls
    '14000000', // length of five bytes, shifted by two bits
    '61000000',
    '20000000',
    '62636465',
  ].join(''),
  'hex',
);

describe('elements of an array', () => {
  test('of varying length are read one by one, nulls left out', () => {
    const bytes = Buffer.from(texts);
    bytes.writeInt32LE(28, 4);
    expect(
      arrayElements(bytes, { length: -1, byValue: false, align: 'i' }).map((one) => one?.toString()),
    ).toEqual(['a', undefined, 'bcde']);
  });

  test('of no dimension are none', () => {
    expect(arrayElements(Buffer.alloc(12), { length: 4, byValue: true, align: 'i' })).toEqual([]);
  });
});

describe('an entry of a tree', () => {
  test('has its value behind the header, and a map of nulls where there are more parts', () => {
    const number = { length: 4, byValue: true, align: 'i' };
    const single = leafEntry(Buffer.of(7, 0, 0, 0), number, 1, 2);
    expect([single.length, single.readUInt16LE(4), single.readUInt16LE(6), single.readInt32LE(8)]).toEqual([
      16, 2, 16, 7,
    ]);
    const several = leafEntry(Buffer.of(7, 0, 0, 0), number, 3, 1);
    expect([several.length, several.readUInt16LE(6), several[8], several.readInt32LE(16)]).toEqual([
      24,
      24 | 0x80_00,
      1,
      7,
    ]);
  });

  test('has the length of a text in one byte where that is enough', () => {
    const text = { length: -1, byValue: false, align: 'i' };
    expect(leafEntry(Buffer.from('abc'), text, 1, 1).subarray(8, 12)).toEqual(Buffer.of(9, 97, 98, 99));
    const long = leafEntry(Buffer.alloc(126, 'x'), text, 1, 1);
    expect([long.readUInt32LE(8), long.readUInt16LE(6)]).toEqual([130 << 2, 144 | 0x40_00]);
  });
});
