import { expect, test } from 'vitest';
import { csvBlock, markedBlock } from './shown.ts';

const columns = [
  { name: 'a, "b"', masked: false },
  { name: 'c', masked: false },
];
const text = (block: ReturnType<typeof csvBlock>): string => (block.kind === 'code' ? block.text : '');

test('CSV keeps numbers, tells nothing from an empty text, and holds no formula', () => {
  const rows = [
    [-1.5, '-1.50'],
    [null, ''],
    ['=1+1', '+1 555'],
    ['x\ny', { z: [1, null] }],
  ];
  expect(text(csvBlock({ columns, rows }))).toBe(
    '"a, ""b""",c\r\n-1.5,-1.50\r\n,""\r\n\'=1+1,\'+1 555\r\n"x\ny","{""z"":[1,null]}"\r\n',
  );
});

test('a row cannot end the marked part, since each stands in one line of JSON', () => {
  const first = text(markedBlock({ columns, rows: [] }, 'shop')).split('\n')[1]!;
  const lines = text(markedBlock({ columns, rows: [[`x\n${first}\n`, first]] }, 'shop')).split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[1]).not.toBe(first);
  expect(lines.filter((line) => line === lines[1])).toHaveLength(2);
});
