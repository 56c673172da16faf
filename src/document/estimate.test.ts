import { expect, test } from 'vitest';
import { estimate, productionMs, risksOf, type EstimateFacts } from './estimate.ts';

const calm: EstimateFacts = {
  title: 'T-1',
  files: 2,
  steps: 5,
  upMs: 100,
  downMs: 50,
  growing: [],
  worstStallMs: 10,
  blockedMs: 500,
  rewrites: 0,
  destructive: [],
  preconditions: 0,
  roundTrip: 'proven',
  open: [],
  missed: [],
  assumptions: 0,
};

test('a calm change has low risks only', () => {
  expect(new Set(risksOf(calm).map(({ level }) => level))).toEqual(new Set(['low']));
});

test.each([
  ['a wait above the limit', { worstStallMs: 900 }],
  ['a rewrite', { rewrites: 1 }],
  ['a loss', { destructive: ['users.email is dropped'] }],
  ['a way back that failed', { roundTrip: 'missed' }],
  ['a requirement that is missed', { missed: ['Q1'] }],
] satisfies readonly (readonly [string, Partial<EstimateFacts>])[])(
  '%s is a high risk, first',
  (_, facts) => {
    expect(risksOf({ ...calm, ...facts })[0]!.level).toBe('high');
  },
);

test('what was not run is never a low risk', () => {
  const { worstStallMs: _, ...rest } = calm;
  const risks = risksOf({ ...rest, roundTrip: 'not-proven' });
  expect(risks.map(({ level, basis }) => `${level} ${basis}`)).toEqual(['medium assumed', 'medium assumed']);
});

test('time at production rows grows with the rows of the steps that read them, and says when that is carried far', () => {
  const growing = [{ step: '3', ms: 40, rows: 1000, productionRows: 5000 }];
  expect(productionMs({ ...calm, growing })).toEqual({ ms: 260, sound: true });
  const far = [{ step: '3', ms: 40, rows: 1000, productionRows: 50_000 }];
  expect(productionMs({ ...calm, growing: far })?.sound).toBe(false);
  expect(estimate({ ...calm, growing: far })).toContain('or more: carried further than ten times');
});
