import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrayItems, readArray, writeArray, type Item } from './array-literal.ts';

test.each<[string, readonly Item[]]>([
  ['{}', []],
  ['{a,NULL,"NULL"}', ['a', null, 'NULL']],
  [String.raw`{"a \"b\" \\ c",""}`, [String.raw`a "b" \ c`, '']],
  [
    '{{1,2},{3,4}}',
    [
      ['1', '2'],
      ['3', '4'],
    ],
  ],
  ['[0:1]={x,y}', ['x', 'y']],
  ['{"{1,2}","[a,b)"}', ['{1,2}', '[a,b)']],
  ['{2024-01-01 00:00:00,ünïcode}', ['2024-01-01 00:00:00', 'ünïcode']],
])('%s', (text, items) => {
  expect(readArray(text)).toEqual(items);
});

test('what is written is read back', () => {
  const { items } = fc.letrec<{ item: Item; items: readonly Item[] }>((tie) => ({
    item: fc.oneof({ maxDepth: 3 }, fc.string({ unit: 'grapheme' }), fc.constant(null), tie('items')),
    items: fc.array(tie('item'), { maxLength: 5 }),
  }));
  fc.assert(
    fc.property(items, (value) => {
      expect(readArray(writeArray(value))).toEqual(value);
    }),
  );
});

test.each(['', 'a', '{a', 'a}', '{a}}', '{"a}', '{a,}', '{,a}', '{}{}', '{'.repeat(100_000), '{{a}b}'])(
  '%.20s is no array',
  (text) => {
    expect(readArray(text)).toBeUndefined();
  },
);

test('items of arrays within arrays stay text', () => {
  const list = ['a', null, 'NULL', '', 'b,c', '{d}', 'e"f', String.raw`g\h`, ' i '];
  expect(arrayItems(writeArray(list))).toEqual(list);
  expect(arrayItems('{{1,2},{3,4}}')).toEqual(['{1,2}', '{3,4}']);
  expect([arrayItems('{}'), arrayItems('')]).toEqual([[], []]);
  expect(writeArray([1, 2.5, 10n ** 20n])).toBe('{1,2.5,100000000000000000000}');
});
