import { describe, expect, test } from 'vitest';
import type { Proof, ProvenQuery } from '../../tune/proof/model.ts';
import type { Tuned } from './model.ts';
import { tuneReport } from './report.ts';

const query = (verdict: ProvenQuery['verdict']): ProvenQuery =>
  ({ name: 'q', kind: 'read', callsPerDay: 1, sets: 1, results: 'same', uses: [], verdict }) as never;
const proof: Proof = {
  indexes: [],
  drops: [],
  statistics: [
    { sql: 'CREATE STATISTICS s ON a, b FROM t', queries: [], candidate: { columns: ['a', 'b'] } } as never,
  ],
  queries: [query('faster')],
  withheld: [],
  compared: true,
  limits: [],
};
const choice = {
  create: [],
  drop: [],
  statistics: [{}],
  queries: [],
  bound: { before: 2, chosen: 1, calls: 1, says: 'The best.' },
  frontier: [],
  leftOut: [],
  limits: [],
};
/** A set that was built at production's size and held. */
const held = {
  snapshot: { source: { version: '18.4', database: 'd' } },
  title: 'd',
  work: { source: 'here', queries: [{ name: 'q', callsBasis: 'measured' }], unsupported: [], writes: [] },
  budgets: {},
  choice,
  proof,
  scale: 1,
  beyond: [],
  rewrites: [],
  loops: [],
  settings: { advised: [], withheld: [], fine: [], limits: [] },
  storage: { savings: [], bytes: 0, limits: [] },
  habits: [],
  limits: [],
} as unknown as Tuned;

const told = (change: object) => tuneReport({ ...held, ...change } as Tuned, 0);

test('a set that held at full size, beside figures of production, is proven', () => {
  expect(told({}).verdict).toBe('proven');
});

test('without a statement it says where they may come from', () => {
  const { headline, next } = told({
    work: { ...held.work, source: 'none: pg_stat_statements could not be read', queries: [] },
  });
  expect(headline).toBe('No statement to tune for: pg_stat_statements could not be read.');
  expect(next[0]!.command).toContain('--workload');
});

describe('it is not proven', () => {
  test.each([
    ['without a statement', { work: { ...held.work, queries: [] } }, 'No statement to tune for: here.'],
    ['when nothing was built', { proof: undefined }, 'nothing is proven'],
    ['when nothing was chosen', { choice: { ...choice, statistics: [] } }, 'Nothing to change'],
    ['when an idea was withheld', { proof: { ...proof, withheld: [{ what: 'i', because: 'no' }] } }, ''],
    [
      'when a query could not be run',
      { proof: { ...proof, queries: [query('faster'), query('not-proven')] } },
      '',
    ],
    ['when a query became slower', { proof: { ...proof, queries: [query('slower')] } }, ''],
    [
      'without figures of production, as for statements of a file',
      { proof: { ...proof, compared: false } },
      '',
    ],
    ['on a part of the rows', { scale: 0.2 }, ''],
  ])('%s', (_, change, headline) => {
    const report = told(change);
    expect(report.verdict).toBe('conditions');
    expect(report.headline).toContain(headline);
    expect(report.meta.limits.some((limit) => limit.startsWith('Not proven as a whole: '))).toBe(true);
  });
});
