/** Steps beyond one plan or one machine: each is called for by figures, and not without them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Work, WorkQuery } from '../../src/tune/advice/model.ts';
import { adviseBeyond } from '../../src/tune/beyond/beyond.ts';
import { cacheCandidates } from '../../src/tune/beyond/cache/candidates.ts';
import { measureCache } from '../../src/tune/beyond/cache/measure.ts';
import { installedCache } from '../../src/tune/beyond/cache/server.ts';
import { largeTables } from '../../src/tune/beyond/large.ts';
import { materializedAdvice } from '../../src/tune/beyond/materialized.ts';
import type { BeyondOptions } from '../../src/tune/beyond/model.ts';
import { replicaAdvice } from '../../src/tune/beyond/replicas.ts';
import { shardAdvice } from '../../src/tune/beyond/shard.ts';
import { need } from '../support/require.ts';

const signal = new AbortController().signal;
const redis = (await installedCache()) !== undefined;
let sandbox: Sandbox;
let database: SandboxDatabase;
let snapshot: Snapshot;

beforeAll(async () => {
  await postgres.grammar.ready();
  sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  database = await sandbox.createDatabase();
  const owner = await postgres.connect(database.ownerUrl);
  await owner.run(`
    CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE items (tenant_id int NOT NULL REFERENCES tenants, id int NOT NULL, price int NOT NULL, stock int NOT NULL, PRIMARY KEY (tenant_id, id));
    CREATE TABLE events (tenant_id int NOT NULL REFERENCES tenants, at timestamptz NOT NULL, kind text NOT NULL);
    CREATE TABLE secrets (id int PRIMARY KEY, tenant_id int NOT NULL);
    ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
    INSERT INTO tenants SELECT i, 'tenant ' || i FROM generate_series(1, 20) AS i;
    INSERT INTO items SELECT 1 + i % 20, i, i % 90, 5 FROM generate_series(1, 4000) AS i;
    INSERT INTO events SELECT 1 + i % 20, timestamptz '2026-01-01' + i * interval '5 minutes', 'kind ' || i % 4 FROM generate_series(1, 60000) AS i;
    ANALYZE`);
  await owner.close();
  const admin = await postgres.connect(database.adminUrl);
  snapshot = await postgres.capture.read(admin, {
    probes: [],
    statementMs: 30_000,
    statements: 0,
    emit: () => undefined,
    signal,
  });
  await admin.close();
});
afterAll(() => sandbox?.stop());

function query(name: string, sql: string, more: Partial<WorkQuery> = {}): WorkQuery {
  const { kind, tables } = postgres.grammar.shape(sql);
  return {
    name,
    sql,
    kind: kind === 'read' ? 'read' : 'write',
    tables: [...new Set(tables.map(({ table }) => table))],
    sets: [],
    basis: 'known',
    callsPerDay: 864_000,
    callsBasis: 'measured',
    meanMs: 20,
    told: [],
    ...more,
  };
}

function work(queries: readonly WorkQuery[], more: Partial<Work> = {}): Work {
  return { source: 'test', queries, unsupported: [], writes: [], limits: [], ...more };
}

function options(queries: readonly WorkQuery[], more: Partial<BeyondOptions> = {}): BeyondOptions {
  return { engine: postgres, snapshot, work: work(queries), seed: 1, emit: () => undefined, signal, ...more };
}

/** The same database, so many times larger. */
function larger(times: number): Snapshot {
  return {
    ...snapshot,
    relations: snapshot.relations.map((one) => ({
      ...one,
      pages: one.pages * times,
      rows: one.rows * times,
      bytes: (one.bytes ?? 0) * times,
    })),
  };
}

const dear = query(
  'dear_items',
  'SELECT count(*), sum(stock) FROM items WHERE tenant_id = $1 AND price > 80',
  {
    sets: [{ values: ['3'], share: 1, kind: 'common' }],
  },
);
const sell = query('sell', 'UPDATE items SET stock = stock - 1 WHERE tenant_id = $1 AND id = $2', {
  callsPerDay: 86_400,
});
const cheapen = query('cheapen', 'UPDATE items SET price = price - 1 WHERE id = $1', { callsPerDay: 8640 });

describe('a cache', () => {
  test('is for answers asked again and again, void by value where the write knows it', () => {
    const [found] = cacheCandidates(options([dear, sell, cheapen]));
    expect(found!.depends).toEqual([
      { table: { schema: 'public', name: 'items' }, column: 'tenant_id', value: 0 },
    ]);
    expect(found!.writes.map(({ query: { name }, whole, moves }) => [name, whole, moves.length])).toEqual([
      ['sell', false, 1],
      ['cheapen', true, 0],
    ]);
    expect(found!.keys).toBeCloseTo(20, 0);
    expect(found!.hits).toBeGreaterThan(0.5);
  });

  test.each([
    ['its writes leave no answer alive', [dear, { ...cheapen, callsPerDay: 86_400_000 }]],
    [
      'an answer follows the clock',
      [query('today', 'SELECT count(*) FROM events WHERE at > now() - $1::interval')],
    ],
    ['roles see different rows', [query('own', 'SELECT count(*) FROM secrets WHERE tenant_id = $1')]],
    ['a trip to the cache takes as long', [{ ...dear, meanMs: 0.4 }]],
    ['nobody counted times', [{ ...dear, meanMs: 0 }]],
  ])('is not offered where %s', (_, queries) => {
    expect(cacheCandidates(options(queries))).toEqual([]);
  });

  test('depends on the whole table where any use asks for more than one value', () => {
    const either = query('either', 'SELECT count(*) FROM items WHERE tenant_id = $1 OR price = 3');
    const [found] = cacheCandidates(options([either]));
    expect(found!.depends).toEqual([{ table: { schema: 'public', name: 'items' } }]);
  });

  test.skipIf(!need(redis, 'Redis: apt install redis-server'))(
    'beside a real database gives right answers, and wrong ones when nothing is made void',
    async () => {
      const [candidate] = cacheCandidates(options([dear, sell, cheapen]));
      const found = await measureCache({
        engine: postgres,
        sandbox,
        database,
        catalog: snapshot.catalog,
        candidate: candidate!,
        seed: 1,
        requests: 600,
        signal,
      });
      expect(found).toMatchObject({ basis: 'measured', requests: 600, wrongAtEnd: 0 });
      if ('why' in found) throw new Error(found.why);
      expect(found.writes).toBeGreaterThan(20);
      expect(found.hits).toBeGreaterThan(0.4);
      expect(found.hits).toBeLessThan(1);
      expect(found.wrongWithoutInvalidation).toBeGreaterThan(0);
    },
  );
});

