/** What each kind of statement really does, as the watcher sees it: the table that rules and online forms are built on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Seen, Session, Watcher } from '../../../src/engine/model.ts';
import { connect } from '../../../src/engines/postgres/connect.ts';
import { watch } from '../../../src/engines/postgres/watch.ts';
import type { SandboxDatabase } from '../../../src/sandbox/model.ts';
import { testDatabase, testSandbox } from '../../support/database.ts';

let database: SandboxDatabase;
let session: Session;
let watcher: Watcher;

beforeAll(async () => {
  database = await testDatabase();
  session = await connect(database.ownerUrl);
  watcher = await watch.open(database.adminUrl, (await testSandbox()).log);
  await session.run(`
    CREATE TABLE parent (id int PRIMARY KEY);
    INSERT INTO parent SELECT generate_series(1, 100);
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TABLE busy (id int PRIMARY KEY, parent_id int, short varchar(50), amount int, proven int, CONSTRAINT proven_set CHECK (proven IS NOT NULL), at timestamp);
    INSERT INTO busy SELECT i, 1 + i % 100, 'v' || i, i, i, '2026-01-01' FROM generate_series(1, 2000) i;
    CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent);
    CREATE INDEX busy_amount ON busy (amount);
    ALTER TABLE busy ADD CONSTRAINT busy_fk_nv FOREIGN KEY (parent_id) REFERENCES parent NOT VALID;
    ALTER TABLE busy ADD CONSTRAINT busy_check_nv CHECK (amount > 0) NOT VALID;
    CREATE TABLE ranged (n int) PARTITION BY RANGE (n);
    CREATE TABLE ranged_default PARTITION OF ranged DEFAULT;
    CREATE TABLE piece (n int);
    INSERT INTO piece VALUES (5);
    CREATE TABLE proven_piece (n int NOT NULL CHECK (n >= 10 AND n < 20));
  `);
});

afterAll(async () => {
  await watcher?.close();
  await session?.close();
});

/** Runs a statement in a transaction that is rolled back, and tells what the watcher saw before the rollback. */
async function observe(sql: string): Promise<Seen> {
  await session.run('BEGIN');
  try {
    const mark = await watcher.before(session.pid);
    await session.query(sql);
    return await watcher.after(session.pid, mark);
  } finally {
    await session.run('ROLLBACK');
  }
}

const AE = 'ACCESS EXCLUSIVE';
const SRE = 'SHARE ROW EXCLUSIVE';
const SUE = 'SHARE UPDATE EXCLUSIVE';
const busy = (mode: string) => ({ 'public.busy': mode });

interface Truth {
  readonly sql: string;
  readonly locks: Readonly<Record<string, string>>;
  readonly rewrites?: readonly string[];
  readonly scans?: readonly string[];
  readonly skipped?: number;
}

