import { beforeAll, expect, test } from 'vitest';
import { catalogOf, column, table } from '../../../test/support/catalog.ts';
import { postgres } from '../../engines/postgres/index.ts';
import type { Claim, ClaimVerdict } from '../../report/model.ts';
import type { Contribution } from '../deliverables/model.ts';
import type { Outcome } from '../model.ts';
import { allClaims } from './all-claims.ts';

beforeAll(() => postgres.grammar.ready());

const place = { line: 1, column: 1 };
const empty = {
  entities: [],
  relations: [],
  rules: [],
  routines: [],
  access: [],
  volumes: [],
  lifecycle: [],
  privacy: [],
  limits: [],
  compat: [],
  acceptance: [],
};
const p1 = { id: 'P1', says: 'private', of: 'users.email', class: 'personal', readers: [], place };

function claimsOf(
  requirements: Record<string, unknown>,
  contributions: readonly Contribution[] = [],
  more: Partial<Outcome> = {},
): ReadonlyMap<string, Claim> {
  const before = catalogOf([table('users', [column('id'), column('email')])]);
  const outcome = {
    engine: postgres,
    before,
    task: { requirements: { ...empty, ...requirements } },
    planned: { after: before, change: { phases: [] }, design: { tables: new Map(), nevers: [] } },
    rehearsal: { statements: [], compatibility: [] },
    observed: { readers: new Map(), races: new Map() },
    tuned: { kept: [], rejected: [], queries: [{ claim: 'A1' }], limits: [] },
    access: [],
    volumes: [],
    sentences: [],
    ...more,
  } as unknown as Outcome;
  return new Map(allClaims(outcome, contributions).map((one) => [one.id, one]));
}
const tried = (verdict: ClaimVerdict): Claim => ({
  id: 'P1',
  kind: 'privacy',
  says: 'private',
  verdict,
  because: 'tried',
  evidence: [],
});

test.each<readonly [string, ClaimVerdict | undefined, ClaimVerdict, ClaimVerdict]>([
  ['seeds that show a masked value', 'missed', 'proven', 'missed'],
  ['seeds that were left out', undefined, 'proven', 'not-proven'],
  ['seeds that hide it', 'proven', 'proven', 'proven'],
  ['seeds that hide what roles may read', 'proven', 'missed', 'missed'],
  ['seeds that hide what was not tried', 'proven', 'not-proven', 'not-proven'],
])('a mask needs both its readers and its seeds: %s', (_case, seeds, roles, verdict) => {
  const made: Contribution[] = [
    { claims: [tried(roles)] },
    ...(seeds ? [{ masks: { P1: { verdict: seeds, because: 'of the seeds' } } }] : []),
  ];
  const claims = claimsOf({ privacy: [{ ...p1, mask: 'email' }] }, made);
  expect(claims.get('P1')?.verdict).toBe(verdict);
  expect(claims.get('security')?.verdict).toBe(verdict);
});

test('tenants that nobody became are not proven, and no word is missing from the report', () => {
  const tenancy = { model: 'shared', of: 'users' };
  expect(claimsOf({ tenancy }).get('tenancy')).toMatchObject({ kind: 'tenancy', verdict: 'not-proven' });
  const claim: Claim = { ...tried('proven'), id: 'tenancy', kind: 'tenancy' };
  expect(claimsOf({ tenancy }, [{ claims: [claim] }]).get('tenancy')?.verdict).toBe('proven');
  expect(claimsOf({}).has('tenancy')).toBe(false);
});

test('a line of the checklist takes the worst of what bears on it', () => {
  const contributions: Contribution[] = [
    { checklist: { security: { verdict: 'proven', because: 'roles' } } },
    { checklist: { security: { verdict: 'missed', because: 'tenants' } } },
    { checklist: { seeds: { verdict: 'proven', because: 'loaded' } } },
  ];
  const claims = claimsOf({}, contributions);
  expect(claims.get('security')).toMatchObject({ verdict: 'missed', because: 'roles; tenants.' });
  expect(claims.get('seeds')?.verdict).toBe('proven');
  expect(claims.get('backup')?.verdict).toBe('not-proven');
});

test.each<readonly [Record<string, unknown>, ClaimVerdict, string]>([
  [{}, 'proven', '0 indexes kept'],
  [{ A2: { says: 'the newest first' } }, 'not-proven', 'A2 has no query yet'],
  [{ A2: { sql: 'SELECT 2' } }, 'not-proven', 'A2 could not be planned'],
])('indexes are proven for patterns that were planned: %j', (more, verdict, because) => {
  const rate = { kind: 'declared', value: { perSecond: 1, peakPerSecond: 1 } };
  const access = Object.entries({ A1: { sql: 'SELECT 1' }, ...more }).map(([id, one]) => ({
    id,
    place,
    says: id,
    rate,
    params: {},
    ...(one as object),
  }));
  expect(claimsOf({ access }).get('indexes')).toMatchObject({
    verdict,
    because: expect.stringContaining(because) as string,
  });
});

test.each<readonly [number, ClaimVerdict]>([
  [100, 'proven'],
  [99, 'not-proven'],
])('indexes that were chosen on %i of 1,000 rows are %s', (atRows, verdict) => {
  const rate = { kind: 'declared', value: { perSecond: 1, peakPerSecond: 1 } };
  const access = [{ id: 'A1', place, says: 'A1', rate, params: {}, sql: 'SELECT 1' }];
  const result = {
    claim: 'A1',
    verdict: 'proven',
    because: '',
    sizes: [],
    plan: [],
    atRows,
    declaredRows: 1000,
  };
  const claims = claimsOf({ access }, [], { access: [result] as unknown as Outcome['access'] });
  expect(claims.get('indexes')?.verdict).toBe(verdict);
});
