/** Today's tables of a task's twin follow a snapshot's statistics at every size that is measured. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fillToday, type Today } from '../../src/deliver/twin/today.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { measuredVolumes } from '../../src/twin/measured.ts';
import { restoredDatabase } from '../../src/twin/restored.ts';
import { knowledgeOf } from '../../src/twin/sampled/knowledge.ts';
import { planVolumes } from '../../src/twin/volumes.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const common = { engine: postgres, emit: () => undefined, signal: new AbortController().signal };

/** One customer in ten has nine of ten orders; an order has one line, or ten. */
const structure = `
  CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
  INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 4000) AS n;
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, status text NOT NULL);
  INSERT INTO orders
    SELECT n, CASE WHEN n % 10 = 0 THEN 1 + n / 10 % 4000 ELSE 1 + (n * 7919 / 10 % 400) * 10 END, CASE WHEN n % 20 = 0 THEN 'open' ELSE 'done' END
      FROM generate_series(1, 40000) AS n;
  CREATE TABLE lines (order_id bigint NOT NULL REFERENCES orders, line integer NOT NULL, amount numeric(10,2) NOT NULL, PRIMARY KEY (order_id, line));
  INSERT INTO lines SELECT o.id, l, l * 1.5 FROM orders o, generate_series(1, CASE WHEN o.id % 10 = 0 THEN 10 ELSE 1 END) AS l;
  ANALYZE;`;

let snapshot: Snapshot;
let current: SandboxDatabase;
let source: SandboxDatabase;

beforeAll(async () => {
  source = await testDatabase({ sql: structure });
  const admin = await postgres.connect(source.adminUrl);
  snapshot = await postgres.capture
    .read(admin, { ...common, probes: ['fan-out', 'pairs', 'offsets'], statementMs: 30_000, statements: 0 })
    .finally(() => admin.close());
  const sandbox = await testSandbox();
  current = (await restoredDatabase({ ...common, sandbox, snapshot })).database;
}, 60_000);

async function today(from: 'statistics' | 'volumes'): Promise<Today> {
  const { catalog } = snapshot;
  return fillToday({
    ...common,
    sandbox: await testSandbox(),
    current,
    catalog,
    volumes: planVolumes({
      catalog,
      volumes: [],
      lifecycle: [],
      tableOf: () => undefined,
      measured: measuredVolumes(snapshot),
      horizonDays: 0,
      rows: 16_000,
    }),
    hints: [],
    seed: 1,
    until: new Date(snapshot.takenAt),
    ...(from === 'statistics' ? { known: knowledgeOf(snapshot) } : {}),
  });
}

/** Children of those parents that have some: mean, median, 95th percentile, and the share of the tenth with most. */
async function fanOut({ ownerUrl }: SandboxDatabase, table: string, key: string): Promise<readonly number[]> {
  const session = await postgres.connect(ownerUrl);
  try {
    const { rows } = await session.query<Record<'mean' | 'half' | 'most' | 'top', string>>(
      `SELECT avg(c)::text AS mean, percentile_disc(0.5) WITHIN GROUP (ORDER BY c)::text AS half, percentile_disc(0.95) WITHIN GROUP (ORDER BY c)::text AS most,
              (sum(c) FILTER (WHERE place <= parents * 0.1) / sum(c))::text AS top
         FROM (SELECT c, row_number() OVER (ORDER BY c DESC) AS place, count(*) OVER () AS parents
                 FROM (SELECT count(*) AS c FROM ${table} GROUP BY ${key}) AS counted) AS ranked`,
    );
    const { mean, half, most, top } = rows[0]!;
    return [mean, half, most, top].map(Number);
  } finally {
    await session.close();
  }
}

async function one({ ownerUrl }: SandboxDatabase, sql: string): Promise<number> {
  const session = await postgres.connect(ownerUrl);
  const { rows } = await session.query<{ n: string }>(sql).finally(() => session.close());
  return Number(rows[0]!.n);
}

const keys = [
  ['orders', 'customer_id'],
  ['lines', 'order_id'],
] as const;

const near = (found: readonly number[], wanted: readonly number[]): boolean =>
  found.every((value, i) => Math.abs(value - wanted[i]!) <= 0.15 * wanted[i]!);

describe('with a snapshot', () => {
  let made: Today;
  beforeAll(async () => {
    made = await today('statistics');
  }, 60_000);

  test('families are as large as in production at each size', async () => {
    expect(made.fills[0]!.limits.join()).not.toContain('could not follow');
    const sizes = [...made.smaller.map(({ database }) => database), made.base];
    expect(sizes).toHaveLength(3);
    for (const [table, key] of keys) {
      const wanted = await fanOut(source, table, key);
      const rows = await one(made.base, `SELECT count(*)::text AS n FROM ${table}`);
      for (const [i, database] of sizes.entries()) {
        const found = await fanOut(database, table, key);
        expect(near(found, wanted), `${table} ${i}: ${found.join(' ')} for ${wanted.join(' ')}`).toBe(true);
        const here = await one(database, `SELECT count(*)::text AS n FROM ${table}`);
        expect(here / rows).toBeCloseTo([0.25, 0.5, 1][i]!, 2);
        const lost = await one(
          database,
          table === 'lines'
            ? 'SELECT count(*)::text AS n FROM lines WHERE order_id NOT IN (SELECT id FROM orders)'
            : 'SELECT count(*)::text AS n FROM orders WHERE customer_id NOT IN (SELECT id FROM customers)',
        );
        expect(lost).toBe(0);
      }
    }
    expect(
      await one(
        sizes[0]!,
        `SELECT round(100.0 * count(*) FILTER (WHERE status = 'open') / count(*))::text AS n FROM orders`,
      ),
    ).toBe(5);
  }, 60_000);
});

test('without its statistics families are all alike', async () => {
  const made = await today('volumes');
  for (const [table, key] of keys) {
    const wanted = await fanOut(source, table, key);
    for (const database of [made.smaller[0]!.database, made.base])
      expect(near(await fanOut(database, table, key), wanted)).toBe(false);
  }
}, 60_000);
