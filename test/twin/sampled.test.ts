/** A filled twin against the database that its snapshot was taken of. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOf } from '../../src/catalog/identity.ts';
import type { FanOut, Snapshot } from '../../src/engine/model.ts';
import { arrayItems } from '../../src/base/array-literal.ts';
import { testSandbox } from '../support/database.ts';
import { answer, fill, rowsOf, sourceSnapshot, statistics, tables, type Twin } from './sampled-source.ts';

let snapshot: Snapshot;
let twin: Twin;

beforeAll(async () => {
  snapshot = await sourceSnapshot();
  twin = await fill(snapshot);
});

afterAll(async () => {
  await (await testSandbox()).dropDatabase(twin.database);
});

function distinctOf(of: Snapshot, table: string, column: string): number {
  const { distinct } = statistics(of, table, column);
  return distinct < 0 ? -distinct * rowsOf(of, table) : distinct;
}

describe('statistics after ANALYZE', () => {
  test('the rows are as many as the snapshot tells', async () => {
    for (const table of tables)
      expect([table, Number(await answer(twin.database, `SELECT count(*) AS a FROM ${table}`))]).toEqual([
        table,
        rowsOf(snapshot, table),
      ]);
    expect(Number(await answer(twin.database, 'SELECT count(*) AS a FROM visits'))).toBe(6000);
    expect(Number(await answer(twin.database, 'SELECT count(*) AS a FROM never'))).toBe(0);
  });

  test('null shares are exact to a hundredth', () => {
    const off = snapshot.columns
      .filter((one) => tables.includes(one.relation))
      .filter(
        (one) =>
          Math.abs(one.nullFraction - statistics(twin.seen, one.relation, one.column).nullFraction) > 0.01,
      );
    expect(off.map((one) => `${one.relation}.${one.column}`)).toEqual([]);
  });

  test('common values come as often', () => {
    const off: string[] = [];
    for (const [table, column] of [
      ['buyers', 'country'],
      ['buyers', 'state'],
      ['buyers', 'tags'],
      ['purchases', 'buyer_id'],
      ['purchases', 'code'],
      ['purchase_lines', 'line_no'],
      ['people', 'team'],
      ['guarded', 'word'],
    ] as const) {
      const before = statistics(snapshot, table, column);
      const after = statistics(twin.seen, table, column);
      const values = arrayItems(after.commonValues ?? '{}');
      arrayItems(before.commonValues ?? '{}').forEach((value, i) => {
        const share = before.commonFrequencies![i]!;
        if (share < 0.01) return;
        const found = after.commonFrequencies?.[values.indexOf(value)] ?? 0;
        if (Math.abs(found - share) > 0.006) off.push(`${table}.${column} ${value}: ${share} → ${found}`);
      });
    }
    expect(off).toEqual([]);
  });

  test('there are as many different values, within a tenth', () => {
    const off = snapshot.columns
      .filter((one) => tables.includes(one.relation))
      .map((one) => ({
        name: `${one.relation}.${one.column}`,
        ratio:
          distinctOf(twin.seen, one.relation, one.column) / distinctOf(snapshot, one.relation, one.column),
      }))
      .filter(({ ratio }) => ratio < 0.9 || ratio > 1.1);
    // Elements of arrays come independently of each other; only the first address of a buyer is his main one.
    expect(off.filter(({ name }) => !['buyers.tags', 'addresses.buyer_id'].includes(name))).toEqual([]);
  });

  test('widths are the same within a tenth and a byte', () => {
    const off = snapshot.columns
      .filter((one) => tables.includes(one.relation))
      .filter((one) => {
        const { averageWidth } = statistics(twin.seen, one.relation, one.column);
        return Math.abs(averageWidth - one.averageWidth) > Math.max(1.5, 0.1 * one.averageWidth);
      });
    expect(off.map((one) => `${one.relation}.${one.column}`)).toEqual([]);
  });

  test('rows lie in the order that the correlation tells: forward, backward and none', () => {
    for (const [table, column] of [
      ['purchases', 'id'],
      ['purchases', 'placed_at'],
      ['purchases', 'rank_back'],
      ['purchases', 'buyer_id'],
      ['purchases', 'weight'],
      ['purchase_lines', 'purchase_id'],
      ['buyers', 'joined'],
      ['buyers', 'token'],
    ] as const)
      expect([table, column, statistics(twin.seen, table, column).correlation]).toEqual([
        table,
        column,
        expect.closeTo(statistics(snapshot, table, column).correlation!, 0.5),
      ]);
  });

  test('bounds of histograms meet those of the snapshot', () => {
    const numbers = (of: Snapshot): readonly number[] =>
      arrayItems(statistics(of, 'buyers', 'score').histogram!).map(Number);
    const [before, after] = [numbers(snapshot), numbers(twin.seen)];
    const at = (list: readonly number[], share: number): number =>
      list[Math.round(share * (list.length - 1))]!;
    for (const share of [0.25, 0.5, 0.75]) {
      const ratio = at(after, share) / at(before, share);
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.25);
    }
    expect(at(after, 0)).toBeGreaterThanOrEqual(at(before, 0));
    expect(at(after, 1)).toBeLessThanOrEqual(at(before, 1));
  });
});

/** Families by size; the probe itself gives large ones with three digits only. */
function families({ histogram }: FanOut): readonly string[] {
  return histogram.flatMap(({ children, parents }) => (children < 100 ? [`${parents} of ${children}`] : []));
}

