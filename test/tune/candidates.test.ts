/** Candidates of a production's workload: each is built on its hollow twin; drops and statistics rest on what its snapshot shows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOf } from '../../src/catalog/identity.ts';
import type { IndexWish, Session, Snapshot, WhatIf } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { indexCandidates } from '../../src/tune/candidates/index-candidates.ts';
import { statisticsCandidates } from '../../src/tune/candidates/statistics-candidates.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { production, productionQueries, type Production } from '../support/production.ts';
import { drops } from './candidate-drops.ts';
import { asked } from './candidate-work.ts';

let source: Production;
let snapshot: Snapshot;
let twin: HollowTwin;
let admin: Session;
let trial: WhatIf;
const work = productionQueries(180_000).map(({ name, sql }) => asked(name, sql));

beforeAll(async () => {
  source = await production({ rows: 6000, days: 80 });
  const session = await postgres.connect(source.database.ownerUrl);
  await session.run(`
    CREATE INDEX orders_customer_idx ON sales.orders (customer_id);
    CREATE INDEX orders_customer_again_idx ON sales.orders (customer_id);
    CREATE INDEX customers_email_again_idx ON customers (email);
    CREATE INDEX orders_total_idx ON sales.orders (total, note, shipped_at);
    CREATE INDEX web_sessions_customer_idx ON web_sessions (customer_id);
    ALTER TABLE tickets REPLICA IDENTITY USING INDEX tickets_pkey`);
  await session.close();
  snapshot = await snapshotOf(source.database.adminUrl);
  twin = await hollowOf(snapshot);
  admin = await postgres.connect(twin.database.adminUrl);
  trial = await postgres.hollow.whatIf(admin, snapshot);
}, 120_000);

afterAll(async () => {
  await trial?.close();
  await admin?.close();
  await twin?.sandbox.stop();
  await source?.stop();
});

/** Definitions that the server does not take. */
async function refused(wishes: readonly IndexWish[]): Promise<readonly string[]> {
  try {
    await trial.create(wishes);
    return [];
  } catch {
    const found: string[] = [];
    for (const one of wishes)
      await trial.create([one]).catch((error: Error) => found.push(`${one.definition}: ${error.message}`));
    return found;
  }
}

describe('the workload of a production', () => {
  test('every candidate is an index that the server makes', async () => {
    const { candidates, told } = indexCandidates({
      engine: postgres,
      snapshot,
      work,
      most: 5000,
      perTable: 5000,
    });
    expect(candidates.length).toBeGreaterThan(200);
    expect(told.join('\n')).toContain('No index is thought of on 4 small tables');
    expect(new Set(candidates.map(({ id }) => id)).size).toBe(candidates.length);
    const partitioned = new Set(
      snapshot.catalog.tables.filter(({ kind }) => kind === 'partitioned').map(keyOf),
    );
    // Each part of a partitioned table costs a file: a few of its candidates stand for all.
    const wishes = candidates
      .filter(({ wish }, i) => i % 8 === 0 || !partitioned.has(keyOf(wish.table)))
      .map(({ wish }) => wish);
    expect(await refused(wishes)).toEqual([]);
    await trial.close();
    trial = await postgres.hollow.whatIf(admin, snapshot);
  });

  test('the same input gives the same list, and what is cut is told', () => {
    const once = indexCandidates({ engine: postgres, snapshot, work });
    expect(indexCandidates({ engine: postgres, snapshot, work })).toEqual(once);
    const few = indexCandidates({ engine: postgres, snapshot, work, perTable: 3, most: 10 });
    expect(few.candidates).toHaveLength(10);
    expect(few.told.filter((sentence) => sentence.includes('were cut')).length).toBeGreaterThan(5);
    expect(few.told.at(-1)).toMatch(/^\d+ of \d+ candidates were cut/);
  });

  test('a statement that does not parse is told', () => {
    expect(
      indexCandidates({ engine: postgres, snapshot, work: [asked('broken', 'SELECT FROM WHERE')] }),
    ).toEqual({
      candidates: [],
      told: ['broken does not parse, so nothing is thought of for it.'],
    });
  });

  test('a parameter makes a partial or expression index only when it always has one value', () => {
    const sql = 'SELECT id FROM customers WHERE lower(profile ->> $1) = $2 ORDER BY created_at';
    const ids = (values: readonly (readonly unknown[])[], basis: 'known' | 'drawn'): readonly string[] =>
      indexCandidates({
        engine: postgres,
        snapshot,
        work: [
          asked('it', sql, {
            basis,
            sets: values.map((each) => ({ values: each, share: 1 / values.length, kind: 'call' as const })),
          }),
        ],
      }).candidates.map(({ id }) => id);
    const wanted = "public.customers USING btree (lower(profile ->> 'lang'), created_at)";
    expect(
      ids(
        [
          ['lang', 'sv'],
          ['lang', 'de'],
        ],
        'known',
      ),
    ).toContain(wanted);
    expect(ids([['lang', 'sv']], 'drawn').join()).not.toContain('profile ->>');
    expect(
      ids(
        [
          ['lang', 'sv'],
          ['score', '5'],
        ],
        'known',
      ).join(),
    ).not.toContain('profile ->>');
  });

  test('patterns that begin with anything have no tree', () => {
    const ids = (pattern: string): string =>
      indexCandidates({
        engine: postgres,
        snapshot,
        work: [
          asked('it', 'SELECT id FROM customers WHERE city LIKE $1', {
            basis: 'known',
            sets: [{ values: [pattern], share: 1, kind: 'call' }],
          }),
        ],
      })
        .candidates.map(({ id }) => id)
        .join('\n');
    expect(ids('City%')).toContain('(city text_pattern_ops)');
    expect(ids('%ity%')).not.toContain('text_pattern_ops');
    expect(ids('%ity%')).toContain('gin (city gin_trgm_ops)');
  });
});

describe('statistics', () => {
  test('columns that meet, unless a key or statistics settle them', () => {
    const of = (sql: string): readonly string[] =>
      statisticsCandidates({ engine: postgres, snapshot, work: [asked('it', sql)] }).candidates.map(
        ({ table, columns, because }) =>
          `${table.name} ${columns.join(', ')}: ${because.split(':')[1]!.trim()}`,
      );
    expect(of("SELECT 1 FROM tickets WHERE state = 'open' AND tenant_id = 5")).toEqual([
      'tickets state, tenant_id: dependencies and common combinations',
    ]);
    expect(of('SELECT tenant_id, priority, count(*) FROM tickets GROUP BY tenant_id, priority')).toEqual([
      'tickets priority, tenant_id: distinct combinations',
    ]);
    expect(of("SELECT 1 FROM customers WHERE country = 'DE' AND city = 'City 1'")).toEqual([]);
    expect(of('SELECT 1 FROM tickets WHERE tenant_id = 5 AND id = 3')).toEqual([]);
    expect(of("SELECT 1 FROM tickets WHERE state = 'open'")).toEqual([]);
    expect(of("SELECT 1 FROM customers WHERE lower(name) = 'x' AND active")).toEqual([]);
  });
});

drops(() => ({ snapshot, trial }));
