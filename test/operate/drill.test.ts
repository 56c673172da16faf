import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { drill, problemsOf, unseenOf } from '../../src/operate/drill.ts';
import { listSandboxes } from '../../src/sandbox/kept.ts';
import { fillShop, makeShop } from './shop.ts';

test('a drill brings every row back that was there before the disaster, and measures what it lost', async () => {
  const result = await drill({
    engine: postgres,
    major: 18,
    prepare: (sandbox) => makeShop(sandbox),
    grow: (_, database) => fillShop(database.ownerUrl, 1001, 1500),
    signal: new AbortController().signal,
  });
  expect(result.problems).toEqual([]);
  expect(result.dropped).toEqual({ schema: 'public', name: 'order; DROP' });
  expect(result.tables.map(({ table, expected, found }) => [table.name, expected, found])).toEqual([
    ['ledger', result.acknowledged.before, result.acknowledged.before],
    ['customer', 1500, 1500],
    ['order; DROP', 15_000, 15_000],
  ]);
  expect(result.acknowledged).toMatchObject({ beforeMissing: 0, afterPresent: 0 });
  expect(result.acknowledged.before).toBeGreaterThan(10);
  expect(result.acknowledged.after).toBeGreaterThan(10);
  expect(result.toTheEnd).toMatchObject({ dropReplayed: true });
  expect(result.toTheEnd.missing).toBeLessThan(result.acknowledged.after);
  expect(result.recovered.timeline).toBe(2);
  expect(result.integrity.indexes).toBeGreaterThan(100);
  // Each thing that would be wrong turns the verdict.
  const wrong = (change: object, archived = true): readonly string[] =>
    problemsOf({ ...result, ...change }, archived);
  expect(wrong({ tables: [{ ...result.tables[0]!, same: false }] })).toHaveLength(1);
  expect(wrong({ acknowledged: { ...result.acknowledged, beforeMissing: 1 } })).toHaveLength(1);
  expect(wrong({ acknowledged: { ...result.acknowledged, afterPresent: 2 } })).toHaveLength(1);
  expect(wrong({ toTheEnd: { ...result.toTheEnd, dropReplayed: false } })).toHaveLength(1);
  expect(wrong({}, false)).toHaveLength(1);
  // Nothing to lose shows nothing.
  expect(unseenOf(result)).toEqual([]);
  expect(unseenOf({ ...result, acknowledged: { ...result.acknowledged, before: 0, after: 0 } })).toHaveLength(
    2,
  );
  const empty = result.tables.map((one) => (one.table.schema === 'public' ? { ...one, expected: 0 } : one));
  expect(unseenOf({ ...result, tables: empty })).toEqual(['no table held a row that could be lost']);
  expect((await listSandboxes(postgres)).filter(({ owner }) => owner === process.pid)).toEqual([]);
});
