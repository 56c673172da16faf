/** Backfills: paced, resumable, beside an application that writes, and never in its way. */
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { failing, folder, ground, sleep, type Folder } from './ground.ts';

const rows = 30_000;
const table = `CREATE TABLE items (id bigint PRIMARY KEY, n int NOT NULL, wide bigint);
  INSERT INTO items SELECT i * 3, i FROM generate_series(1, ${rows}) i; ANALYZE items`;
const batch: Batch = {
  table: { schema: 'public', name: 'items' },
  key: ['id'],
  set: 'wide = n',
  where: 'wide IS NULL',
};

function backfillOf(one: Batch): Folder {
  const files = folder();
  files.change('20261120T0915-wide', [
    // Its own loop must not run: the keeper paces the work.
    {
      sql: `DO $$ BEGIN RAISE EXCEPTION 'the loop ran'; COMMIT; END $$`,
      transaction: 'none',
      phase: 'backfill',
      batch: one,
    },
  ]);
  return files;
}

test('every row once, in batches along the key, with the progress kept', async () => {
  const db = await ground(table);
  const { ran } = await db.run(backfillOf(batch).path);
  expect(ran[0]?.steps[0]?.rows).toBe(rows);
  expect(await db.value('SELECT count(*) FROM items WHERE wide IS DISTINCT FROM n')).toBe(0);
  const { rows: kept } = await db.session.query('SELECT rows, batches, done, watermark FROM dbd.progress');
  expect(kept).toEqual([{ rows, batches: expect.any(Number), done: true, watermark: [String(rows * 3)] }]);
  expect(Number(kept[0]!['batches'])).toBeGreaterThan(3);
});

test('it goes on where it was stopped, on another machine too', async () => {
  const db = await ground(table, { budgets: { batchMs: 20, load: 0.3 } });
  const files = backfillOf(batch);
  const stop = new AbortController();
  const run = db.run(files.path, { signal: stop.signal });
  while (Number(await db.value('SELECT count(wide) FROM items')) < 2000) await sleep(5);
  stop.abort();
  expect(await failing(run)).toMatchObject({ code: 'interrupted' });
  const half = Number(await db.value('SELECT count(wide) FROM items'));
  expect(half).toBeLessThan(rows);
  expect(await db.value('SELECT rows FROM dbd.progress')).toBe(half);
  await db.session.run(
    'CREATE TABLE touched (id bigint); CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO touched VALUES (new.id); RETURN new; END $$; CREATE TRIGGER noted BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION noted()',
  );
  await db.session.run(`DELETE FROM dbd.history WHERE kind = 'structure'`);
  await db.run(files.path);
  expect(await db.value('SELECT count(*) FROM touched')).toBe(rows - half);
  expect(await db.value('SELECT rows FROM dbd.progress')).toBe(rows);
});

test('keys of several columns, hostile names, and work that is no UPDATE', async () => {
  const db =
    await ground(`CREATE TABLE "Odd ""t""" ("a b" text, at timestamptz, done boolean, PRIMARY KEY ("a b", at));
    INSERT INTO "Odd ""t""" SELECT 'k''' || i % 7, '2026-01-01'::timestamptz + i * interval '0.001 s' FROM generate_series(1, 5000) i;
    CREATE TABLE copies (a text, at timestamptz, PRIMARY KEY (a, at))`);
  const odd = { schema: 'public', name: 'Odd "t"' };
  await db.run(
    backfillOf({ table: odd, key: ['a b', 'at'], set: 'done = true', where: 'done IS NULL' }).path,
  );
  expect(await db.value('SELECT count(*) FROM "Odd ""t""" WHERE done')).toBe(5000);
  const files = backfillOf({
    table: odd,
    key: ['a b', 'at'],
    set: '',
    where: '',
    alias: 's',
    statement: `INSERT INTO copies SELECT s."a b", s.at FROM "Odd ""t""" s WHERE /* range */ true ON CONFLICT DO NOTHING`,
  });
  files.change('20261120T0916-again', [{ sql: 'SELECT 1' }]);
  await db.session.run('DROP SCHEMA dbd CASCADE');
  await db.run(files.path);
  expect(await db.value('SELECT count(*) FROM copies')).toBe(5000);
});

