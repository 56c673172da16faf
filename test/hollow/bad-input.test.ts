/** Snapshots that cannot be, and twins that cannot be made: a clear error, and nothing is left. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RelationFigures, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { makeHollow } from '../../src/twin/hollow/hollow.ts';
import { testDatabase } from '../support/database.ts';
import { need } from '../support/require.ts';
import { hollowOf, snapshotOf } from './plans.ts';

const sql = `
CREATE FUNCTION even(v integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN v % 2 = 0; END $$;
CREATE DOMAIN even_number AS integer CHECK (even(VALUE));
CREATE DOMAIN label AS text CHECK (VALUE <> '');
CREATE TYPE pair AS (left_side even_number, right_side integer);
CREATE TABLE "it's ""; DROP" (id integer PRIMARY KEY, "select" label, numbers even_number[], both_sides pair, big text, made timestamptz, shape polygon, mask bit(3), doc json);
INSERT INTO "it's ""; DROP" SELECT n, 'label ' || n % 30, ARRAY[n * 2, n * 4], ROW(n * 2, n)::pair, repeat('x', n % 9), now(), '((0,0),(1,1),(1,0))', B'101', '{"a": 1}' FROM generate_series(1, 2000) AS n;
CREATE INDEX ON "it's ""; DROP" ("select", id);
CREATE TABLE empty (id integer PRIMARY KEY);
CREATE TABLE no_columns ();
ANALYZE`;

let snapshot: Snapshot;

beforeAll(async () => {
  snapshot = await snapshotOf((await testDatabase({ sql })).ownerUrl, { ends: true });
});

/** The snapshot with one relation's figures changed. */
const tampered = (change: Partial<RelationFigures>): Snapshot => ({
  ...snapshot,
  relations: snapshot.relations.map((one, i) => (i === 0 ? { ...one, ...change } : one)),
});

describe('figures that no server has', () => {
  const cases: Record<string, () => Snapshot> = {
    'pages below none': () => tampered({ pages: -2 }),
    'part of a page': () => tampered({ pages: 1.5 }),
    'pages beyond the largest relation': () => tampered({ bytes: 2 ** 50 }),
    'no number': () => tampered({ rows: Number.NaN }),
    'a tree of a hundred levels': () => tampered({ index: { method: 'btree', level: 100 } }),
    'files that no disk holds': () => ({
      ...snapshot,
      relations: Array.from({ length: 20 }, (_, i) => ({
        ...snapshot.relations[0]!,
        name: `t${i}`,
        bytes: 2 ** 44,
      })),
    }),
    'a share above one': () => ({
      ...snapshot,
      columns: snapshot.columns.map((one) => ({ ...one, nullFraction: 1.5 })),
    }),
    'pages of another size': () => ({ ...snapshot, source: { ...snapshot.source, blockSize: 16_384 } }),
  };
  test.each(Object.keys(cases))('are refused before a server is started: %s', async (name) => {
    const events: string[] = [];
    await expect(
      makeHollow({
        engine: postgres,
        snapshot: cases[name]!(),
        emit: (event) => void events.push(event.kind),
        signal: new AbortController().signal,
      }),
    ).rejects.toMatchObject({ code: 'twin.hollow' });
    expect(events).toEqual([]);
  });
});

describe('a twin', () => {
  test('of odd names and types has their statistics, and says what runs checks', async () => {
    const twin = await hollowOf(snapshot);
    const session = await postgres.connect(twin.url);
    try {
      const told = twin.notExact.map(({ what }) => what);
      expect(told).toContain('column public.it\'s "; DROP.numbers');
      expect(told).not.toContain('column public.it\'s "; DROP.select');
      const { rows } = await session.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM pg_stats WHERE tablename = $1',
        ['it\'s "; DROP'],
      );
      expect(rows).toEqual([{ n: 9 }]);
      const plan = await postgres.stats.explain(
        session,
        `SELECT * FROM "it's ""; DROP" WHERE "select" = 'label 3'`,
        [],
        false,
      );
      expect((plan.tree as { Plan: { 'Plan Rows': number } }).Plan['Plan Rows']).toBe(67);
    } finally {
      await session.close();
      await twin.sandbox.stop();
    }
  });

  test('with statistics that the server cannot read lacks them and says so', async () => {
    const spoilt = {
      ...snapshot,
      columns: snapshot.columns.map((one) =>
        one.column === 'id' ? { ...one, histogram: '{1,two,3}' } : one,
      ),
    };
    const twin = await hollowOf(spoilt);
    try {
      const found = twin.notExact.find(({ what }) => what === 'column public.it\'s "; DROP.id');
      expect(found?.why).toContain('22P02');
      expect(JSON.stringify(twin.notExact)).not.toContain('two');
    } finally {
      await twin.sandbox.stop();
    }
  });

  test('of no tables is a twin', async () => {
    const empty = await snapshotOf((await testDatabase()).ownerUrl);
    const twin = await hollowOf(empty);
    expect(twin).toMatchObject({ exact: true, apparentBytes: 0 });
    await twin.sandbox.stop();
  });

  test('that is given up leaves no server', async () => {
    const controller = new AbortController();
    let started: string | undefined;
    await expect(
      makeHollow({
        engine: {
          ...postgres,
          hollow: {
            ...postgres.hollow,
            async apply(session, wanted) {
              started = (
                await session.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder")
              ).rows[0]!.folder;
              controller.abort(new Error('given up'));
              return postgres.hollow.apply(session, wanted);
            },
          },
        },
        snapshot,
        emit: () => undefined,
        signal: controller.signal,
      }),
    ).rejects.toThrow('given up');
    expect(started).toBeDefined();
    expect(existsSync(started!)).toBe(false);
  });
});

describe('a disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dbd-hollow-'));
  const before = process.env.DBD_CACHE;
  afterAll(() => {
    if (before === undefined) delete process.env.DBD_CACHE;
    else process.env.DBD_CACHE = before;
    rmSync(folder, { recursive: true, force: true });
  });

  test('that is full is said, and no half twin stays', async () => {
    const disk = join(folder, 'small');
    mkdirSync(disk);
    chmodSync(folder, 0o755);
    let mounted = false;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=500m', 'tmpfs', disk], { stdio: 'ignore' });
      mounted = true;
    } catch {
      // Only root outside of closed containers may.
    }
    if (!need(mounted, 'the right to mount a small disk')) return;
    try {
      chmodSync(disk, 0o755);
      process.env.DBD_CACHE = join(disk, 'c');
      let filled = false;
      const making = makeHollow({
        engine: postgres,
        snapshot,
        emit: (event) => {
          if (event.kind !== 'step' || event.step !== 'start a sandbox') return;
          fill(join(disk, 'filler'));
          filled = true;
        },
        signal: new AbortController().signal,
      });
      await expect(making).rejects.toMatchObject({ code: 'sandbox.disk' });
      expect(filled).toBe(true);
      expect(readdirSync(join(disk, 'c', 'run'))).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

/** Takes all room that is left. */
function fill(path: string): void {
  try {
    for (;;) appendFileSync(path, Buffer.alloc(1 << 16));
  } catch {
    // There is none any more.
  }
}
