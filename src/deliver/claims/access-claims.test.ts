import { expect, test } from 'vitest';
import type { Access } from '../../task/model.ts';
import { accessClaim } from './access-claims.ts';
import type { Outcome } from '../model.ts';

const rate = { perSecond: 1, peakPerSecond: 1 };
const outcome = {
  access: [
    {
      claim: 'Q1',
      verdict: 'proven',
      because: 'fast',
      basis: 'measured',
      n: 80,
      atRows: 1,
      declaredRows: 1,
      plan: [],
      failed: 0,
      timedOut: 0,
      sizes: [],
    },
  ],
  tuned: { kept: [], rejected: [], queries: [], limits: [] },
} as unknown as Outcome;
const of = (given: Access['rate']): readonly string[] => {
  const { verdict, because } = accessClaim(outcome, {
    id: 'Q1',
    says: 'a query',
    sql: 'SELECT 1',
    rate: given,
    params: {},
  } as unknown as Access);
  return [verdict, because];
};

test('a verdict holds for the rate it was measured at', () => {
  expect(of({ kind: 'declared', value: rate })).toEqual(['proven', 'fast']);
  expect(of({ kind: 'assumed', value: rate })).toEqual(['proven', 'fast; the rate is only assumed']);
  expect(of({ kind: 'unknown' })).toEqual(['not-proven', 'fast, but how often it is called is unknown']);
});
