/** Advice beside published rules on one small database: estimated costs and numbers of calls, no times. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { contest, type Contest, type Contestant, type Entry } from '../bench/tune/contest.ts';
import { ours } from '../bench/tune/ours.ts';
import { rivals } from '../bench/tune/rivals/all.ts';
import { extend } from '../bench/tune/rivals/extend.ts';
import { filledShape, type Filled } from '../bench/tune/shapes.ts';

/** A tenth of the tables' bytes. */
const share = 0.1;

/** The choice that was made, which the next one loses the best index of. */
let chosen: Awaited<ReturnType<Contestant['choose']>>;
const remembered: Contestant = {
  ...ours,
  async choose(input) {
    chosen = await ours.choose(input);
    return chosen;
  },
};
const forgetful: Contestant = {
  name: 'without its best index',
  choose: () => Promise.resolve({ ...chosen, set: chosen.set.slice(1) }),
};

let sandbox: Sandbox;
let filled: Filled;
let found: Contest;

beforeAll(async () => {
  sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  const whole = await filledShape(sandbox, 'orders', 6000);
  // Every second statement is enough to tell them apart.
  filled = { ...whole, queries: whole.queries.filter((_, i) => i % 2 === 0) };
  found = await contest(filled, [share], rivals, [remembered, forgetful]);
});
afterAll(() => sandbox?.stop());

const entry = (name: string): Entry => found.entries.find((one) => one.name === name)!;

test('no rival has a set of a lower estimated cost within the same bytes', () => {
  for (const rival of rivals) {
    expect(entry(rival.name).bytes).toBeLessThanOrEqual(share * filled.dataBytes);
    expect(entry(ours.name).cost, rival.name).toBeLessThanOrEqual(entry(rival.name).cost);
  }
  expect(entry(extend.name).cost).toBeLessThan(0.7 * found.before);
  expect(entry(ours.name).bytes).toBeLessThanOrEqual(share * filled.dataBytes);
});

test('what a choice says of its cost is what the planner says of the whole set', () => {
  const { claim, plans, cost } = entry(ours.name);
  const sums = new Map<string, { cost: number; weight: number }>();
  for (const [i, { query, weight }] of found.cases.entries()) {
    const sum = sums.get(query) ?? { cost: 0, weight: 0 };
    sums.set(query, { cost: sum.cost + weight * plans[i]!.totalCost, weight: sum.weight + weight });
  }
  expect(claim!.after.size).toBe(filled.queries.length);
  for (const [query, after] of claim!.after) {
    const sum = sums.get(query)!;
    expect(after, query).toBeCloseTo(sum.cost / sum.weight, 1);
  }
  expect(claim!.gap).toBeLessThanOrEqual(0.05);
  expect(claim!.gap).toBeGreaterThanOrEqual(0);
  expect(cost).toBeGreaterThan(0);
});

test('a set that lost its best index is no longer as cheap', () => {
  expect(entry(forgetful.name).cost).toBeGreaterThan(1.01 * entry(ours.name).cost);
});

test('few plans are priced', () => {
  expect(entry(ours.name).calls).toBeGreaterThan(found.cases.length);
  expect(entry(ours.name).calls).toBeLessThan(entry(extend.name).calls);
});
