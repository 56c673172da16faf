/** Old rows that are archived or anonymised, and what a broken purge is found out by. */
import { expect, test } from 'vitest';
import type { Claim } from '../../src/report/model.ts';
import { claimsOf } from './board.ts';

const block = (then: string): string => `
entities:
  E1 Visit: { fields: { email: { type: email, required: true }, phone: { type: text }, kind: { type: text }, created_at: { type: instant, required: true, default: now } } }
lifecycle:
  C1: { of: E1, keep: 30 days, then: ${then}, hold: "kind = 'evidence'" }
privacy:
  P1: { of: E1.email, class: personal, mask: email }
  P2: { of: E1.phone, class: personal }`;
const rows = `INSERT INTO visits (email, phone, kind, created_at)
  SELECT 'u' || n || '@b.c', CASE WHEN n % 3 > 0 THEN '0' || n END, CASE WHEN n % 10 = 0 THEN 'evidence' END, now() - n * interval '7 hours' FROM generate_series(1, 300) AS n`;
const one = async (then: string, spoil = ''): Promise<Claim> =>
  (await claimsOf({ block: block(then), current: '', rows, spoil, only: 'C1' })).get('C1')!;

test.each([
  ['delete', 'removed'],
  ['archive', 'moved'],
  ['anonymise', 'anonymised'],
])('%s is proven, with holds and a batch that was rolled back', async (then, word) => {
  const claim = await one(then);
  expect([claim.verdict, claim.because]).toEqual(['proven', expect.stringContaining('not held back')]);
  const said = claim.evidence.map(({ text }) => text).join('\n');
  expect(said).toContain(` ${word} in 1 batch`);
  expect(said).toMatch(/A batch that was rolled back left every row as it was/);
  expect(said).toMatch(/102 rows were not old enough; 0 of them (went|changed)/);
  expect(said).toMatch(/20 rows were old and held back by kind = 'evidence'; 0 of them changed/);
  if (then === 'archive')
    expect(said).toMatch(/0 not as they were, 0 in both tables; 300 in both together, 300 before/);
});

const trigger = (table: string, when: string, body: string): string =>
  `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN ${body} END $f$; CREATE TRIGGER spoil ${when} ON ${table} FOR EACH ROW EXECUTE FUNCTION spoil()`;

test.each([
  [
    'a moved row is lost',
    'archive',
    'were lost',
    trigger('visits_archive', 'BEFORE INSERT', 'IF NEW.id % 7 = 0 THEN RETURN NULL; END IF; RETURN NEW;'),
  ],
  [
    'a moved row changes',
    'archive',
    'not as they were',
    trigger('visits_archive', 'BEFORE INSERT', `NEW.phone := 'x'; RETURN NEW;`),
  ],
  [
    'a moved row stays',
    'archive',
    'visits_archive_pkey',
    trigger(
      'visits',
      'AFTER DELETE',
      'INSERT INTO visits OVERRIDING SYSTEM VALUE SELECT OLD.*; RETURN NULL;',
    ),
  ],
  [
    'a value stays',
    'anonymise',
    'stayed as they were',
    trigger('visits', 'BEFORE UPDATE', 'NEW.email := OLD.email; RETURN NEW;'),
  ],
  [
    'a row escapes',
    'anonymise',
    'stayed as they were',
    trigger(
      'visits',
      'BEFORE UPDATE',
      'IF NEW.id % 11 = 0 THEN NEW.email := OLD.email; NEW.phone := OLD.phone; END IF; RETURN NEW;',
    ),
  ],
  [
    'a young row is taken along',
    'delete',
    'not old enough were touched',
    trigger(
      'visits',
      'AFTER DELETE',
      `DELETE FROM visits WHERE id = (SELECT min(id) FROM visits WHERE kind IS NULL AND created_at > now() - interval '20 days'); RETURN NULL;`,
    ),
  ],
  [
    'a young row is anonymised',
    'anonymise',
    'not old enough were touched',
    trigger(
      'visits',
      'AFTER UPDATE',
      `IF pg_trigger_depth() = 1 THEN UPDATE visits SET phone = clock_timestamp()::text WHERE created_at > now() - interval '20 days'; END IF; RETURN NULL;`,
    ),
  ],
  [
    'a held row is taken along',
    'delete',
    'held back were touched',
    trigger(
      'visits',
      'AFTER DELETE',
      `DELETE FROM visits WHERE id = (SELECT min(id) FROM visits WHERE kind = 'evidence' AND created_at < now() - interval '40 days'); RETURN NULL;`,
    ),
  ],
])('%s', async (_fault, then, because, spoil) => {
  const claim = await one(then, spoil);
  expect(claim).toMatchObject({ verdict: 'missed', because: expect.stringContaining(because) as string });
});

const versions = `
entities:
  E1 Rate: { key: [kind], history: temporal, fields: { kind: { type: text, required: true }, percent: { type: int }, created_at: { type: instant, required: true, default: now } } }
lifecycle:
  C1: { of: E1, keep: 30 days, then: delete }`;
// All were written long ago; of each kind one version has ended, and one is valid.
const versionRows = `INSERT INTO rates (kind, percent, created_at, valid)
  SELECT 'k' || n, side, now() - interval '900 days', CASE side WHEN 1 THEN tstzrange(now() - interval '900 days', now() - n * interval '1 day') ELSE tstzrange(now() - n * interval '1 day', NULL) END
  FROM generate_series(1, 60) AS n, generate_series(1, 2) AS side`;

test.each([
  ['ended versions go by their end, and what is valid stays', '', 'proven', 'until no row was old enough'],
  [
    'a version that is valid now is taken along',
    trigger(
      'rates',
      'AFTER DELETE',
      `DELETE FROM rates WHERE kind = OLD.kind AND valid @> now(); RETURN NULL;`,
    ),
    'missed',
    'not old enough were touched',
  ],
  [
    'an ended version stays',
    trigger('rates', 'BEFORE DELETE', `IF OLD.kind = 'k45' THEN RETURN NULL; END IF; RETURN OLD;`),
    'missed',
    'stayed',
  ],
])('of a temporal entity: %s', async (_what, spoil, verdict, because) => {
  const claims = await claimsOf({ block: versions, current: '', rows: versionRows, spoil, only: 'C1' });
  const claim = claims.get('C1')!;
  expect([claim.verdict, claim.because]).toEqual([verdict, expect.stringContaining(because)]);
});
