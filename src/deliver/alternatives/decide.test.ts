import { expect, test } from 'vitest';
import { readTask } from '../../task/task.ts';
import { blocksOf, findingsOf } from './blocks.ts';
import { decide, standing } from './decide.ts';
import type { Beside, Measured, Middle, Seen, Variant } from './model.ts';

const middle = (low: number, value: number, high: number): Middle => ({ low, value, high, n: 60 });
const pattern = (claim: string, low: number, high: number, more: Partial<Measured> = {}): Measured => ({
  claim,
  says: claim,
  write: false,
  ms: middle(low, (low + high) / 2, high),
  floor: middle(low * 0.9, low * 0.95, high * 0.9),
  buffers: 4,
  perSecond: 10,
  rateAssumed: false,
  cut: 0,
  ...more,
});
const seen = (name: string, patterns: readonly Measured[], more: Partial<Seen> = {}): Seen => ({
  name,
  patterns,
  unable: new Map(),
  chores: [],
  tableBytes: 1000,
  indexBytes: 1000,
  indexes: [],
  ...more,
});
const variant: Variant = {
  kind: 'summary',
  about: 'days',
  chosen: 'on write',
  name: 'on a schedule',
  task: readTask({ text: '# T-1 A\n\ntext' }),
  lines: 'E2 Day: derived: { keep: on-schedule }',
  price: 'figures are older',
};
const beside = (other: Seen, more: Partial<Beside> = {}): Beside => ({
  variant,
  seen: other,
  sameness: new Map(),
  ...more,
});

test('figures differ only where the intervals of the median and of the lower quartile are apart', () => {
  const one = pattern('Q1', 1, 2);
  expect(standing(one, pattern('Q1', 3, 4))).toBe('slower');
  expect(standing(one, pattern('Q1', 0.1, 0.2))).toBe('faster');
  expect(standing(one, pattern('Q1', 1.9, 4))).toBe('alike');
  expect(standing(one, pattern('Q1', 3, 4, { floor: middle(0.9, 1, 1.1) }))).toBe('alike');
  expect(standing(one, pattern('Q1', 0.1, 0.2, { ms: middle(0.1, 0.2, Number.POSITIVE_INFINITY) }))).toBe(
    'alike',
  );
});

test('the same figures are no difference, and swapping the designs turns the verdict', () => {
  const slow = seen('on write', [pattern('Q1', 10, 12), pattern('Q2', 1, 1.1)]);
  const fast = seen('on a schedule', [pattern('Q1', 1, 1.2), pattern('Q2', 1, 1.1)]);
  expect(decide(slow, beside({ ...slow, name: 'on a schedule' }))).toMatchObject({
    verdict: 'alike',
    sentence: expect.stringMatching(/^No difference measured;/),
  });
  const better = decide(slow, beside(fast));
  expect(better.verdict).toBe('better');
  expect(better.sentence).toMatch(
    /^on a schedule is better; Q1: on a schedule 10 × faster \(1.1 ms against 11 ms\); .* figures are older\.$/,
  );
  expect(decide(fast, beside(slow))).toMatchObject({
    verdict: 'kept',
    sentence: expect.stringMatching(/^Kept: on a schedule; Q1: on a schedule 10 × faster/),
  });
});

test('one call that becomes much slower keeps a lesser work of the day from being called better', () => {
  const chosen = seen('on write', [pattern('Q1', 10, 12), pattern('Q2', 0.1, 0.11)]);
  const other = seen('on a schedule', [pattern('Q1', 1, 1.2), pattern('Q2', 1, 1.1)]);
  expect(decide(chosen, beside(other)).verdict).toBe('less');
});

test('work beside the calls counts for the day', () => {
  const chosen = seen('on write', [pattern('Q1', 1, 1.1)]);
  const chore = { text: 'refresh', ms: 5_000, walBytes: 0, perDay: 1440 };
  const other = seen('on a schedule', [pattern('Q1', 1, 1.1)], { chores: [chore] });
  expect(decide(chosen, beside(other)).verdict).toBe('kept');
});

test('other answers, or none in common, are no verdict', () => {
  const chosen = seen('on write', [pattern('Q1', 10, 12)]);
  const other = seen('on a schedule', [pattern('Q1', 1, 1.2)]);
  const different = beside(other, {
    sameness: new Map([['Q1', { kind: 'different', because: '3 of 4 rows differ' }]]),
  });
  expect(decide(chosen, different)).toEqual({
    verdict: 'open',
    sentence: 'No verdict: Q1 is not answered alike by on a schedule.',
  });
  expect(decide(chosen, beside(seen('on a schedule', [])))).toMatchObject({ verdict: 'open' });
});

test('a table with a column per design, a chart, and a finding only for what is clearly better', () => {
  const chosen = seen('on write', [
    pattern('Q1', 10, 12),
    pattern('Q2', 1, 1.1, { write: true, walBytes: 2048 }),
  ]);
  const other = seen(
    'on a schedule',
    [pattern('Q1', 1, 1.2), pattern('Q2', 1, 1.1, { write: true, walBytes: 1024 })],
    {
      chores: [{ text: 'refresh', ms: 5, walBytes: 100, perDay: 1 }],
    },
  );
  const comparison = {
    kind: 'summary',
    about: 'days',
    chosen,
    others: [beside(other, { sameness: new Map([['Q1', { kind: 'same', calls: 5, rows: 40 }]]) })],
    rows: 5000,
  };
  const [text, table, bars] = blocksOf(comparison);
  expect(text).toMatchObject({ kind: 'text', text: expect.stringContaining('on a schedule is better') });
  expect(table).toMatchObject({
    kind: 'table',
    columns: [{ title: 'measure' }, { title: 'on write (chosen)' }, { title: 'on a schedule' }],
    note: expect.stringMatching(
      /^Measured at 5k rows of the new tables, not at the declared volume: .* on a schedule returned the same rows for Q1\.$/,
    ),
  });
  const rows = table!.kind === 'table' ? table!.rows : [];
  expect(rows.map(([label]) => label)).toEqual([
    'Q1 read',
    'Q1 pages per call',
    'Q2 write',
    'Q2 pages per call',
    'Q2 WAL per call',
    'refresh',
    'refresh: WAL',
    'tables',
    'indexes',
    'work per day, derived',
  ]);
  expect(rows[0]![2]).toEqual({ text: '1.1 ms (1 ms – 1.2 ms)', tone: 'good' });
  expect(rows[2]![2]).toBe('1.1 ms (1 ms – 1.1 ms)');
  expect(rows[5]).toEqual(['refresh', '–', '5 ms']);
  expect(bars).toMatchObject({
    kind: 'bars',
    unit: 'ms',
    bars: [{ label: 'Q1 on write', after: 11 }, { label: 'Q1 on a schedule' }, {}, {}],
  });
  expect(findingsOf(comparison)).toMatchObject([
    { rule: 'alternative-summary', severity: 'info', place: 'days', instead: variant.lines },
  ]);
  expect(findingsOf({ ...comparison, chosen: other, others: [beside(chosen)] })).toEqual([]);
});
