import { expect, test } from 'vitest';
import type { BenchFigures } from '../../workload/bench/model.ts';
import { benchClaims, unrunClaims } from './bench-report.ts';

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

test.each<readonly [Partial<BenchFigures>, string, RegExp]>([
  [{ timedOut: 40, completed: 360 }, 'missed', /40 of 400 were not/],
  [{ failed: 21, completed: 379 }, 'missed', /21 of 400 were not/],
  [{ timedOut: 1, completed: 399 }, 'not-proven', /1 of 400 were not/],
  [{ offered: 20 }, 'not-proven', /10 calls a second were answered of 20/],
  [{ offered: 10.5 }, 'proven', /^p95 is 30/],
])('calls without an answer are no fast ones: %j', (more, verdict, because) => {
  const [claim] = benchClaims({
    loop: 'open',
    seconds: 40,
    figures: [{ ...figures(20, 40), ...more }],
    clientLimited: false,
  });
  expect(claim).toMatchObject({ verdict, because: expect.stringMatching(because) as string });
});

test('a target whose query did not run is not proven, and a closed loop is named', () => {
  const excluded = [
    { name: 'pay', reason: 'it writes' },
    { name: 'free', reason: 'it writes' },
  ];
  expect(unrunClaims(excluded, new Map([['pay', 50]]), 'closed')).toMatchObject([
    {
      id: 'pay',
      verdict: 'not-proven',
      says: 'pay answers within 50 ms at p95 in a closed loop, on this target',
      because: 'It was not run: it writes.',
    },
  ]);
});
