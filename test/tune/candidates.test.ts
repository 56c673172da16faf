/** Candidates of a production's workload: each is built on its hollow twin; drops and statistics rest on what its snapshot shows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOf } from '../../src/catalog/identity.ts';
import type { IndexWish, Session, Snapshot, WhatIf } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { dropCandidates } from '../../src/tune/candidates/drop-candidates.ts';
import { indexCandidates } from '../../src/tune/candidates/index-candidates.ts';
import type { DropCandidates, DropOptions } from '../../src/tune/candidates/model.ts';
import { statisticsCandidates } from '../../src/tune/candidates/statistics-candidates.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { production, productionQueries, type Production } from '../support/production.ts';
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

describe('drops', () => {
  const day = 86_400_000;
  /** The snapshot as if its counters had run for so many days without a scan. */
  const idle = (days: number, database: Readonly<Record<string, number>> = {}): Snapshot => ({
    ...snapshot,
    activity: {
      ...snapshot.activity,
      since: new Date(Date.parse(snapshot.takenAt) - days * day).toISOString(),
      indexes: snapshot.activity.indexes.map(({ schema, name }) => ({ schema, name, scans: 0 })),
      database: { ...snapshot.activity.database, ...database },
    },
  });
  const replica = (days: number): Snapshot => ({
    ...idle(days),
    source: { ...snapshot.source, standby: true },
  });
  const drops = (more: Partial<DropOptions> = {}): DropCandidates =>
    dropCandidates({ engine: postgres, primary: idle(90), replicas: [], used: new Set(), ...more });
  const names = ({ candidates }: DropCandidates, why: 'redundant' | 'unused'): readonly string[] =>
    candidates.filter((one) => one.why === why).map(({ index }) => index.name);

  test('the server tells how many standbys follow', () => {
    expect(snapshot.activity.database).toMatchObject({ standbys: 0, standbySlots: 0 });
  });

  test('an index that another one covers is redundant, and plans go on without it', async () => {
    const found = drops();
    expect(new Set(names(found, 'redundant'))).toEqual(
      new Set(['orders_customer_idx', 'orders_customer_again_idx', 'customers_email_again_idx']),
    );
    const one = found.candidates.find(({ index }) => index.name === 'orders_customer_idx')!;
    expect(one.evidence[0]).toMatch(
      /^orders_customer_placed_idx \(\d+ kB\) does all that it does: CREATE INDEX/,
    );
    expect(one.by).toContainEqual({
      kind: 'index',
      index: { schema: 'sales', name: 'orders_customer_placed_idx' },
    });
    const without = found.candidates.filter(({ why }) => why === 'redundant').map(({ index }) => index);
    const sql = 'SELECT * FROM sales.orders WHERE customer_id = 77';
    expect((await trial.price(sql, [], { without })).indexes).toEqual(['orders_customer_placed_idx']);
  });

  test('a candidate that does all of its work lets an index go', () => {
    const { candidates } = indexCandidates({
      engine: postgres,
      snapshot,
      work: [
        asked(
          'it',
          "SELECT * FROM tickets WHERE tenant_id = 1 AND state = 'open' ORDER BY priority, opened_at LIMIT 5",
        ),
      ],
    });
    const found = drops({ candidates }).candidates.find(({ index }) => index.name === 'tickets_state_idx');
    expect(found).toMatchObject({
      why: 'redundant',
      by: [{ kind: 'candidate', id: 'public.tickets USING btree (tenant_id, state, priority, opened_at)' }],
    });
  });

  test('nothing that a constraint, an identity or a foreign key needs', () => {
    const all = drops().candidates.map(({ index }) => index.name);
    expect(all).toContain('orders_total_idx');
    for (const needed of [
      'customers_email_key',
      'tickets_pkey',
      'products_sku_key',
      'web_sessions_customer_idx',
      'stock_pkey',
    ])
      expect(all).not.toContain(needed);
    expect(all.some((name) => /^events_2025/.test(name))).toBe(false);
    expect(drops().told.join('\n')).toContain('deletes of a referenced table need');
  });

  test('an index that the workload uses is not unused', () => {
    expect(names(drops(), 'unused')).toContain('orders_total_idx');
    const found = drops({ used: new Set(['sales.orders_total_idx']) });
    expect(names(found, 'unused')).not.toContain('orders_total_idx');
    expect(found.told.join('\n')).toContain('1 index is without a scan, but plans of this workload use it.');
  });

  test('every node has to say that nobody uses it, for long enough', () => {
    const why = (more: Partial<DropOptions>): string => {
      const found = drops(more);
      expect(names(found, 'unused')).toEqual([]);
      return found.told.join('\n');
    };
    expect(why({ primary: idle(20) })).toContain(
      'the counters of the primary reach back 20 days, and 35 are needed.',
    );
    expect(why({ primary: idle(90, { standbys: 2 }) })).toContain(
      'there are 2 replicas, and none has a snapshot here.',
    );
    expect(
      why({ primary: idle(90, { standbys: 2 }), replicas: [{ name: 'reader', snapshot: replica(90) }] }),
    ).toContain('only 1 of them has a snapshot');
    expect(
      why({ primary: idle(90, { standbys: 1 }), replicas: [{ name: 'reader', snapshot: replica(10) }] }),
    ).toContain('the counters of reader reach back 10 days');
    expect(why({ primary: replica(90) })).toContain("a standby's");
    const { standbys: _standbys, ...older } = idle(90).activity.database;
    const unknown = { ...idle(90), activity: { ...idle(90).activity, database: older } };
    expect(why({ primary: unknown })).toContain('not known how many replicas');
    expect(names(drops({ primary: unknown, replicaCount: 0 }), 'unused')).toContain('orders_total_idx');
    const both = drops({
      primary: idle(90, { standbys: 1 }),
      replicas: [{ name: 'reader', snapshot: replica(60) }],
    });
    const one = both.candidates.find(({ index }) => index.name === 'orders_total_idx')!;
    expect(one.evidence.slice(0, 2).map((sentence) => sentence.replace(/\d{4}-\d\d-\d\d/, 'DAY'))).toEqual([
      'On the primary it was not scanned once since DAY (90 days).',
      'On reader it was not scanned once since DAY (60 days).',
    ]);
  });

  test('a scan on one replica keeps an index', () => {
    const reader = replica(90);
    const scanned = {
      ...reader,
      activity: {
        ...reader.activity,
        indexes: reader.activity.indexes.map((one) => ({
          ...one,
          scans: one.name === 'orders_total_idx' ? 1 : 0,
        })),
      },
    };
    const found = drops({
      primary: idle(90, { standbys: 1 }),
      replicas: [{ name: 'reader', snapshot: scanned }],
    });
    expect(names(found, 'unused')).not.toContain('orders_total_idx');
    expect(names(found, 'unused').length).toBeGreaterThan(3);
  });
});
