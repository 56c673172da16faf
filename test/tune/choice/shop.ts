/** A hollow twin of a small shop, candidates on it, and what every set of them really costs. */
import type { Name } from '../../../src/catalog/model.ts';
import type { IndexWish, Snapshot, WhatIf } from '../../../src/engine/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { DropCandidate, IndexCandidate, Work, WorkQuery } from '../../../src/tune/advice/model.ts';
import { countingWhatIf } from '../../../src/tune/choice/calls.ts';
import { hollowOf, snapshotOf } from '../../hollow/plans.ts';

const structure = [
  `CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL, country text NOT NULL, joined date NOT NULL)`,
  `CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, status text NOT NULL, placed timestamptz NOT NULL, total numeric(10,2) NOT NULL,
     deleted_at timestamptz, note text NOT NULL)`,
  `CREATE TABLE lines (order_id int NOT NULL, line int NOT NULL, product_id int NOT NULL, quantity int NOT NULL, PRIMARY KEY (order_id, line))`,
  `CREATE TABLE products (id int PRIMARY KEY, category int NOT NULL, name text NOT NULL, price int NOT NULL)`,
  `CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, kind int NOT NULL, actor int NOT NULL, key uuid NOT NULL)`,
  `INSERT INTO customers SELECT n, 'user' || n || '@example.com', (ARRAY['de','de','de','fr','us','is'])[1 + n % 6], date '2020-01-01' + n % 1500 FROM generate_series(1, 10000) AS n`,
  `INSERT INTO orders SELECT n, 1 + (n * 7919) % 10000, (ARRAY['done','done','done','done','done','done','sent','sent','new','odd'])[1 + (n * 31) % 10], timestamptz '2025-01-01' + n * interval '5 minutes',
     (n * 13) % 1000, CASE WHEN n % 50 = 0 THEN timestamptz '2025-06-01' END, repeat('note ', 10) FROM generate_series(1, 40000) AS n`,
  `INSERT INTO lines SELECT 1 + n / 3, n % 3, 1 + (n * 101) % 3000, n % 9 FROM generate_series(0, 90000) AS n`,
  `INSERT INTO products SELECT n, n % 60, 'product ' || n, n % 500 FROM generate_series(1, 3000) AS n`,
  `INSERT INTO log (at, kind, actor, key) SELECT timestamptz '2025-01-01' + n * interval '1 minute', (n * 17) % 40, (n * 7919) % 5000, md5(n::text)::uuid FROM generate_series(1, 60000) AS n`,
  `CREATE INDEX orders_customer ON orders (customer_id)`,
  `CREATE INDEX orders_customer_placed ON orders (customer_id, placed)`,
  `CREATE INDEX orders_status ON orders (status)`,
  `CREATE INDEX log_kind ON log (kind)`,
];

export interface Shop {
  readonly snapshot: Snapshot;
  readonly whatIf: WhatIf & ReturnType<typeof countingWhatIf>;
  stop(): Promise<void>;
}

/** The twin of a filled database; its rows are gone by then. */
export async function shop(): Promise<Shop> {
  const sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  let snapshot: Snapshot;
  try {
    const database = await sandbox.createDatabase();
    const session = await postgres.connect(database.adminUrl);
    for (const sql of structure) await session.query(sql);
    await session.query('VACUUM ANALYZE');
    await session.close();
    snapshot = await snapshotOf(database.adminUrl);
  } finally {
    await sandbox.stop();
  }
  const twin = await hollowOf(snapshot);
  const session = await postgres.connect(twin.database.adminUrl);
  const whatIf = countingWhatIf(await postgres.hollow.whatIf(session, snapshot));
  return {
    snapshot,
    whatIf,
    async stop() {
      await whatIf.close();
      await twin.sandbox.stop();
    },
  };
}

const named = (name: string): Name => ({ schema: 'public', name });

