/** Places of rows as the server computes them: one to one, there and back, and with as many children as were dealt out. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { childOf } from '../../src/twin/sampled/child-of.ts';
import { layChildren } from '../../src/twin/sampled/children.ts';
import { cross } from '../../src/twin/sampled/crossed.ts';
import { startLets } from '../../src/twin/sampled/lets.ts';
import { farApart } from '../../src/twin/sampled/apart.ts';
import { mixedUp, partlyInOrder } from '../../src/twin/sampled/order.ts';
import { testDatabase } from '../support/database.ts';

let session: Session;

beforeAll(async () => {
  session = await postgres.connect((await testDatabase()).ownerUrl);
});

afterAll(() => session.close());

const lets = startLets();
const spread = (n: string, seed: number, below: number): string => postgres.fill.spread(n, seed, below);

/** Values of expressions over `n` from 1 to `count`, as numbers. */
async function evaluated(
  expressions: Readonly<Record<string, string>>,
  count: number,
): Promise<readonly Readonly<Record<string, number>>[]> {
  const list = Object.entries(expressions);
  const from = postgres.fill.staged(
    `generate_series(1::bigint, ${count}::bigint) AS g(n)`,
    lets.stages(list.map(([, expression]) => expression)),
  );
  const { rows } = await session.query<Record<string, number>>(
    `SELECT ${list.map(([name, expression]) => `(${expression})::int AS ${name}`).join(', ')} FROM ${from} ORDER BY n`,
  );
  return rows;
}

test.each([1, 2, 7, 63, 64, 65, 100, 1000, 4099, 20_011])(
  '%i numbers have a place each, there and back',
  async (count) => {
    const options = { count, seed: count + 5, lets, spread };
    for (const order of [
      mixedUp(options),
      farApart({ ...options, run: 1, block: 1 }) ?? mixedUp(options),
      partlyInOrder(options, 0.6),
      partlyInOrder(options, -0.3),
    ]) {
      const there = order.at('(n - 1)');
      const rows = await evaluated({ there, back: order.back(there) }, count);
      expect(new Set(rows.map((row) => row['there'])).size).toBe(count);
      expect(Math.max(...rows.map((row) => row['there']!))).toBe(count - 1);
      expect(rows.every((row, i) => row['back'] === i)).toBe(true);
    }
  },
);

test.each([
  { count: 5462, run: 15, block: 42 },
  { count: 5462, run: 20, block: 60 },
  { count: 1009, run: 7, block: 20 },
  { count: 20_011, run: 40, block: 90 },
])(
  'of $count numbers, no run of $run meets a block of $block places twice',
  async ({ count, run, block }) => {
    const order = farApart({ count, run, block, seed: 3, lets, spread })!;
    const rows = await evaluated({ there: order.at('(n - 1)') }, count);
    let nearest = count;
    for (let start = 0; start < count; start += run) {
      const places = rows.slice(start, start + run).map((row) => row['there']!);
      places.sort((x, y) => x - y);
      places.slice(1).forEach((place, i) => (nearest = Math.min(nearest, place - places[i]!)));
    }
    expect(nearest).toBeGreaterThanOrEqual(block);
    // Nothing is promised where there is no room.
    expect(farApart({ count, run: count, block, seed: 3, lets, spread })).toBeUndefined();
    expect(farApart({ count, run, block: count, seed: 3, lets, spread })).toBeUndefined();
  },
);

test('numbers in no order have no pattern, and columns of one table none together', async () => {
  const count = 3750;
  const [a, b] = [11, 12].map((seed) => mixedUp({ count, seed, lets, spread }).at('(n - 1)'));
  const rows = await evaluated({ n: '(n - 1)', a: a!, b: b! }, count);
  const correlation = (x: string, y: string): number => {
    const middle = (count - 1) / 2;
    const sum = rows.reduce((all, row) => all + (row[x]! - middle) * (row[y]! - middle), 0);
    return sum / ((count * (count ** 2 - 1)) / 12);
  };
  for (const [x, y] of [
    ['n', 'a'],
    ['n', 'b'],
    ['a', 'b'],
  ] as const)
    expect(Math.abs(correlation(x, y))).toBeLessThan(0.06);
  // Tenths of the one against tenths of the other: each of a hundred fields has about as many rows.
  const fields = new Map<string, number>();
  for (const row of rows) {
    const field = `${Math.floor((row['a']! * 10) / count)} ${Math.floor((row['b']! * 10) / count)}`;
    fields.set(field, (fields.get(field) ?? 0) + 1);
  }
  expect(fields.size).toBe(100);
  expect(Math.max(...fields.values())).toBeLessThan(80);
});

const skewed = [
  { children: 0, parents: 2900 },
  { children: 1, parents: 1700 },
  { children: 3, parents: 900 },
  { children: 40, parents: 7 },
  { children: 700, parents: 1 },
];
const all = skewed.reduce((sum, one) => sum + one.children * one.parents, 0);

test('children are dealt out exactly, the named parents first', async () => {
  const laid = layChildren({
    parents: 5508,
    children: all,
    histogram: skewed,
    known: [4000, 17, 3],
    seed: 3,
  });
  const child = childOf(laid, '(n - 1)', lets);
  const rows = await evaluated({ parent: child.parent, sibling: child.sibling }, all);
  const families = new Map<number, number[]>();
  for (const row of rows)
    families.set(row['parent']!, [...(families.get(row['parent']!) ?? []), row['sibling']!]);
  const counts = [...families.values()].map((family) => family.length);
  for (const { children, parents } of skewed.slice(1))
    expect([children, counts.filter((one) => one === children).length]).toEqual([children, parents]);
  expect([4000, 17, 3].map((parent) => families.get(parent)!.length)).toEqual([700, 40, 40]);
  for (const family of families.values())
    expect(family.toSorted((a, b) => a - b)).toEqual(family.map((_, i) => i));
  expect(Math.max(...families.keys())).toBeLessThan(5508);
});

test('pairs with few parents on one side come once each, with both fan-outs', async () => {
  const first = layChildren({
    parents: 3000,
    children: 4900,
    histogram: [0, 1, 2, 3].map((children, i) => ({ children, parents: [500, 900, 800, 800][i]! })),
    known: [],
    seed: 4,
  });
  const second = layChildren({
    parents: 12,
    children: 4900,
    histogram: [
      { children: 1600, parents: 1 },
      { children: 600, parents: 4 },
      { children: 128, parents: 5 },
      { children: 130, parents: 2 },
    ],
    known: [],
    seed: 5,
  });
  const pair = cross(first, second, 6)!;
  const child = childOf(first, '(n - 1)', lets);
  const rows = await evaluated({ a: child.parent, b: pair(child, lets) }, 4900);
  expect(new Set(rows.map((row) => `${row['a']} ${row['b']}`)).size).toBe(4900);
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row['b']!, (counts.get(row['b']!) ?? 0) + 1);
  expect([...counts.values()].toSorted((x, y) => y - x)).toEqual([
    1600, 600, 600, 600, 600, 130, 130, 128, 128, 128, 128, 128,
  ]);
  // A second parent that more rows name than there are first parents cannot be.
  const tooMany = layChildren({
    parents: 2,
    children: 4900,
    histogram: [{ children: 2450, parents: 2 }],
    known: [],
    seed: 5,
  });
  expect(cross(first, tooMany, 6)).toBeUndefined();
});
