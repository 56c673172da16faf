/** Questions to rows: right where a table is read as a whole, and where only a share of it is. */
import { describe, expect, test } from 'vitest';
import type { ProbeKind, Probes } from '../../src/engine/probes/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { askProbes } from '../../src/engines/postgres/snapshot/probes/ask.ts';
import { probeList } from '../../src/engines/postgres/snapshot/probes/list.ts';
import type { ListedProbe } from '../../src/engines/postgres/snapshot/probes/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { hasPsql, outputOf, read, run, snapshotOf } from './capture-tools.ts';

const all: readonly ProbeKind[] = ['fan-out', 'pairs', 'offsets', 'prefixes', 'ends'];

/** Parent i has i % 4 children, the first one 5,000 more; children come 3 days after, in pairs with tags. */
const small = `
CREATE TABLE parents (id int PRIMARY KEY, code text NOT NULL, born timestamptz NOT NULL, over timestamptz);
INSERT INTO parents SELECT i, CASE WHEN i % 3 = 0 THEN 'DE-' ELSE 'US-' END || i, '2026-01-01'::timestamptz + i * interval '1 hour',
  CASE WHEN i % 2 = 0 THEN '2026-01-01'::timestamptz + i * interval '1 hour' + interval '1 day' WHEN i % 11 = 0 THEN 'infinity' END FROM generate_series(1, 1000) i;
CREATE TABLE tags (id int PRIMARY KEY);
INSERT INTO tags SELECT generate_series(1, 10);
CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents, tag int REFERENCES tags, day date, note text, UNIQUE (parent, tag, id));
INSERT INTO children SELECT row_number() OVER (), p.id, 1 + k % 2, (p.born + interval '3 days')::date, NULL
  FROM parents p, generate_series(1, p.id % 4 + CASE WHEN p.id = 1 THEN 5000 ELSE 0 END) k;
INSERT INTO children SELECT 100000 + i, NULL, 3, NULL, NULL FROM generate_series(1, 50) i;
CREATE TABLE "Odd ""one" ("Né" int PRIMARY KEY, "the key" int REFERENCES "Odd ""one", "a%b" text);
INSERT INTO "Odd ""one" SELECT i, NULL, 'x%' || i FROM generate_series(1, 20) i;
CREATE TABLE hidden (id int PRIMARY KEY, body text);
INSERT INTO hidden VALUES (1, 'x');
ANALYZE`;

const untimed = (probes: Probes): Probes => ({
  ...probes,
  ran: probes.ran.map((one) => ({ ...one, ms: 0 })),
});

describe('probes of small tables', () => {
  test('tell what is there', async () => {
    const { ownerUrl } = await testDatabase({ sql: small });
    const { probes } = await snapshotOf(ownerUrl, { probes: all });
    expect(probes.ran.every(({ share, refused }) => share === 1 && refused === undefined)).toBe(true);
    expect(probes.fanOut.find(({ constraint }) => constraint === 'children_parent_fkey')?.histogram).toEqual([
      { children: 0, parents: 250 },
      { children: 1, parents: 249 },
      { children: 2, parents: 250 },
      { children: 3, parents: 250 },
      { children: 5001, parents: 1 },
    ]);
    expect(probes.pairs).toEqual([
      {
        table: { schema: 'public', name: 'children' },
        columns: ['parent', 'tag'],
        rows: 6500,
        distinct: 1251,
      },
    ]);
    const offset = (from: string, to: string) =>
      probes.offsets.find((one) => one.from === from && one.to === to);
    expect(offset('born', 'over')?.percentiles).toEqual(Array.from({ length: 21 }, () => 86_400));
    const days = offset('born', 'day')!;
    expect(days.through).toBe('children_parent_fkey');
    expect([days.percentiles[0]! >= 2 * 86_400, days.percentiles[20]! <= 3 * 86_400]).toEqual([true, true]);
    expect(probes.prefixes.find(({ column }) => column === 'code')).toMatchObject({
      length: 4,
      common: expect.arrayContaining([{ prefix: 'US-1', share: expect.closeTo(0.075, 2) }]),
    });
    expect(probes.prefixes.find(({ column }) => column === 'note')).toBeUndefined();
    expect(probes.ends).toContainEqual({
      table: { schema: 'public', name: 'parents' },
      column: 'id',
      least: '1',
      greatest: '1000',
    });
    expect(probes.fanOut.find(({ table }) => table.name === 'Odd "one')?.histogram).toEqual([
      { children: 0, parents: 20 },
    ]);
  });

  test.skipIf(!hasPsql())('tell the same by the script, which also lists what was refused', async () => {
    const { ownerUrl, adminUrl, name } = await testDatabase({ sql: small });
    const direct = await snapshotOf(ownerUrl, { probes: all });
    expect(
      untimed((await postgres.capture.fromScript(await outputOf(ownerUrl, { probes: all }))).probes),
    ).toEqual(untimed(direct.probes));
    const sandbox = await testSandbox();
    const role = await sandbox.createRole();
    await run(
      adminUrl,
      `GRANT SELECT ON parents, children, tags, "Odd ""one" TO ${role.name}; ALTER TABLE tags ENABLE ROW LEVEL SECURITY`,
    );
    const url = role.url({ name, ownerUrl, adminUrl });
    for (const probes of [
      (await snapshotOf(url, { probes: all })).probes,
      (await postgres.capture.fromScript(await outputOf(url, { probes: all }))).probes,
    ]) {
      const refused = probes.ran.filter((one) => one.refused !== undefined);
      expect(new Set(refused.map(({ table, refused: why }) => [table.name, why].join(': ')))).toEqual(
        new Set([
          'children: row security shows this role a part of it',
          'hidden: this role may not read it',
          'tags: row security shows this role a part of it',
        ]),
      );
      expect(probes.prefixes.some(({ table }) => table.name === 'hidden')).toBe(false);
      expect(probes.fanOut.some(({ constraint }) => constraint === 'children_parent_fkey')).toBe(true);
    }
  });

  test('read no row when they are not asked for', async () => {
    const { ownerUrl } = await testDatabase({ sql: small });
    const scans = async () =>
      (await read(
        ownerUrl,
        'SELECT relname, seq_scan, idx_scan FROM pg_stat_user_tables ORDER BY relname',
      )) as readonly unknown[];
    await run(ownerUrl, 'SELECT pg_stat_clear_snapshot()');
    const before = await scans();
    const { probes } = await snapshotOf(ownerUrl);
    expect(probes).toEqual({ ran: [], fanOut: [], pairs: [], offsets: [], prefixes: [], ends: [] });
    await run(ownerUrl, 'SELECT pg_stat_clear_snapshot()');
    expect(await scans()).toEqual(before);
  });
});

