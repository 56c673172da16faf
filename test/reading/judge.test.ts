/** What a statement would call is judged by what the server makes of it; nothing of it runs meanwhile. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Judged, Session } from '../../src/engine/model.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { allowed, judgeSql, masked, refused, shown, told } from './judge-sql.ts';
import { servers, startServer } from './servers.ts';

const judge: typeof postgres.reading.judge = (...all) => postgres.reading.judge(...all);

const because = (judged: Judged): string =>
  judged.allowed ? '' : judged.refusals.map((one) => `${one.what}: ${one.because}`).join('\n');

describe.each(await servers([14, 16, 18]))('judged on PostgreSQL $major', ({ major }) => {
  let sandbox: Sandbox;
  let session: Session;
  let owner: Session;

  beforeAll(async () => {
    sandbox = await startServer(major);
    const database = await sandbox.createDatabase();
    const role = await sandbox.createRole();
    owner = await postgres.connect(database.ownerUrl);
    await owner.run(judgeSql);
    await owner.run(
      `GRANT USAGE ON SCHEMA s TO "${role.name}"; GRANT SELECT ON ALL TABLES IN SCHEMA s TO "${role.name}"`,
    );
    session = await postgres.connect(role.url(database), {
      names: 'database',
      settings: { search_path: 's' },
    });
  }, 60_000);
  afterAll(async () => {
    await session?.close();
    await owner?.close();
    await sandbox?.stop();
  });

  /** All on the newest version, every third on the others: their trees differ in names, not in what is done with them. */
  const some = <T>(all: readonly T[]): readonly T[] =>
    all.filter((_, at) => major === 18 || at % 3 === major % 3 || process.env.DBD_WHOLE === '1');

  const locks = async (): Promise<number> => {
    const { rows } = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_locks WHERE locktype = 'advisory'`,
    );
    return rows[0]!.count;
  };

  test('masked columns may be shown, and the answer says which come out masked', async () => {
    for (const [sql, columns] of some(shown)) {
      const judged = await judge(session, sql, { masked });
      expect(because(judged), sql).toBe('');
      if (judged.allowed)
        expect(
          judged.columns.filter((one) => one.masked).map((one) => one.name),
          sql,
        ).toEqual(columns);
    }
  });

  test('whatever else is done with them is refused by their name, and allowed when they are not masked', async () => {
    for (const sql of some(told)) {
      expect(because(await judge(session, sql, { masked })), sql).toMatch(
        /s\.(people|part1)\.(email|phone)|attmissingval/,
      );
      if (!sql.includes('attmissingval')) expect(because(await judge(session, sql)), sql).toBe('');
    }
  });

  test('danger that is not in the text is found', async () => {
    for (const [sql, named] of some(refused)) {
      if (major < 16 && sql.includes('pg_input_is_valid')) continue;
      expect(because(await judge(session, sql)), sql).toContain(named);
    }
    expect(await locks()).toBe(0);
  });

  test('what is near to it passes', async () => {
    for (const sql of some(allowed)) expect(because(await judge(session, sql)), sql).toBe('');
  });

  test('analysis alone would have run the CHECK behind a literal', async () => {
    await session.query('BEGIN');
    await session.analyse(`SELECT '{1}'::s.bad[]`);
    expect(await locks()).toBe(1);
    await session.query('ROLLBACK');
    await session.query('DISCARD ALL');
    await session.query(`SET search_path = s`);
  });

  test('the session is as it was, and in no transaction', async () => {
    const state = (): Promise<unknown> =>
      session.query(
        `SELECT current_setting('client_min_messages'), current_setting('debug_print_rewritten'), current_setting('search_path') AS path,
          current_setting('statement_timeout') AS timeout, now() = statement_timestamp() AS outside`,
      );
    const before = await state();
    await judge(session, 'SELECT 1');
    await judge(session, 'SELECT nonsense');
    expect(await state()).toEqual(before);
  });

  test('a server that reads literals otherwise is not trusted', async () => {
    await session.query('SET standard_conforming_strings = off');
    expect(because(await judge(session, `SELECT 'a\\', pg_sleep(9) --'`))).toContain(
      'standard_conforming_strings',
    );
    await session.query('RESET standard_conforming_strings');
    expect(because(await judge(session, `SELECT 'a\\', pg_sleep(9) --'`))).toContain('pg_sleep');
  });

  test('a name that fills a line of the tree is refused, a shorter one is not', async () => {
    const named = (size: number): string => `SELECT 1 AS "${'('.repeat(size)}"`;
    expect(because(await judge(session, named(20)))).toBe('');
    expect(because(await judge(session, named(60)))).toContain('too long');
  });

  test('deep and long statements end in an answer', async () => {
    const deep = await judge(session, `SELECT ${'('.repeat(3000)}1${')'.repeat(3000)}`);
    const sum = await judge(session, `SELECT ${Array.from({ length: 300 }, () => '1').join(' + ')}`);
    const long = await judge(session, `SELECT '${'x'.repeat(300_000)}'`);
    expect([deep.allowed, sum.allowed, long.allowed]).toEqual([expect.any(Boolean), true, false]);
    expect(because(await judge(session, 'SELECT 1'))).toBe('');
  });
});

test('versions that are not known are refused', async () => {
  for (const version of [130_012, 190_000]) {
    const judged = await judge({ serverVersion: version } as Session, 'SELECT 1');
    expect(because(judged)).toContain(`PostgreSQL ${(version / 10_000) | 0}`);
  }
});
