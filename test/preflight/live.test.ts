/** What a running server tells about itself, to its superuser, to a monitor, to an owner and to anybody. */
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { LiveFacts, Session } from '../../src/engine/model.ts';
import { testDatabase } from '../support/database.ts';

const sql = `
  CREATE TABLE kept (id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word text NOT NULL);
  INSERT INTO kept (word) SELECT 'w' FROM generate_series(1, 20000);
  ANALYZE kept;
  CREATE TABLE "Odd ""name" (id int) WITH (autovacuum_enabled = off);
  CREATE TABLE other (id int)`;
const tables = ['public.kept', 'public.Odd "name'];

async function looked(url: string): Promise<LiveFacts> {
  const session = await postgres.connect(url);
  return postgres.live.look(session, { tables }).finally(() => session.close());
}

async function opened(url: string, application: string, ...statements: readonly string[]): Promise<Session> {
  const session = await postgres.connect(url, { application });
  for (const statement of statements) await session.run(statement);
  return session;
}

test('transactions, snapshots, locks and their waiters, sizes, sequences, invalid indexes', async () => {
  const { ownerUrl } = await testDatabase({ sql });
  const builder = await opened(ownerUrl, 'builder');
  await expect(builder.run('CREATE UNIQUE INDEX CONCURRENTLY broken ON kept (word)')).rejects.toThrow();
  const reader = await opened(
    ownerUrl,
    'report',
    'BEGIN ISOLATION LEVEL REPEATABLE READ',
    'SELECT count(*) FROM other',
  );
  const idle = await opened(ownerUrl, 'forgotten', 'BEGIN', 'LOCK TABLE kept IN ROW EXCLUSIVE MODE');
  const waiter = await opened(ownerUrl, 'deploy');
  const waits = waiter.run('ALTER TABLE kept ADD COLUMN later int').catch(() => undefined);
  try {
    await expect
      .poll(async () => (await looked(ownerUrl)).locks.some(({ granted }) => !granted), { timeout: 5000 })
      .toBe(true);
    const facts = await looked(ownerUrl);
    expect(facts.standby).toBe(false);
    expect(facts.identity.system).toMatch(/^\d+$/);
    expect(facts.transactions.find(({ application }) => application === 'report')).toMatchObject({
      pid: reader.pid,
      state: 'idle in transaction',
      snapshot: true,
    });
    expect(facts.transactions.find(({ application }) => application === 'forgotten')?.snapshot).toBe(false);
    expect(facts.oldestSnapshot?.holder).toContain('report');
    expect(facts.locks.find(({ granted }) => !granted)).toMatchObject({
      relation: 'public.kept',
      mode: 'ACCESS EXCLUSIVE',
      pid: waiter.pid,
      behind: [idle.pid],
    });
    expect(facts.locks.some(({ mode, pid }) => mode === 'ROW EXCLUSIVE' && pid === idle.pid)).toBe(true);
    // Whoever asks for the length of a file would stand behind the waiting ALTER.
    expect(facts.sizes.find(({ table }) => table === 'public.kept')).toMatchObject({ estimated: true });
    expect(facts.sizes).toHaveLength(2);
    expect(facts.invalidIndexes).toEqual([{ index: 'public.broken', table: 'public.kept', building: false }]);
    expect(facts.sequences).toContainEqual(
      expect.objectContaining({ sequence: 'public.kept_id_seq', last: 20_000, max: 32_767 }),
    );
    expect(facts.vacuums.off).toEqual(['public.Odd "name']);
    expect(facts.unseen.map(({ what }) => what)).toContain('free space on the disks');
  } finally {
    await idle.run('ROLLBACK');
    await waits;
    for (const session of [reader, idle, waiter, builder]) await session.close();
  }
  const after = await looked(ownerUrl);
  expect(after.locks).toEqual([]);
  expect(after.sizes.find(({ table }) => table === 'public.kept')).not.toHaveProperty('estimated');
  expect(after.sizes.find(({ table }) => table === 'public.kept')?.bytes).toBeGreaterThan(500_000);
});
