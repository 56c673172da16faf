/** More queries and candidates than anybody could price every set of: the bound holds, and few plans are enough. */
import { expect, test } from 'vitest';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { chooseIndexes } from '../../../src/tune/choice/choice.ts';
import { hollowOf } from '../../hollow/plans.ts';
import { manyCandidates, manyQueries, manyTables, manyWrites } from './many.ts';
import { work } from './shop.ts';

const tables = 5;

test('a choice among hundreds of candidates is near its floor, and is what the planner says of it', async () => {
  const snapshot = await manyTables(tables);
  const twin = await hollowOf(snapshot);
  const session = await postgres.connect(twin.database.adminUrl);
  const whatIf = await postgres.hollow.whatIf(session, snapshot);
  try {
    const queries = manyQueries(tables, 8);
    const candidates = manyCandidates(queries);
    const data = snapshot.relations
      .filter(({ kind }) => kind === 'table')
      .reduce((sum, { pages }) => sum + pages * 8192, 0);
    const bytes = 0.1 * data;
    const choice = await chooseIndexes({
      work: work(queries, manyWrites(tables)),
      candidates,
      drops: [],
      statistics: [],
      budgets: { bytes },
      whatIf,
      snapshot,
      limits: { seconds: 150 },
      signal: new AbortController().signal,
    });
    const { bound, create } = choice;
    expect(bound.candidates).toBeGreaterThan(100);
    expect(bound.gap).toBeLessThan(0.0101);
    expect(bound.chosen).toBeLessThan(0.8 * bound.before);
    // Each candidate alone for each query that reads its table would be some thousand.
    expect(bound.calls).toBeLessThan(20 * queries.length);
    expect(create.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThanOrEqual(bytes);
    // Made for real on the twin, and nothing else there: the same costs.
    await whatIf.create(create.map(({ candidate }) => candidate.wish));
    for (const { name, sql, sets } of queries) {
      let cost = 0;
      for (const { values, share } of sets) cost += share * (await whatIf.price(sql, values)).totalCost;
      expect(cost, name).toBeCloseTo(choice.queries.find((one) => one.name === name)!.after, 3);
    }
  } finally {
    await whatIf.close();
    await twin.sandbox.stop();
  }
});
