import { expect, test } from 'vitest';
import { advise, capacityPlan, fewestRows, perRow, rowsAt, type TableCapacity } from './capacity.ts';

const events: TableCapacity = {
  name: 'events',
  measuredRows: 100_000,
  heapPerRow: 100,
  indexes: [{ name: 'events_pkey', perRow: 40 }],
  now: 0,
  perDay: 1_000_000,
  horizon: 365_000_000,
  horizonDays: 365,
  basis: 'declared',
  partitioned: false,
};
const gigabyte = 1024 ** 3;

test('a table that outgrows memory is told with the day', () => {
  const [one] = advise([events], gigabyte);
  // 200 bytes a row at 70 % fill: 5.4 M rows, in the sixth day.
  expect(perRow(events)).toBe(140);
  expect(one).toMatchObject({ table: 'events', inDays: 6 });
});

test('nothing is asked of a table that retention keeps below memory, that is partitioned, or that was not measured', () => {
  expect(advise([{ ...events, perDay: 1000, keepDays: 30, horizon: 30_000 }], gigabyte)).toEqual([]);
  expect(advise([{ ...events, partitioned: true }], gigabyte)).toEqual([]);
  expect(advise([{ ...events, measuredRows: fewestRows - 1 }], gigabyte)).toEqual([]);
});

test('a purge that removes much of a large table by DELETE asks for partitions', () => {
  expect(advise([{ ...events, perDay: 100_000, keepDays: 40, horizon: 4_000_000 }], gigabyte)).toEqual([
    expect.objectContaining({ table: 'events', text: expect.stringContaining('75 % of the table') }),
  ]);
});

test('rows stop growing where retention holds them', () => {
  expect(rowsAt({ ...events, keepDays: 10, horizon: 10_000_000 }, 5)).toBe(5_000_000);
  expect(rowsAt({ ...events, keepDays: 10, horizon: 10_000_000 }, 100)).toBe(10_000_000);
});

test('the plan shows no size that was not measured', () => {
  const text = capacityPlan([{ ...events, measuredRows: 12 }], { title: 'T|1', where: 'twin' });
  expect(text).toContain('| events | 12 | too few rows |');
  expect(text).toContain('| not measured |');
  expect(text).toContain('T\\|1');
});
