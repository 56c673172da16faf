import { expect, test } from 'vitest';
import type { PlanFacts } from '../../engine/model.ts';
import { verdictOf } from './judged.ts';
import type { Rounds } from './rounds.ts';

const plan: PlanFacts = { totalCost: 1, nodes: [], indexes: [], tree: {} };

function seen(before: number, after: number, spread: number, more: Partial<Rounds> = {}): Rounds {
  const at = (ms: number) => ({ ms, low: ms / spread, high: ms * spread, n: 7 });
  const ratio = after / before;
  return {
    before: at(before),
    after: at(after),
    ratio: { value: ratio, low: ratio / spread, high: ratio * spread, n: 7 },
    sets: 1,
    comparison: { results: 'same' },
    plans: { before: [plan], after: [plan] },
    samePlan: false,
    ...more,
  };
}

test('a ratio counts when its interval leaves no doubt of the side', () => {
  expect(verdictOf(seen(10, 5, 1.1)).verdict).toBe('faster');
  expect(verdictOf(seen(10, 11, 1.02)).verdict).toBe('slower');
  expect(verdictOf(seen(10, 10.4, 1.02)).verdict).toBe('same');
  expect(verdictOf(seen(10, 20, 2.5)).verdict).toBe('same');
  expect(verdictOf(seen(10, 20, 2.5)).because).toContain('up to 5.00x cannot be ruled out');
  expect(verdictOf(seen(10, 5, 2.5)).verdict).toBe('same');
});

test('differences below what a client can see are none', () => {
  expect(verdictOf(seen(0.1, 0.14, 1.1)).verdict).toBe('same');
  expect(verdictOf(seen(0.1, 0.16, 1.1)).verdict).toBe('slower');
});

test('the same plan over the same pages is neither faster nor slower', () => {
  const alike = { samePlan: true, buffers: { before: 9, after: 9 } };
  expect(verdictOf(seen(10, 5, 1.1, alike)).verdict).toBe('same');
  expect(verdictOf(seen(5, 10, 1.1, alike)).verdict).toBe('same');
  expect(verdictOf(seen(5, 10, 1.1, { ...alike, buffers: { before: 3, after: 9 } })).verdict).toBe('slower');
  expect(verdictOf(seen(10, 5, 1.1, { ...alike, buffers: { before: 9, after: 3 } })).verdict).toBe('faster');
});

test('other rows and calls that never end prove nothing', () => {
  const differ = seen(10, 1, 1.1, { comparison: { results: 'differ', because: 'Other rows.' } });
  expect(verdictOf(differ)).toMatchObject({ verdict: 'not-proven' });
  const cut = { ms: 100, low: 100, high: 100, n: 7, atLeast: true };
  const ratio = { value: 1, low: 1, high: 1, n: 7 };
  expect(verdictOf(seen(1, 1, 1, { before: cut, after: cut, ratio })).verdict).toBe('not-proven');
  const ended = seen(100, 1, 1.1, { before: cut, comparison: { results: 'not-compared' } });
  expect(verdictOf(ended)).toMatchObject({
    verdict: 'faster',
    because: expect.stringContaining('more than 100 ms → 1 ms'),
  });
});