test('an empty table, and one whose rows are all done', async () => {
  const db = await ground('CREATE TABLE items (id bigint PRIMARY KEY, n int, wide bigint)');
  expect((await db.run(backfillOf(batch).path)).ran[0]?.complete).toBe(true);
});

test('a key that is not there is named', async () => {
  const db = await ground('CREATE TABLE items (other bigint PRIMARY KEY, n int, wide bigint)');
  const error = await failing(db.run(backfillOf(batch).path));
  expect(error).toMatchObject({ code: 'runner.unclear' });
  expect(error.message).toMatch(/walks along `id` of public\.items/);
});

describe('beside an application', () => {
  test('that locks rows the other way round: it sees no deadlock, and no row is missed', async () => {
    const db = await ground(table, { budgets: { batchMs: 40, load: 1 } });
    const files = backfillOf(batch);
    let stop = false;
    const failures: string[] = [];
    let done = 0;
    const application = async (seed: number): Promise<void> => {
      const session = await postgres.connect(db.url);
      for (let i = 0; !stop; i++) {
        const from = ((seed * 7919 + i * 104_729) % rows) * 3;
        try {
          // Higher keys first, and both kept for a while: what a careless application does.
          await session.run(
            `BEGIN; UPDATE items SET n = n WHERE id = ${from + 300}; SELECT pg_sleep(0.004); UPDATE items SET n = n WHERE id = ${from + 3}; COMMIT`,
          );
          done += 1;
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error));
          await session.run('ROLLBACK');
        }
      }
      await session.close();
    };
    const clients = [1, 2, 3, 4].map(application);
    const run = await db.run(files.path);
    stop = true;
    await Promise.all(clients);
    expect(done).toBeGreaterThan(10);
    expect(failures.filter((text) => /deadlock/.test(text))).toEqual([]);
    expect(run.ran[0]?.complete).toBe(true);
    expect(await db.value('SELECT count(*) FROM items WHERE wide IS NULL')).toBe(0);
  });

  test('that keeps a row for long: the others go on, and the row is done when it is free', async () => {
    const db = await ground(table, { budgets: { batchMs: 20, load: 1 } });
    const other = await postgres.connect(db.url, { application: 'shop' });
    await other.run('BEGIN; UPDATE items SET n = n WHERE id = 9000');
    const run = db.run(backfillOf(batch).path);
    for (let i = 0; i < 600 && Number(await db.value('SELECT count(wide) FROM items')) < rows - 1; i++)
      await sleep(25);
    expect(await db.value('SELECT count(*) FROM items WHERE wide IS NULL')).toBe(1);
    expect(await db.value('SELECT jsonb_array_length(again) > 0 FROM dbd.progress')).toBe(true);
    await other.run('COMMIT');
    await other.close();
    expect((await run).ran[0]?.complete).toBe(true);
    expect(await db.value('SELECT count(*) FROM items WHERE wide IS NULL')).toBe(0);
  });

  test('a cap on the log is kept', async () => {
    const walPerSecond = 4 * 1024 ** 2;
    const db = await ground(table, { budgets: { batchMs: 10, load: 1, walPerSecond } });
    const before = Number(
      await db.value(`SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8`),
    );
    const began = performance.now();
    await db.run(backfillOf(batch).path);
    const seconds = (performance.now() - began) / 1000;
    const written =
      Number(await db.value(`SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8`)) - before;
    // Negative control: without the cap it takes a fraction of the time that it says.
    expect(written).toBeGreaterThan(walPerSecond);
    expect(written / seconds).toBeLessThan(walPerSecond * 1.3);
  });
});

test('a window that closes stops a backfill between two batches, and it goes on in the next one', async () => {
  const files = backfillOf(batch);
  const shut = { days: [], from: 0, to: 1, zone: 'UTC', text: '00:00-00:01 UTC' };
  const now = new Date();
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
  const closed = { ...shut, from: (minute + 120) % 1440, to: (minute + 180) % 1440 };
  const db = await ground(table, { windows: [closed] });
  const error = await failing(db.run(files.path));
  expect(error).toMatchObject({ code: 'runner.window' });
  expect(error.hint).toMatch(/It opens at 20\d\d-.*dbd migrate/);
  expect(await db.value('SELECT count(wide) FROM items')).toBe(0);
});