/** `orders (customer_id, placed) INCLUDE (total) WHERE status = 'new'` as a candidate. */
export function candidate(text: string): IndexCandidate {
  const [, table = '', using, keys = '', includes, predicate] =
    /^(\w+) (?:USING (\w+) )?\(([^()]+)\)(?: INCLUDE \(([^)]+)\))?(?: WHERE (.+))?$/.exec(text)!;
  const list = (names = ''): readonly string[] => names.split(',').map((name) => name.trim().split(' ')[0]!);
  const wish: IndexWish = { table: named(table), definition: text.slice(table.length + 1), unique: false };
  return {
    id: text,
    wish,
    method: using ?? 'btree',
    keys: list(keys),
    includes: includes === undefined ? [] : list(includes),
    ...(predicate === undefined ? {} : { predicate }),
    serves: [],
    because: ['a test'],
  };
}

/** An index that nobody is said to use. */
export function drop(
  snapshot: Snapshot,
  index: string,
  table: string,
  more: Partial<DropCandidate> = {},
): DropCandidate {
  const bytes = snapshot.relations.find(({ name }) => name === index)!.pages * 8192;
  return {
    index: named(index),
    table: named(table),
    bytes,
    why: 'unused',
    evidence: ['No node has used it for a year.'],
    ...more,
  };
}

/** A query with values; `calls` per day. */
export function query(
  name: string,
  sql: string,
  calls: number,
  sets: readonly (readonly [values: readonly unknown[], share: number])[] = [[[], 1]],
  more: Partial<WorkQuery> = {},
): WorkQuery {
  return {
    name,
    sql,
    kind: /^select/i.test(sql) ? 'read' : 'write',
    tables: [],
    sets: sets.map(([values, share]) => ({ values, share, kind: 'common' })),
    basis: 'known',
    callsPerDay: calls,
    callsBasis: 'measured',
    told: [],
    ...more,
  };
}

export function work(queries: readonly WorkQuery[], writes: Work['writes'] = []): Work {
  return { source: 'a test', queries, unsupported: [], writes, limits: [] };
}

export function writesOf(table: string, more: Partial<Work['writes'][number]>): Work['writes'][number] {
  return {
    table: named(table),
    inserted: 0,
    updated: 0,
    hotUpdated: 0,
    deleted: 0,
    sets: [],
    basis: 'measured',
    ...more,
  };
}

/** A set of changes, by ids of candidates and names of dropped indexes, really priced. */
export interface RealSet {
  readonly changes: ReadonlySet<string>;
  /** Per query, over its sets of values. */
  readonly costs: ReadonlyMap<string, number>;
  /** Greatest cost ÷ today's of any query with any values. */
  readonly slowest: number;
  readonly bytes: number;
}

/** Every set of changes, each priced; the first one is none. */
export async function everySet(
  { whatIf }: Shop,
  queries: readonly WorkQuery[],
  candidates: readonly IndexCandidate[],
  drops: readonly DropCandidate[],
): Promise<readonly RealSet[]> {
  const made = await whatIf.create(candidates.map(({ wish }) => wish));
  const changes = [
    ...candidates.map(({ id }, i) => ({
      id,
      name: made[i]!.name,
      bytes: made[i]!.pages * 8192,
      isDrop: false,
    })),
    ...drops.map(({ index, bytes }) => ({ id: index.name, name: index, bytes: -bytes, isDrop: true })),
  ];
  const sets: RealSet[] = [];
  let today: readonly number[] = [];
  for (let bits = 0; bits < 2 ** changes.length; bits += 1) {
    const done = changes.filter((_, i) => Math.floor(bits / 2 ** i) % 2 === 1);
    const without = changes.flatMap((one) => (one.isDrop === done.includes(one) ? [one.name] : []));
    const costs = new Map<string, number>();
    const each: number[] = [];
    for (const one of queries) {
      let cost = 0;
      for (const { values, share } of one.sets) {
        const { totalCost } = await whatIf.price(one.sql, values, { without });
        each.push(totalCost);
        cost += share * totalCost;
      }
      costs.set(one.name, cost);
    }
    if (bits === 0) today = each;
    sets.push({
      changes: new Set(done.map(({ id }) => id)),
      costs,
      slowest: Math.max(...each.map((cost, i) => cost / today[i]!)),
      bytes: done.reduce((sum, { bytes }) => sum + bytes, 0),
    });
  }
  await whatIf.drop(made.map(({ name }) => name));
  return sets;
}
