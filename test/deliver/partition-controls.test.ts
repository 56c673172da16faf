import { expect, test } from 'vitest';
import { claimsOf } from './board.ts';

const current = 'CREATE TABLE devices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);';
const block = `
entities:
  E1 Reading:
    partition: { by: recorded_at, every: month, ahead: 1 }
    fields: { recorded_at: { type: instant, required: true, default: now }, value: { type: int, required: true } }
  E2 DayTotal:
    key: [day]
    fields: { day: { type: date, required: true }, n: { type: bigint, required: true } }
    derived: { from: E1, by: { day: "(recorded_at AT TIME ZONE 'UTC')::date" }, set: { n: count }, keep: on-write, on_source_delete: keep }
lifecycle:
  C1: { of: E1, keep: 60 days, then: delete }`;
const rows = `INSERT INTO readings (value, recorded_at) SELECT n, now() - n * interval '1 hour' FROM generate_series(1, 1400) AS n`;

/** The maintenance with another ending. */
const maintenance = (body: string): string =>
  `CREATE OR REPLACE FUNCTION readings_partitions(ahead integer DEFAULT 1) RETURNS TABLE (partition text, done text) LANGUAGE plpgsql AS $$ BEGIN ${body} END $$`;

const verdicts = async (spoil: string, filled = rows) => {
  const claims = await claimsOf({ block, current, rows: filled, spoil });
  return { C1: claims.get('C1')!, E1: claims.get('E1')! };
};

test('whole partitions go, and the summary keeps counting what they held', async () => {
  const { C1, E1 } = await verdicts('');
  expect([C1.verdict, C1.because, E1.verdict]).toEqual([
    'proven',
    expect.stringContaining('one month longer'),
    'proven',
  ]);
  const told = C1.evidence.map(({ text }) => text).join('\n');
  expect(told).toContain('24 rows were moved to a partition of the past; the calls removed 24 of 1.4k rows');
  expect(told).toContain('ACCESS EXCLUSIVE on public.readings');
  expect(told).toContain('kept: it is in use, call again');
  expect(told).toMatch(/day_totals: \d+ rows, values unchanged/);
  expect(E1.evidence.map(({ text }) => text).join('\n')).toContain(
    '3 missing partitions: 3 made; a call right after found 0 to do',
  );
});

test.each([
  [
    'does nothing',
    maintenance('RETURN;'),
    /^0 rows went, 24 were due, and 24 that are old enough stayed/,
    /concurrent calls made 0/,
  ],
  [
    'takes young rows along',
    maintenance(
      `DELETE FROM readings WHERE recorded_at < now() - interval '20 days'; partition := 'x'; done := 'made'; RETURN NEXT;`,
    ),
    /rows went, 24 were due/,
    /did something again/,
  ],
  ['fails', maintenance(`RAISE EXCEPTION 'no';`), /failed: no/, /failed: no/],
])('a maintenance that %s is seen', async (_name, spoil, lifecycle, entity) => {
  const { C1, E1 } = await verdicts(spoil);
  expect([C1.verdict, E1.verdict]).toEqual(['missed', 'missed']);
  expect(C1.because).toMatch(lifecycle);
  expect(E1.because).toMatch(entity);
});

const withOld = `
CREATE TABLE readings_2020_01 PARTITION OF readings FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z');
INSERT INTO readings (value, recorded_at) SELECT n, '2020-01-02Z' FROM generate_series(1, 100) AS n;
${rows}`;

test('rows that are old enough before the first call are due, too', async () => {
  const { C1 } = await verdicts('', withOld);
  expect([C1.verdict, C1.because]).toEqual(['proven', expect.stringContaining('one month longer')]);
  expect(C1.evidence[0]!.text).toContain(
    '24 rows were moved to a partition of the past, 100 were old enough already',
  );
});

test('young rows that go with them are seen', async () => {
  const spoil = maintenance(
    `DELETE FROM readings WHERE recorded_at < now() - interval '50 days'; partition := 'x'; done := 'made'; RETURN NEXT;`,
  );
  const { C1 } = await verdicts(spoil, withOld);
  expect([C1.verdict, C1.because]).toEqual(['missed', expect.stringMatching(/rows went, 12\d were due/)]);
});
