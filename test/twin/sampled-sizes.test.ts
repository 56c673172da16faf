/** Filled twins of other sizes, equal ones, and those that cannot be. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { filledDatabase } from '../../src/twin/sampled/sampled.ts';
import { testSandbox } from '../support/database.ts';
import {
  answer,
  capture,
  fill,
  rowsOf,
  sourceSnapshot,
  tables,
  within,
  type Twin,
} from './sampled-source.ts';

let snapshot: Snapshot;
let twin: Twin;

beforeAll(async () => {
  snapshot = await sourceSnapshot();
  twin = await fill(snapshot, { scale: 0.2 });
});

describe('the same and other sizes', () => {
  const prints = tables.map(
    (table) => `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS a FROM ${table} AS t`,
  );
  const printOf = (of: Twin): Promise<readonly unknown[]> =>
    Promise.all(prints.map((sql) => answer(of.database, sql)));

  test('equal seeds give equal rows, others do not', async () => {
    const again = await fill(snapshot, { scale: 0.2 });
    expect(await printOf(again)).toEqual(await printOf(twin));
    const other = await fill(snapshot, { scale: 0.2, seed: 8 });
    expect(await printOf(other)).not.toEqual(await printOf(twin));
    const sandbox = await testSandbox();
    for (const { database } of [again, other]) await sandbox.dropDatabase(database);
  });

  test.each([0.1, 2])('scale %s keeps children per parent', async (scale) => {
    const scaled = await fill(snapshot, { scale });
    expect(rowsOf(scaled.seen, 'purchases')).toBe(12_000 * scale);
    expect(rowsOf(scaled.seen, 'groups')).toBe(40);
    for (const constraint of ['purchases_buyer_id_fkey', 'purchase_lines_purchase_id_fkey']) {
      const shares = (of: Snapshot): readonly number[] => {
        const { histogram } = of.probes.fanOut.find((one) => one.constraint === constraint)!;
        const all = histogram.reduce((sum, one) => sum + one.parents, 0);
        return [0, 1, 2, 3].map(
          (children) => (histogram.find((one) => one.children === children)?.parents ?? 0) / all,
        );
      };
      shares(snapshot).forEach((share, i) =>
        expect([constraint, i, Math.abs(shares(scaled.seen)[i]! - share) < 0.03]).toEqual([
          constraint,
          i,
          true,
        ]),
      );
    }
    await (await testSandbox()).dropDatabase(scaled.database);
  });

  test('a number of rows is shared out among the tables', async () => {
    const small = await fill(snapshot, { rows: 5000 });
    const all = small.seen.relations
      .filter((one) => one.kind === 'table' && one.rows > 0)
      .reduce((sum, one) => sum + one.rows, 0);
    expect(Math.abs(all - 5000)).toBeLessThan(150);
    await (await testSandbox()).dropDatabase(small.database);
  });
});

describe('what cannot be guessed', () => {
  const riddle = `CREATE TABLE riddles (id integer PRIMARY KEY, code text NOT NULL CONSTRAINT riddles_code CHECK (md5(code) LIKE '0%'))`;
  const withRiddle = async (): Promise<Snapshot> => {
    const sandbox = await testSandbox();
    const database = await sandbox.createDatabase();
    await within(database.ownerUrl, (session) =>
      session.run(
        `${riddle}; INSERT INTO riddles SELECT row_number() OVER (), n::text FROM generate_series(1, 30000) AS n WHERE md5(n::text) LIKE '0%'; ANALYZE riddles`,
      ),
    );
    const taken = await capture(database);
    await sandbox.dropDatabase(database);
    return taken;
  };

  test('is refused by name, leaves no database, and takes a generator', async () => {
    const taken = await withRiddle();
    const sandbox = await testSandbox();
    const names = (): Promise<unknown> => answer(twin.database, `SELECT count(*)::int AS a FROM pg_database`);
    const before = await names();
    const blind = { ...taken, columns: taken.columns.filter((one) => one.column !== 'code') };
    await expect(fill(blind)).rejects.toMatchObject({
      code: 'twin.fill',
      message: expect.stringContaining('riddles_code'),
    });
    expect(await names()).toBe(before);
    const made = await filledDatabase({
      engine: postgres,
      sandbox,
      snapshot: blind,
      seed: 1,
      generators: {
        'public.riddles.code': `(SELECT k::text FROM generate_series(n * 1000, n * 1000 + 999) AS k WHERE md5(k::text) LIKE '0%' LIMIT 1)`,
      },
      emit: () => undefined,
      signal: new AbortController().signal,
    });
    expect(await answer(made.database, 'SELECT count(*)::int AS a FROM riddles')).toBe(
      rowsOf(taken, 'riddles'),
    );
    await sandbox.dropDatabase(made.database);
  });

  test('a stopped filling leaves no database', async () => {
    const stop = new AbortController();
    const names = (): Promise<unknown> => answer(twin.database, `SELECT count(*)::int AS a FROM pg_database`);
    const before = await names();
    await expect(
      fill(snapshot, { signal: stop.signal, emit: (event) => event.kind === 'step' && stop.abort() }),
    ).rejects.toMatchObject({ code: 'interrupted' });
    expect(await names()).toBe(before);
  });
});