const rewritten = { rewrites: ['public.busy'] };
const rebuilt = ['index busy_pkey built on public.busy', 'index busy_amount built on public.busy'];
const truths: readonly Truth[] = [
  { sql: 'ALTER TABLE busy ADD COLUMN a text', locks: busy(AE) },
  { sql: 'ALTER TABLE busy ADD COLUMN a timestamptz NOT NULL DEFAULT now()', locks: busy(AE) },
  {
    sql: 'ALTER TABLE busy ADD COLUMN a uuid DEFAULT gen_random_uuid()',
    locks: busy(AE),
    ...rewritten,
    scans: rebuilt,
  },
  {
    sql: 'ALTER TABLE busy ADD COLUMN a int GENERATED ALWAYS AS (id + 1) STORED',
    locks: busy(AE),
    ...rewritten,
    scans: rebuilt,
  },
  { sql: 'ALTER TABLE busy ADD COLUMN a positive DEFAULT 1', locks: busy(AE), ...rewritten, scans: rebuilt },
  {
    sql: 'ALTER TABLE busy ADD COLUMN a int CHECK (a > 0)',
    locks: busy(AE),
    scans: ['public.busy verified'],
  },
  {
    sql: 'ALTER TABLE busy ADD COLUMN a int UNIQUE',
    locks: busy(AE),
    scans: ['index busy_a_key built on public.busy'],
  },
  { sql: 'ALTER TABLE busy DROP COLUMN at', locks: busy(AE) },
  {
    sql: 'ALTER TABLE busy ALTER COLUMN short SET NOT NULL',
    locks: busy(AE),
    scans: ['public.busy verified'],
  },
  { sql: 'ALTER TABLE busy ALTER COLUMN proven SET NOT NULL', locks: busy(AE), skipped: 1 },
  { sql: 'ALTER TABLE busy ADD CHECK (amount > 0)', locks: busy(AE), scans: ['public.busy verified'] },
  { sql: 'ALTER TABLE busy ADD CHECK (amount > 0) NOT VALID', locks: busy(AE) },
  {
    sql: 'ALTER TABLE busy VALIDATE CONSTRAINT busy_check_nv',
    locks: busy(SUE),
    scans: ['public.busy verified'],
  },
  {
    sql: 'ALTER TABLE busy ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent',
    locks: { 'public.busy': SRE, 'public.parent': SRE },
    scans: ['foreign key fk validated'],
  },
  {
    sql: 'ALTER TABLE busy ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent NOT VALID',
    locks: { 'public.busy': SRE, 'public.parent': SRE },
  },
  {
    sql: 'ALTER TABLE busy VALIDATE CONSTRAINT busy_fk_nv',
    locks: { 'public.busy': SUE, 'public.parent': 'ROW SHARE' },
    scans: ['foreign key busy_fk_nv validated'],
  },
  { sql: 'ALTER TABLE busy DROP CONSTRAINT busy_fk_nv', locks: { 'public.busy': AE, 'public.parent': AE } },
  { sql: 'DROP TABLE child', locks: { 'public.child': AE, 'public.parent': AE } },
  {
    sql: 'CREATE TABLE fresh (id int PRIMARY KEY, parent_id int REFERENCES parent)',
    locks: { 'public.parent': SRE },
  },
  {
    sql: 'ALTER TABLE busy ADD UNIQUE (proven)',
    locks: busy(AE),
    scans: ['index busy_proven_key built on public.busy'],
  },
  {
    sql: 'CREATE INDEX late ON busy (short)',
    locks: busy('SHARE'),
    scans: ['index late built on public.busy'],
  },
  { sql: 'DROP INDEX busy_amount', locks: busy(AE) },
  {
    sql: 'REINDEX INDEX busy_amount',
    locks: { 'public.busy': 'SHARE', 'public.busy_amount': AE },
    scans: ['index busy_amount built on public.busy'],
  },
  { sql: 'ALTER INDEX busy_amount RENAME TO other', locks: { 'public.busy_amount': SUE } },
  { sql: 'ALTER TABLE busy ALTER COLUMN id TYPE bigint', locks: busy(AE), ...rewritten, scans: rebuilt },
  { sql: 'ALTER TABLE busy ALTER COLUMN short TYPE varchar(100)', locks: busy(AE) },
  { sql: 'ALTER TABLE busy ALTER COLUMN short TYPE text', locks: busy(AE) },
  {
    sql: 'ALTER TABLE busy ALTER COLUMN short TYPE varchar(40)',
    locks: busy(AE),
    ...rewritten,
    scans: rebuilt,
  },
  { sql: `COMMENT ON TABLE busy IS 'x'`, locks: busy(SUE) },
  { sql: 'ALTER TABLE busy SET (fillfactor = 80)', locks: busy(SUE) },
  {
    sql: 'ALTER TABLE ranged ATTACH PARTITION piece FOR VALUES FROM (1) TO (10)',
    locks: { 'public.ranged': SUE, 'public.piece': AE, 'public.ranged_default': AE },
    scans: ['public.piece verified', 'public.ranged_default verified'],
  },
  { sql: 'UPDATE busy SET amount = amount + 1 WHERE id = 1', locks: busy('ROW EXCLUSIVE') },
];

test.each(truths)('$sql', async (truth) => {
  const seen = await observe(truth.sql);
  expect(Object.fromEntries(seen.locks.map((lock) => [lock.relation, lock.mode]))).toEqual(truth.locks);
  expect(seen.rewrites).toEqual(truth.rewrites ?? []);
  expect([...seen.scans].sort()).toEqual([...(truth.scans ?? [])].sort());
  expect(seen.skipped).toHaveLength(truth.skipped ?? 0);
  expect(seen.walBytes).toBeGreaterThan(0);
});

test('statements that run outside transactions are sampled, and their index build is seen', async () => {
  const mark = await watcher.before(session.pid);
  const sampling = await watcher.sample(session.pid, 1);
  await session.query('CREATE INDEX CONCURRENTLY slow_build ON busy ((amount + (SELECT 0)))').catch(() => {});
  await session.query(`CREATE INDEX CONCURRENTLY aside ON busy ((md5(repeat(short, 200))))`);
  const locks = await sampling.stop();
  const seen = await watcher.after(session.pid, mark);
  expect(locks.find((lock) => lock.relation === 'public.busy')?.mode).toBe(SUE);
  expect(seen.scans).toContain('index aside built on public.busy');
  expect(seen.rewrites).toEqual([]);
});

test('a rewrite that the server does not tell is found after the commit', async () => {
  const mark = await watcher.before(session.pid);
  await session.query('TRUNCATE piece');
  expect(await watcher.rewritten(mark)).toEqual(['public.piece']);
});

test('what another session does is not counted', async () => {
  const other = await connect(database.ownerUrl);
  const mark = await watcher.before(session.pid);
  await other.query('ALTER TABLE piece ALTER COLUMN n TYPE bigint');
  await other.close();
  const seen = await watcher.after(session.pid, mark);
  expect(seen.scans).toEqual([]);
  expect(seen.locks).toEqual([]);
});
