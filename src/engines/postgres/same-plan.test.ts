import { expect, test } from 'vitest';
import { comparePlans } from './same-plan.ts';

const facts = (plan: Record<string, unknown>) => ({
  totalCost: plan['Total Cost'] as number,
  nodes: [],
  indexes: [],
  tree: { Plan: plan },
});
const scan = {
  'Node Type': 'Index Scan',
  'Index Name': 'a_idx',
  'Relation Name': 'a',
  Alias: 'a',
  'Total Cost': 10,
};
const sort = { 'Node Type': 'Sort', 'Sort Key': ['x'], 'Total Cost': 20, 'Plan Rows': 5, Plans: [scan] };

test('plans with other estimates are the same plan at another cost', () => {
  const other = { ...sort, 'Plan Rows': 9, 'Plan Width': 4, 'Total Cost': 25 };
  expect(comparePlans(facts(sort), facts(other))).toEqual({
    identical: true,
    costRatio: 1.25,
    differences: [],
  });
});

test('another key, index, input or condition is another plan, and the place is told', () => {
  const compared = (other: Record<string, unknown>) => comparePlans(facts(sort), facts(other)).differences;
  expect(compared({ ...sort, 'Sort Key': ['y'] })).toEqual(['Sort: Sort Key ["x"] → ["y"]']);
  expect(compared({ ...sort, Plans: [{ ...scan, 'Index Name': 'b_idx' }] })).toEqual([
    'Index Scan a_idx a a → Index Scan b_idx a a',
  ]);
  expect(compared({ ...sort, Plans: [] })).toEqual(['Sort: 1 → 0 inputs']);
  expect(compared({ ...sort, Plans: [{ ...scan, Filter: '(x > 1)' }] })).toEqual([
    'Index Scan a_idx a a: Filter nothing → "(x > 1)"',
  ]);
  expect(compared({ ...sort, Plans: [{ ...scan, 'Parallel Aware': true }] })).toHaveLength(1);
});

test('plans that cost nothing cost the same', () => {
  const free = { 'Node Type': 'Result', 'Total Cost': 0 };
  expect(comparePlans(facts(free), facts(free)).costRatio).toBe(1);
});
