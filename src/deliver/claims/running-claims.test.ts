import { beforeAll, expect, test } from 'vitest';
import { catalogOf, column, table } from '../../../test/support/catalog.ts';
import type { Catalog } from '../../catalog/model.ts';
import { postgres } from '../../engines/postgres/index.ts';
import type { Compatibility, Limit } from '../../task/model.ts';
import type { Outcome } from '../model.ts';
import { compatibilityClaim, limitClaim } from './running-claims.ts';

beforeAll(() => postgres.grammar.ready());

const before = catalogOf([table('users', [column('id')]), table('orders', [column('id')])]);
const place = { line: 1, column: 1 };
const limit = (more: Partial<Limit>): Limit => ({ id: 'B1', says: 'limit', place, ...more }) as Limit;
const compat = { id: 'K1', says: 'keeps working', place, workload: 'current' } as Compatibility;
const rate = { perSecond: 1, peakPerSecond: 1 };
const query = (name: string, sql: string) => ({ name, sql, rate, params: {} });

interface Parts {
  readonly rehearsal?: Record<string, unknown>;
  readonly lockTimeoutMs?: number;
  readonly after?: Catalog;
}

function outcome({ rehearsal = {}, lockTimeoutMs = 250, after = before }: Parts): Outcome {
  return {
    engine: postgres,
    before,
    volumes: [],
    workload: { source: 'test', queries: [query('user', 'SELECT * FROM users')] },
    planned: {
      after,
      change: { phases: [{ steps: [{ sql: 'ALTER TABLE users ADD x int', lockTimeoutMs }] }] },
    },
    rehearsal: { statements: [], compatibility: [], ...rehearsal },
  } as unknown as Outcome;
}

const locked = {
  sql: 'ALTER TABLE users ADD x int',
  locks: [{ relation: 'public.users', mode: 'ACCESS EXCLUSIVE' }],
  rewrites: [],
  scans: [],
  at: 0,
  ms: 5,
};
const load = (more: Record<string, unknown>): Record<string, unknown> => ({
  stalls: [],
  timedOut: 0,
  failed: 0,
  readerMs: 500,
  readerTables: ['public.users'],
  assumed: false,
  excluded: [],
  during: {
    queries: [
      { name: 'user', completed: 9 },
      { name: 'order', completed: 9 },
    ],
  },
  raised: [],
  ...more,
});

test('a limit that names nothing is not proven', () => {
  expect(limitClaim(outcome({}), limit({})).verdict).toBe('not-proven');
});

test('each step must give up its wait for a lock in time, and have run beside a load', () => {
  const asked = limit({ lockWaitMs: 1000 });
  expect(limitClaim(outcome({ lockTimeoutMs: 2000 }), asked).verdict).toBe('missed');
  expect(limitClaim(outcome({ lockTimeoutMs: 0 }), asked).verdict).toBe('missed');
  expect(limitClaim(outcome({}), asked).verdict).toBe('not-proven');
  expect(limitClaim(outcome({ rehearsal: { loadedStatements: [] } }), asked).verdict).toBe('proven');
});

test('the worst of several answers decides', () => {
  const rehearsal = { statements: [{ ...locked, rewrites: ['public.users'] }], loadedStatements: [] };
  const claim = limitClaim(outcome({ rehearsal }), limit({ lockWaitMs: 1000, rewrite: 'never' }));
  expect(claim).toMatchObject({ verdict: 'missed', because: 'public.users is written anew.' });
});

test('nobody who could wait proves no wait, unless the change itself was shorter than the limit', () => {
  const slow = { ...locked, ms: 900 };
  const seen = (statement: typeof locked, underLoad: Record<string, unknown>): string =>
    limitClaim(
      outcome({ rehearsal: { statements: [statement], loadedStatements: [statement], underLoad } }),
      limit({ blockedMs: 500 }),
    ).verdict;
  const elsewhere = load({ stalls: [{ query: 'order', ms: 3, at: 1 }] });
  expect(seen(slow, elsewhere)).toBe('not-proven');
  expect(seen(slow, load({ stalls: [{ query: 'user', ms: 3, at: 1 }] }))).toBe('proven');
  expect(seen(locked, elsewhere)).toBe('proven');
  expect(seen(locked, load({ readerTables: ['public.orders'] }))).toBe('not-proven');
  expect(seen(locked, load({ assumed: true, stalls: [{ query: 'user', ms: 3, at: 1 }] }))).toBe('not-proven');
  expect(seen(locked, load({ stalls: [{ query: 'user', ms: 700, at: 1 }] }))).toBe('missed');
});

test('queries that did not run in every mode, and altered tables that none uses, prove no compatibility', () => {
  const run = (mode: string): unknown => ({ query: 'user', phase: '1 expand', mode, ok: true });
  const all = ['simple', 'extended', 'prepared before'].map(run);
  const claim = (compatibility: unknown, after = before) =>
    compatibilityClaim(outcome({ rehearsal: { compatibility }, after }), compat);
  expect(claim(all).verdict).toBe('proven');
  expect(claim(all.slice(1))).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('user') as string,
  });
  expect(claim([]).verdict).toBe('not-proven');
  const altered = catalogOf([before.tables[0]!, table('orders', [column('id'), column('more')])]);
  expect(claim(all, altered)).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('public.orders') as string,
  });
});

test('row security that comes over a table of the running application proves no compatibility', () => {
  const runs = ['simple', 'extended', 'prepared before'].map((mode) => ({
    query: 'user',
    phase: '1 expand',
    mode,
    ok: true,
  }));
  const [users, orders] = before.tables;
  const claim = (guarded: Catalog['tables']) =>
    compatibilityClaim(outcome({ rehearsal: { compatibility: runs }, after: catalogOf(guarded) }), compat);
  expect(claim([{ ...users!, rowSecurity: 'forced' }, orders!])).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('public.users') as string,
  });
  expect(claim([users!, { ...orders!, rowSecurity: 'forced' }]).verdict).toBe('proven');
});