describe('a materialised view', () => {
  const report = query('by_kind', 'SELECT kind, count(*) FROM events GROUP BY kind', {
    meanMs: 90,
    callsPerDay: 20_000,
    sets: [{ values: [], share: 1, kind: 'call' }],
  });

  test('is built on the filled twin and gives the same rows', async () => {
    const found = await materializedAdvice(options([report], { filled: { sandbox, database } }));
    expect(found).toMatchObject([{ kind: 'materialized-view', subject: 'by_kind', tried: { done: true } }]);
    expect(found[0]!.sql).toMatch(/^CREATE MATERIALIZED VIEW by_kind_report AS\nSELECT kind/);
  });

  test('without a filled twin is not said to be tried', async () => {
    const [found] = await materializedAdvice(options([report]));
    expect(found!.tried).toEqual({ done: false, says: 'Not tried: no filled twin was made.' });
  });

  test('is not offered for a report that is seldom read, or that differs from call to call', async () => {
    const filled = { sandbox, database };
    expect(await materializedAdvice(options([{ ...report, callsPerDay: 0.5 }], { filled }))).toEqual([]);
    const two = [1, 2].map((value) => ({ values: [value], share: 0.5, kind: 'call' as const }));
    expect(await materializedAdvice(options([{ ...report, sets: two }], { filled }))).toEqual([]);
  });
});

describe('a large table', () => {
  const recent = query('recent', 'SELECT count(*) FROM events WHERE at >= $1 AND tenant_id = $2', {
    sets: [{ values: ['2026-06-01', '3'], share: 1, kind: 'call' }],
  });
  test('is partitioned by the time that its queries ask for, and what nobody asks for is archived', () => {
    const found = largeTables(options([recent], { snapshot: larger(30_000) }));
    expect(found.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['partition', 'public.events'],
      ['archive', 'public.events'],
    ]);
    expect(found[0]!.says).toContain('by at');
    expect(found[1]!.says).toContain('before 2026-06-01');
  });

  test('is left alone where it is small, or where its queries do not name a time', () => {
    expect(largeTables(options([recent]))).toEqual([]);
    const all = query('all', 'SELECT count(*) FROM events WHERE kind = $1');
    expect(largeTables(options([all], { snapshot: larger(30_000) }))).toEqual([]);
  });

  test('keeps its old rows where one call has no lower end', () => {
    const every = query('every', "SELECT max(at) FROM events WHERE at < '2026-09-01'");
    const found = largeTables(options([recent, every], { snapshot: larger(30_000) }));
    expect(found.map(({ kind }) => kind)).toEqual(['partition']);
  });
});

describe('more machines', () => {
  const busy = { ...dear, callsPerDay: 86_400_000, meanMs: 5 };

  test('replicas are for a server that is busy with reading', () => {
    const machine = { cpus: 8 };
    expect(replicaAdvice(options([busy], { machine }))).toMatchObject([{ kind: 'replica' }]);
    expect(replicaAdvice(options([busy], { machine: { cpus: 32 } }))).toEqual([]);
    expect(replicaAdvice(options([{ ...busy, kind: 'write' }], { machine }))).toEqual([]);
  });

  test('shards go by the column that the work asks for, keys and small tables told', () => {
    const [found] = shardAdvice(
      options([dear, sell], { snapshot: larger(200_000), machine: { cpus: 8, memoryBytes: 1e9 } }),
    );
    expect(found!.says).toContain('by tenant_id');
    expect(found!.sql).toContain("create_distributed_table('public.events', 'tenant_id'");
    expect(found!.tried.done).toBe(false);
  });

  test('shards are not offered for one machine’s work, and said not to help where work crosses them', () => {
    expect(shardAdvice(options([dear, sell], { machine: { cpus: 8, memoryBytes: 1e9 } }))).toEqual([]);
    const crossing = query('all_tenants', 'SELECT count(*) FROM items WHERE price > $1', {
      callsPerDay: 1e8,
    });
    const [found] = shardAdvice(
      options([dear, crossing], { snapshot: larger(200_000), machine: { memoryBytes: 1e9 } }),
    );
    expect(found!.says).toContain('no column spreads this database well');
    expect(found!.sql).toBeUndefined();
  });
});

test('nothing is advised where no figure calls for it', async () => {
  const small = { ...dear, callsPerDay: 100, meanMs: 0.2 };
  expect(await adviseBeyond(options([small], { filled: { sandbox, database } }))).toEqual([]);
});
