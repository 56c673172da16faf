import { expect, test } from 'vitest';
import { claimsOf } from './board.ts';

const current =
  'CREATE TABLE devices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY); INSERT INTO devices SELECT FROM generate_series(1, 20);';
const block = `
entities:
  E1 Reading:
    fields: { recorded_at: { type: instant, required: true, default: now }, value: { type: int, required: true } }
  E2 DeviceDay:
    key: [device, day]
    fields: { day: { type: date, required: true }, n: { type: bigint, required: true }, total: { type: bigint, required: true }, highest: { type: int, required: true } }
    derived: { from: E1, by: { device: device, day: "(recorded_at AT TIME ZONE 'UTC')::date" }, set: { n: count, total: sum value, highest: max value }, keep: on-schedule, on_source_delete: subtract }
relations:
  L1: { from: E1, to: devices, name: device, required: true, on_delete: cascade }
  L2: { from: E2, to: devices, name: device, required: true, on_delete: cascade }`;
const rows = `INSERT INTO readings (device_id, value, recorded_at) SELECT 1 + n % 20, n, now() - n * interval '1 hour' FROM generate_series(1, 400) AS n`;

const claimOf = async (spoil: string) =>
  (await claimsOf({ block, current, rows, spoil, only: 'E2' })).get('E2')!;

test('a summary on a schedule equals a count from scratch after a refresh beside writers', async () => {
  const claim = await claimOf('');
  expect([claim.verdict, claim.because]).toEqual([
    'proven',
    expect.stringContaining('as old as the last one'),
  ]);
  expect(claim.evidence.map(({ text }) => text).join('\n')).toMatch(
    /[1-9]\d* deletes, [1-9]\d* refreshes; .* groups compared with a count from scratch, 0 differ/,
  );
});

test('the source may lie in partitions', async () => {
  const parted = block.replace(
    'E1 Reading:',
    'E1 Reading:\n    partition: { by: recorded_at, every: month, ahead: 1 }',
  );
  const kept = `${parted}\nlifecycle:\n  C1: { of: E1, keep: 60 days, then: delete }`;
  const claim = (await claimsOf({ block: kept, current, rows, only: 'E2' })).get('E2')!;
  expect([claim.verdict, claim.because]).toEqual(['proven', expect.stringContaining('a refresh')]);
});

test.each([
  [
    'a refresh that does nothing',
    `CREATE OR REPLACE FUNCTION device_days_refresh() RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'`,
  ],
  ['updates that nobody notes', 'DROP TRIGGER device_days_note_update ON readings'],
  [
    'notes that a second run of the refresh loses',
    `CREATE OR REPLACE FUNCTION device_days_refresh() RETURNS bigint LANGUAGE sql AS 'DELETE FROM device_days_changes; SELECT 0::bigint'`,
  ],
])('%s: the figures differ', async (_name, spoil) => {
  const claim = await claimOf(spoil);
  expect(claim.verdict).toBe('missed');
  expect(claim.because).toMatch(
    /after concurrent writes (?:\d+ of \d+ groups differ from a count from scratch|its refresh failed)/,
  );
});
