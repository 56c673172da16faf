import { expect, test } from 'vitest';
import { pair } from './calibrate.ts';
import { calibrationOf, lineOf, marksOf, passedBy } from './marked.ts';
import { leastBlocks, ratioOf, spreadOf } from './marks.ts';
import type { Mark, QueryFidelity, QueryReplay } from './model.ts';
import { latencyVerdictAllowed, usableFilled, usableHollow, whyNoLatencyVerdict } from './verdicts.ts';

const replay = (
  more: Partial<Record<'rows' | 'blocks' | 'ms', readonly [number, number]>>,
  scale = 1,
): QueryReplay => {
  const of = (name: 'rows' | 'blocks' | 'ms', least: number) =>
    pair(...((more[name] ?? [100, 100]) as [number, number]), scale, least);
  return {
    runs: 1,
    rows: of('rows', 1),
    blocks: of('blocks', leastBlocks),
    temp: of('ms', 1),
    ms: of('ms', 0.1),
  };
};
const query = (own: QueryReplay | undefined, calls = 1): QueryFidelity => ({
  name: 'q',
  calls,
  values: 'known',
  ...(own ? { replay: own } : {}),
  usable: own !== undefined && usableFilled(undefined, own).usable,
  because: 'so',
});
const none = { columns: 0, within: 0, beyond: [], notCompared: [] };

test('latencies are judged only where pages and time stay within 2x of production', () => {
  expect(latencyVerdictAllowed(query(replay({})))).toBe(true);
  expect(latencyVerdictAllowed(query(replay({ blocks: [100, 200], ms: [2, 1] })))).toBe(true);
  expect(latencyVerdictAllowed(query(replay({ blocks: [100, 201] })))).toBe(false);
  expect(latencyVerdictAllowed(query(replay({ blocks: [100, 49] })))).toBe(false);
  expect(whyNoLatencyVerdict(query(replay({ ms: [1, 2.1] })))).toMatch(/2\.1 ms here and 1 ms in production/);
  expect(latencyVerdictAllowed(query(undefined))).toBe(false);
  expect(latencyVerdictAllowed(undefined)).toBe(false);
});

test('at a smaller scale rows and pages may shrink with it, latencies still need the pages themselves', () => {
  const small = replay({ blocks: [1000, 120], rows: [1000, 100] }, 0.1);
  expect(small.blocks).toMatchObject({ ratio: 1, direct: 1000 / 120 });
  expect(usableFilled(undefined, small).usable).toBe(true);
  expect(latencyVerdictAllowed(query(small))).toBe(false);
  expect(replay({ rows: [1000, 20] }, 0.1).rows.ratio).toBe(5);
  expect(replay({ rows: [1000, 4000] }, 0.1).rows.ratio).toBe(4);
});

test('a few pages more or less are no difference', () => {
  expect(replay({ blocks: [3, 7] }).blocks.direct).toBe(1);
  expect(ratioOf(0, 0, 1)).toBe(1);
  expect(ratioOf(0, 5, 1)).toBe(5);
});

test('a query of a hollow twin needs the same plan at the same cost', () => {
  const plan = { identical: true, costRatio: 1, differences: [] };
  expect(usableHollow(plan).usable).toBe(true);
  expect(usableHollow({ ...plan, costRatio: 1.01 }).usable).toBe(false);
  expect(
    usableHollow({ ...plan, identical: false, differences: ['Index Scan → Seq Scan'] }).because,
  ).toContain('Seq Scan');
});

test('the mark weighs pages by calls and rows by queries', () => {
  const good = query(replay({}), 95);
  const bad = query(replay({ blocks: [100, 500] }), 5);
  const of = (queries: readonly QueryFidelity[]) =>
    marksOf({ kind: 'filled', statistics: none, plans: undefined, calibration: calibrationOf(queries, 1) });
  expect(of([good, bad]).find(({ name }) => name === 'blocks')).toMatchObject({ met: true, found: '95 %' });
  expect(
    of([
      { ...good, calls: 5 },
      { ...bad, calls: 95 },
    ]).find(({ name }) => name === 'blocks')?.met,
  ).toBe(false);
  const wrong = query(replay({ rows: [1, 9] }));
  expect(of([good, wrong]).find(({ name }) => name === 'rows')?.met).toBe(false);
  expect(of([...Array.from({ length: 9 }, () => good), wrong]).find(({ name }) => name === 'rows')?.met).toBe(
    true,
  );
});

test('nothing that could be looked at is no pass, and the line says what there is', () => {
  expect(
    marksOf({ kind: 'filled', statistics: none, plans: undefined, calibration: calibrationOf([], 1) }),
  ).toEqual([]);
  const queries = [query(replay({ blocks: [100, 130] })), query(replay({ rows: [10, 40] }))];
  const calibration = calibrationOf(queries, 1);
  expect(lineOf({ kind: 'filled', statistics: none, plans: undefined, calibration, queries })).toBe(
    'fidelity: 1 of 2 queries within the mark, rows p90 4×, blocks p90 1.3×',
  );
});

test('percentiles are by the nearest rank', () => {
  expect(spreadOf([])).toBeUndefined();
  expect(spreadOf(Array.from({ length: 100 }, (_, i) => i + 1))).toEqual({
    n: 100,
    p50: 50,
    p90: 90,
    p99: 99,
    most: 100,
  });
  expect(spreadOf([3])).toEqual({ n: 1, p50: 3, p90: 3, p99: 3, most: 3 });
});

test('statistics alone make no filled twin pass; with rows or plans they do, and one missed part does not', () => {
  const mark = (name: Mark['name'], met = true): Mark => ({ name, asks: '', found: '', met });
  expect(passedBy('filled', [mark('statistics')])).toBe(false);
  expect(passedBy('filled', [mark('statistics'), mark('rows')])).toBe(true);
  expect(passedBy('filled', [mark('statistics'), mark('plans'), mark('rows', false)])).toBe(false);
  expect(passedBy('filled', [])).toBe(false);
  expect(passedBy('hollow', [mark('statistics')])).toBe(true);
});