/** 40,000 parents of one page each six; half of them without children, the rest with 1 to 3; 60 MB of children. */
const large = `
CREATE TABLE parents (id int PRIMARY KEY, filler text NOT NULL) WITH (fillfactor = 100);
ALTER TABLE parents ALTER filler SET STORAGE plain;
INSERT INTO parents SELECT i, repeat('p', 900) FROM generate_series(1, 40000) i;
CREATE TABLE tags (id int PRIMARY KEY);
INSERT INTO tags SELECT generate_series(1, 500);
CREATE TABLE children (id int PRIMARY KEY, parent int NOT NULL REFERENCES parents, tag int NOT NULL REFERENCES tags, at timestamp, done timestamp, filler text, UNIQUE (parent, tag, id));
ALTER TABLE children ALTER filler SET STORAGE plain;
INSERT INTO children SELECT row_number() OVER (), p, 1 + (p * 7 + k) % 500, '2026-01-01'::timestamp + p * interval '1 min', '2026-01-01'::timestamp + p * interval '1 min' + k * interval '1 hour', repeat('c', 1400)
  FROM generate_series(1, 40000) p, generate_series(1, CASE WHEN p % 2 = 0 THEN 0 ELSE 1 + p % 3 END) k;
CREATE INDEX ON children (parent);
ANALYZE`;

describe('probes of large tables', () => {
  test('look at a share of the parents, tell it, and carry counts to the whole', async () => {
    const { ownerUrl, adminUrl } = await testDatabase({ sql: large });
    await carried(ownerUrl);
    // As if nobody had ever analysed it.
    await run(
      adminUrl,
      "UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relname IN ('parents', 'children')",
    );
    await carried(ownerUrl);
  });

  async function carried(url: string): Promise<void> {
    const { probes } = await snapshotOf(url, { probes: all });
    const asked = probes.ran.find(({ kind, what }) => kind === 'fan-out' && what.includes('parents'))!;
    expect(asked.share).toBeGreaterThan(0.05);
    expect(asked.share).toBeLessThan(0.2);
    const { histogram } = probes.fanOut.find(({ constraint }) => constraint === 'children_parent_fkey')!;
    const parents = new Map(histogram.map((one) => [one.children, one.parents]));
    expect([...parents.values()].reduce((a, b) => a + b, 0)).toBeCloseTo(40_000, -3);
    // A sample of children would never have met them.
    expect(parents.get(0)! / 40_000).toBeCloseTo(0.5, 1);
    for (const children of [1, 2, 3]) expect(parents.get(children)! / 40_000).toBeCloseTo(1 / 6, 1);
    const [pair] = probes.pairs;
    expect(probes.ran.find(({ kind }) => kind === 'pairs')!.share).toBeLessThan(1);
    expect(pair!.rows / 40_000).toBeCloseTo(1, 1);
    expect(pair!.distinct / 40_000).toBeCloseTo(1, 1);
    expect(probes.offsets.find(({ to }) => to === 'done')).toMatchObject({
      percentiles: expect.arrayContaining([3600, 7200, 10_800]),
    });
    expect(probes.ends).toContainEqual(
      expect.objectContaining({ column: 'parent', least: '1', greatest: '39999' }),
    );
  }

  test('stop in time and say so', async () => {
    const { ownerUrl } = await testDatabase({ sql: small });
    const session = await postgres.connect(ownerUrl);
    try {
      const listed = async (statementMs: number) =>
        (await session.query(probeList(all, statementMs).sql({ version: 0, statements: 0 })))
          .rows as readonly unknown[] as readonly ListedProbe[];
      await session.run(`BEGIN; SET LOCAL statement_timeout = '200ms'; SET LOCAL search_path = ''`);
      const [first, second] = await listed(30_000);
      const slow: ListedProbe = { ...first!, query: 'SELECT pg_sleep(20)' };
      const { signal } = new AbortController();
      expect(await askProbes(session, [slow, second!], signal)).toMatchObject([
        { number: 1, failed: 'canceling statement due to statement timeout' },
        { number: 2, answer: expect.anything() },
      ]);
      // The time of all questions together is over.
      expect(await askProbes(session, await listed(0), signal)).toEqual([]);
    } finally {
      await session.close();
    }
  });

  test('a table that somebody has for himself is named', async () => {
    const { ownerUrl } = await testDatabase({ sql: small });
    const other = await postgres.connect(ownerUrl);
    try {
      await other.run('BEGIN; LOCK TABLE hidden');
      await expect(snapshotOf(ownerUrl)).rejects.toMatchObject({
        code: 'sql.timeout',
        message: 'Reading "indexes" waited for public.hidden, which another session has locked.',
      });
    } finally {
      await other.close();
    }
  });
});
