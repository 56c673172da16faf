import { beforeAll, expect, test } from 'vitest';
import type { SettingFact, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import type { Work, WorkQuery } from '../../src/tune/advice/model.ts';
import type {
  Machine,
  SettingAdvice,
  SettingsAdvice,
  SettingsOptions,
} from '../../src/tune/settings/model.ts';
import { adviseSettings } from '../../src/tune/settings/settings.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const rows = 40_000;
const schema = `
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL, amount integer NOT NULL, note text NOT NULL);
CREATE TABLE picks (order_id bigint PRIMARY KEY);
INSERT INTO orders SELECT n, n % 977, n % 1000, repeat(md5(n::text), 4) FROM generate_series(1, ${rows}) AS g(n);
INSERT INTO picks SELECT n * 83 FROM generate_series(1, 450) AS g(n);
ANALYZE;`;
const gigabyte = 1024 ** 3;
const machine: Machine = { cpus: 4, memoryBytes: 32 * gigabyte, disk: 'ssd' };

function query(name: string, sql: string, more: Partial<WorkQuery> = {}): WorkQuery {
  return {
    name,
    sql,
    kind: 'read',
    tables: ['public.orders'],
    sets: [{ values: [], share: 1, kind: 'call' }],
    basis: 'known',
    callsPerDay: 1000,
    callsBasis: 'measured',
    told: [],
    ...more,
  };
}

const picked = query('picked', 'SELECT sum(amount) FROM picks JOIN orders ON orders.id = picks.order_id');
const sorted = query('sorted', 'SELECT id, note FROM orders ORDER BY note, id OFFSET 39990');
const work: Work = {
  source: 'test',
  queries: [picked, sorted],
  unsupported: [],
  writes: [
    {
      table: { schema: 'public', name: 'orders' },
      inserted: 1000,
      updated: 150_000,
      hotUpdated: 1500,
      deleted: 0,
      sets: [{ column: 'amount', share: 1 }],
      basis: 'measured',
    },
  ],
  limits: [],
};

let source: SandboxDatabase;
let taken: Snapshot;

beforeAll(async () => {
  await postgres.grammar.ready();
  source = await testDatabase({ sql: schema });
  const session = await postgres.connect(source.adminUrl);
  const emit = (): void => undefined;
  taken = await postgres.capture
    .read(session, {
      probes: [],
      statementMs: 10_000,
      statements: 10,
      emit,
      signal: new AbortController().signal,
    })
    .finally(() => session.close());
});

/** The snapshot as if it were of a larger production with these settings. */
function production(settings: Readonly<Record<string, string>>): Snapshot {
  const given = Object.entries(settings).map(([name, value]): SettingFact => ({
    name,
    value,
    from: 'configuration file',
    planner: false,
  }));
  return {
    ...taken,
    takenAt: '2026-11-11T00:00:00Z',
    settings: [...taken.settings.filter(({ name }) => !(name in settings)), ...given],
    relations: taken.relations.map((one) =>
      one.name === 'orders' && one.kind === 'table'
        ? { ...one, rows: 5_000_000, bytes: 100 * gigabyte }
        : one,
    ),
    activity: {
      since: '2026-11-01T00:00:00Z',
      indexes: [],
      database: { connections: 180 },
      tables: [
        {
          schema: 'public',
          name: 'orders',
          sequentialScans: 0,
          sequentialRows: 0,
          indexScans: 0,
          inserted: 10_000,
          updated: 1_500_000,
          hotUpdated: 15_000,
          deleted: 0,
          live: 5_000_000,
          dead: 0,
        },
      ],
    },
    workload: {
      source: 'pg_stat_statements',
      since: '2026-11-01T00:00:00Z',
      statements: [
        {
          id: '4711',
          role: 'shop "app"',
          sql: sorted.sql,
          calls: 10_000,
          totalMs: 2_000_000,
          meanMs: 200,
          minMs: 100,
          maxMs: 20_000,
          deviationMs: 10,
          rows: 10,
          hit: 0,
          read: 0,
          dirtied: 0,
          written: 0,
          tempRead: 0,
          tempWritten: 15_000_000,
          walBytes: 10_000 * 864_000_000,
          cut: false,
          samples: [],
        },
      ],
    },
  };
}

const usual = {
  shared_buffers: '128MB',
  effective_cache_size: '4GB',
  maintenance_work_mem: '64MB',
  work_mem: '4MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '5min',
  checkpoint_completion_target: '0.5',
  wal_compression: 'off',
  random_page_cost: '4',
  effective_io_concurrency: '1',
  max_connections: '500',
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  autovacuum_vacuum_scale_factor: '0.2',
};

function advise(more: Partial<SettingsOptions>): Promise<SettingsAdvice> {
  return adviseSettings({
    engine: postgres,
    snapshot: production(usual),
    work,
    machine,
    seed: 1,
    emit: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });
}

function byName({ advised }: SettingsAdvice): Readonly<Record<string, SettingAdvice>> {
  return Object.fromEntries(advised.map((one) => [one.name, one]));
}

test('without rows everything is derived, with its figures, its statement and the way back', async () => {
  const advice = await advise({});
  const found = byName(advice);
  expect(new Set(advice.advised.map(({ basis }) => basis))).toEqual(new Set(['derived']));
  expect(advice.advised.every(({ toMeasure }) => toMeasure !== undefined)).toBe(true);
  expect(Object.fromEntries(advice.advised.map(({ name, now, advised }) => [name, [now, advised]]))).toEqual({
    shared_buffers: ['128MB', '8GB'],
    effective_cache_size: ['4GB', '22GB'],
    maintenance_work_mem: ['64MB', '2048MB'],
    work_mem: ['4MB', '32MB'],
    max_wal_size: ['1GB', '9GB'],
    checkpoint_completion_target: ['0.5', '0.9'],
    random_page_cost: ['4', '1.1'],
    effective_io_concurrency: ['1', '200'],
    autovacuum_vacuum_scale_factor: ['default (0.2)', '0.03'],
    fillfactor: ['default (100)', '90'],
    statement_timeout: ['0', '1min'],
    lock_timeout: ['0', '5s'],
    idle_in_transaction_session_timeout: ['0', '5min'],
    'pool size': ['max_connections = 500', '9'],
  });
  expect(found['shared_buffers']).toMatchObject({
    takesEffect: 'restart',
    sql: "ALTER SYSTEM SET shared_buffers = '8GB';\n-- then restart the server",
    undo: "ALTER SYSTEM SET shared_buffers = '128MB';\n-- then restart the server",
  });
  expect(found['fillfactor']).toMatchObject({
    sql: 'ALTER TABLE orders SET (fillfactor = 90);',
    undo: 'ALTER TABLE orders RESET (fillfactor);',
  });
  expect(found['statement_timeout']!.sql).toContain('ALTER ROLE "shop ""app""" IN DATABASE');
  expect(found['jit']).toBeUndefined();
});

test('values within their range are left alone, and rules without figures rest', async () => {
  const suited = {
    shared_buffers: '8GB',
    effective_cache_size: '20GB',
    maintenance_work_mem: '1GB',
    work_mem: '64MB',
    max_wal_size: '32GB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: '0.9',
    wal_compression: 'lz4',
    random_page_cost: '1.2',
    effective_io_concurrency: '100',
    max_connections: '20',
    statement_timeout: '30s',
    lock_timeout: '2s',
    idle_in_transaction_session_timeout: '1min',
    autovacuum_vacuum_scale_factor: '0.02',
    jit: 'off',
  };
  const well = production({ ...usual, ...suited });
  const calm = {
    ...well.activity,
    tables: well.activity.tables.map((one) => ({ ...one, hotUpdated: 1_400_000 })),
    database: {},
  };
  const advice = await advise({ snapshot: { ...well, activity: calm } });
  expect(advice.advised).toEqual([]);
  expect(advice.fine.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'shared_buffers',
      'max_wal_size',
      'random_page_cost',
      'statement_timeout',
      'max_connections',
    ]),
  );
  const untold = await advise({ machine: {} });
  for (const name of ['shared_buffers', 'effective_cache_size', 'random_page_cost', 'pool size'])
    expect(byName(untold)[name]).toBeUndefined();
  expect(untold.limits.join(' ')).toContain('The memory of production’s server is not told');
});

