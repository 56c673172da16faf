import { expect, test } from 'vitest';
import type { BenchFigures } from '../../workload/bench/model.ts';
import { benchClaims } from './bench-report.ts';

const figures = (low: number, high: number): BenchFigures => ({
  name: 'orders',
  kind: 'read',
  target: 50,
  achieved: 10,
  completed: 400,
  failed: 0,
  timedOut: 0,
  states: {},
  messages: [],
  p95: { value: (low + high) / 2, low, high, n: 400 },
  buckets: [],
});

test.each([
  [20, 40, false, 'proven'],
  [20, 40, true, 'proven'],
  [40, 60, false, 'not-proven'],
  [60, 80, false, 'missed'],
  [60, 80, true, 'not-proven'],
])('p95 of %d to %d ms, our own process late: %s, is %s', (low, high, clientLimited, verdict) => {
  const [claim] = benchClaims({ loop: 'open', seconds: 10, figures: [figures(low, high)], clientLimited });
  expect(claim).toMatchObject({ verdict });
  expect(claim!.because.includes('fell behind')).toBe(clientLimited && verdict !== 'proven');
});
