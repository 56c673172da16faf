import { expect, test } from 'vitest';
import type { LoadResult, QueryFigures } from '../workload/model.ts';
import { newFailures, overlapping, stallsOf, statementStallsOf } from './stalls.ts';

function figures(
  name: string,
  calls: readonly (readonly [at: number, ms: number])[],
  errors: Record<string, number> = {},
): QueryFigures {
  return {
    name,
    scheduled: calls.length,
    completed: calls.length,
    failed: 0,
    timedOut: 0,
    states: {},
    errors,
    calls: calls.map(([at, ms]) => ({ at, ms, ok: true })),
  };
}

const load = (...queries: readonly QueryFigures[]): LoadResult => ({ durationMs: 1000, queries });

const beside = {
  baseline: load(figures('a', [[0, 5]]), figures('b', [[0, 9]])),
  during: load(
    figures('a', [
      [0, 900],
      [1450, 40],
      [1600, 300],
    ]),
    figures('b', [[1550, 8]]),
    figures('c', [[10, 1]]),
  ),
  startedAt: 10_000,
  action: { from: 11_400, to: 12_000 },
  spans: [
    { label: 'first', from: 11_400, to: 11_650 },
    { label: 'second', from: 11_650, to: 12_000 },
  ],
};

test('the longest call beside the action counts, named by the statement it shares most time with', () => {
  expect(stallsOf(beside)).toEqual([
    { query: 'a', ms: 300, at: 200, during: 'second' },
    { query: 'b', ms: 8, at: 150 },
  ]);
});

test('each statement is told the longest call that it held up', () => {
  expect(statementStallsOf(beside)).toEqual([
    { query: 'a', ms: 40, at: 50, during: 'first' },
    { query: 'a', ms: 300, at: 200, during: 'second' },
  ]);
});

test('nothing overlaps outside the spans', () => {
  expect(overlapping([{ label: 'x', from: 0, to: 10 }], 10, 20)).toBeUndefined();
});

test('a failure that was there before the change is not blamed on it', () => {
  expect(
    newFailures(
      load(figures('a', [], { old: 3 })),
      load(figures('a', [], { old: 5, new: 2 }), figures('b', [], { old: 1 })),
    ),
  ).toBe(3);
});