test('what rows can show is tried on copies of the twin, and nothing of that stays', async () => {
  const sandbox = await testSandbox();
  const advice = await advise({ filled: { sandbox, database: source, scale: rows / 5_000_000 } });
  const found = byName(advice);
  expect(found['random_page_cost']).toMatchObject({ basis: 'tried', now: '4', advised: '1.1' });
  const [join] = found['random_page_cost']!.trial!.queries;
  expect(join).toMatchObject({ name: 'picked', planChanged: true });
  expect(join!.ratio.high).toBeLessThan(1);
  const memory = found['work_mem']!;
  // 1,500 pages a call in production need more than the twin's rows do.
  expect(memory.advised).toBe('32MB');
  expect(memory).toMatchObject({ basis: 'tried', scope: { kind: 'statement', query: 'sorted' }, now: '4MB' });
  expect(memory.trial!.queries[0]!.temporary.before).toBeGreaterThan(1_000_000);
  expect(memory.trial!.queries[0]!.temporary.after).toBe(0);
  expect(memory.sql).toContain(`SET LOCAL work_mem = '${memory.advised}';`);
  const vacuum = found['autovacuum_vacuum_scale_factor']!;
  expect(vacuum.basis).toBe('tried');
  expect(vacuum.trial!.figures.find(({ what }) => what === 'vacuums')).toMatchObject({ before: 0 });
  const dead = vacuum.trial!.figures.find(({ what }) => what === 'dead rows')!;
  expect(dead.after).toBeLessThan(dead.before / 2);
  const fill = found['fillfactor']!;
  expect(fill.basis).toBe('tried');
  const hot = fill.trial!.figures.find(({ what }) => what.startsWith('HOT'))!;
  expect(hot.after).toBeGreaterThan(hot.before + 0.3);
  const log = found['max_wal_size']!;
  expect(log.basis).toBe('tried');
  const early = log.trial!.figures.find(({ what }) => what === 'early checkpoints')!;
  expect(early.after).toBeLessThan(early.before);
  expect(found['shared_buffers']!.basis).toBe('derived');
  const session = await postgres.connect(source.adminUrl);
  const { rows: left } = await session.query<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_settings WHERE name IN ('autovacuum_naptime', 'work_mem', 'fsync') ORDER BY name",
  );
  const { rows: databases } = await session.query("SELECT FROM pg_database WHERE datname LIKE 'db\\_%'");
  await session.close();
  expect(left.map(({ setting }) => setting)).toEqual(['60', 'off', '4096']);
  expect(databases.length).toBeLessThanOrEqual(2);
});