describe('how rows go together', () => {
  test('every foreign key has the fan-out of the snapshot', () => {
    expect(snapshot.probes.fanOut.length).toBeGreaterThan(8);
    for (const one of snapshot.probes.fanOut) {
      const made = twin.seen.probes.fanOut.find((other) => other.constraint === one.constraint)!;
      if (one.constraint === 'addresses_buyer_id_fkey') continue;
      expect([one.constraint, families(made)]).toEqual([one.constraint, families(one)]);
    }
  });

  test('without its probe the fan-out differs visibly', async () => {
    const blind = await fill({
      ...snapshot,
      probes: { ...snapshot.probes, fanOut: [], pairs: [], offsets: [] },
    });
    const of = (from: Snapshot): number =>
      from.probes.fanOut.find((one) => one.constraint === 'purchases_buyer_id_fkey')!.histogram.length;
    expect(of(twin.seen)).toBe(of(snapshot));
    expect(of(blind.seen)).not.toBe(of(snapshot));
    await (await testSandbox()).dropDatabase(blind.database);
  });

  test('pairs of keys are as many as before, and composite keys exist', async () => {
    for (const one of snapshot.probes.pairs) {
      const made = twin.seen.probes.pairs.find(
        (other) => keyOf(other.table) === keyOf(one.table) && other.columns.join() === one.columns.join(),
      );
      expect([keyOf(one.table), made?.distinct]).toEqual([keyOf(one.table), one.distinct]);
    }
    expect(
      await answer(
        twin.database,
        'SELECT count(*)::int AS a FROM line_checks AS c WHERE NOT EXISTS (SELECT FROM purchase_lines AS l WHERE l.purchase_id = c.purchase_id AND l.line_no = c.line_no)',
      ),
    ).toBe(0);
  });

  test('dates follow each other as before', () => {
    const of = (from: Snapshot): readonly number[] =>
      from.probes.offsets.find((one) => one.from === 'placed_at' && one.to === 'shipped_at' && !one.through)!
        .percentiles;
    of(snapshot).forEach((seconds, i) =>
      expect(Math.abs(of(twin.seen)[i]! - seconds)).toBeLessThan(3 * 3600),
    );
  });

  test('columns that depend on each other come in the combinations of extended statistics', async () => {
    expect(
      await answer(
        twin.database,
        `SELECT string_agg(DISTINCT country || ' ' || city, ', ' ORDER BY country || ' ' || city) AS a FROM buyers`,
      ),
    ).toBe('DE Berlin, DE Hamburg, DE Munich, FR Lyon, FR Paris, US Austin');
  });

  test('trees have no circles', async () => {
    expect(
      await answer(
        twin.database,
        'WITH RECURSIVE t AS (SELECT id FROM topics WHERE above IS NULL UNION ALL SELECT o.id FROM topics AS o JOIN t ON o.above = t.id) SELECT count(*)::int AS a FROM t',
      ),
    ).toBe(1500);
  });
});
