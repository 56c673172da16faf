/** Every way around the guard that is known: each call in each place, each spelling, each wrapping, each statement; a witness sees that nothing was touched. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { calls, places, spellings } from './cases/calls.ts';
import { harmless } from './cases/harmless.ts';
import { guesses, plain, statements } from './cases/statements.ts';
import { classed, wrapped } from './cases/wrapped.ts';
import { bypassed, left, masked, secret, startScene, tryAll, type Scene } from './scene.ts';
import { planned, shadows } from './scene-sql.ts';
import { servers } from './servers.ts';

/** Each call in a few places and each place with a few calls, in turn; all of them with `DBD_WHOLE=1`. */
function crossed(each: number): readonly string[] {
  const whole = process.env.DBD_WHOLE === '1';
  return calls.flatMap((call, at) =>
    places
      .filter(
        (_, place) =>
          whole || Math.floor((((place - at * each) % places.length) + places.length) % places.length) < each,
      )
      .map((place) =>
        place
          .replaceAll('$$', '\u0001')
          .replace('$', () => call)
          .replaceAll('\u0001', '$$'),
      ),
  );
}

let told = 0;

describe.each(await servers([14, 16, 18]))('PostgreSQL $major', ({ major }) => {
  const whole = major === 18;
  const some = <T>(cases: readonly T[], every: number): readonly T[] =>
    whole ? cases : cases.filter((_, at) => at % every === 0);
  let scene: Scene;
  const numbered = (sql: string): string => sql.replaceAll('#', String(scene.victim));
  const refuse = async (cases: readonly string[], hidden: readonly string[] = []): Promise<void> => {
    const wrong = await tryAll(scene, cases.map(numbered), (sql) => bypassed(scene, sql, hidden));
    expect(wrong).toEqual([]);
    told += cases.length;
  };

  beforeAll(async () => {
    scene = await startScene(major);
  });
  afterAll(async () => {
    await scene?.stop();
  });

  test.skipIf(!whole)('the witness sees what a statement leaves', async () => {
    const reader = await postgres.connect(scene.readerUrl);
    const admin = await postgres.connect(scene.adminUrl);
    const unseen: string[] = [];
    for (const [session, sql] of [
      [reader, 'SELECT pg_advisory_lock(1)'],
      [reader, "SELECT pg_notify('chan', 'x')"],
      [admin, "SELECT nextval('shop.numbers')"],
      [admin, 'SELECT trap.note()'],
      [admin, "SELECT lo_from_bytea(0, 'x')"],
      [admin, "SELECT lo_put(4711, 0, 'x')"],
      [admin, 'CREATE TABLE left_behind (x int)'],
      [admin, 'ALTER ROLE dbd_owner SET work_mem = 64'],
      [admin, 'ALTER SYSTEM SET work_mem = 128'],
      [admin, "SELECT pg_create_physical_replication_slot('left_behind')"],
      [admin, 'SELECT pg_reload_conf()'],
      [admin, "UPDATE shop.orders SET status = 'x' WHERE id = 1"],
      [
        admin,
        "DO $$ BEGIN EXECUTE format('COPY (SELECT 1) TO %L', current_setting('data_directory') || '/left_behind'); END $$",
      ],
    ] as const) {
      const before = await scene.witness();
      await session.run(sql);
      const seen = await expect
        .poll(() => scene.witness(), { timeout: 2000 })
        .not.toBe(before)
        .then(
          () => true,
          () => false,
        );
      if (!seen) unseen.push(sql);
    }
    await admin.run(
      "SELECT pg_drop_replication_slot('left_behind'); UPDATE shop.orders SET status = 'open' WHERE id = 1",
    );
    await reader.close();
    await admin.close();
    expect(unseen).toEqual([]);
  });

  test('no call runs in any place', () => refuse(some(crossed(whole ? 2 : 1), 3)));
  test('no spelling hides a call', () => refuse(some(spellings, 3)));
  test('no wrapping hides a call', () => refuse(some(wrapped, 3)));
  test('nothing but reading runs', () => refuse(some(statements, 3)));
  test('no masked value is guessed', () => refuse(some(guesses, 3), masked));

  test('a masked column as it stands comes masked, through whatever it goes', async () => {
    const wrong = await tryAll(scene, plain, async (sql) => {
      const answer = await scene.read(sql, { masked });
      return JSON.stringify(answer).includes(secret) ? `told the secret: ${sql}` : undefined;
    });
    expect(wrong).toEqual([]);
    const direct = await scene.read('SELECT id, email, phone, name FROM shop.customers ORDER BY id LIMIT 1', {
      masked,
    });
    expect(direct.allowed && direct.rows).toEqual([[1, '[masked text]', '[masked text]', 'Customer 1']]);
    // The control: nothing masked, everything told.
    const open = await scene.read('SELECT email FROM shop.customers', {});
    expect(JSON.stringify(open)).toContain(secret);
    told += plain.length;
  });

  test('what a materialised view has from functions is masked where they read masked columns', async () => {
    const row = async (sql: string, hidden: readonly string[]): Promise<unknown> => {
      const answer = await scene.read(sql, { masked: hidden });
      return answer.allowed && answer.rows[0];
    };
    expect(await row('SELECT * FROM shop.gathered ORDER BY id LIMIT 1', masked)).toEqual([
      1,
      '[masked text]',
      '1.80',
    ]);
    expect(await row('SELECT * FROM shop.joined LIMIT 1', masked)).toEqual([
      '[masked number]',
      '[masked text]',
    ]);
    // The control: nothing masked, everything told.
    expect(JSON.stringify(await row('SELECT * FROM shop.joined LIMIT 1', []))).toContain(secret);
  });

  test('a column that was renamed since it was to be masked stops everything', async () => {
    await scene.admin.run('ALTER TABLE shop.customers RENAME phone TO telephone');
    try {
      const answer = await scene.read('SELECT telephone FROM shop.customers', { masked });
      expect(answer.allowed ? [] : answer.refusals.map(({ what }) => what)).toEqual([
        'column shop.customers.phone',
      ]);
    } finally {
      await scene.admin.run('ALTER TABLE shop.customers RENAME telephone TO phone');
    }
  });

  test('nothing in the database answers in the server’s stead', async () => {
    for (const [make] of shadows) await scene.admin.run(make);
    try {
      const answer = await scene.read('SELECT id FROM shop.gathered ORDER BY id LIMIT 1', { masked });
      expect(answer.allowed && answer.rows).toEqual([[1]]);
    } finally {
      for (const [, drop] of shadows) await scene.admin.run(drop);
    }
  });

  test.skipIf(major < 18)(
    'a column made from a masked one when it is read is masked or refused',
    async () => {
      for (const sql of [
        'SELECT address FROM shop.profiles',
        'SELECT * FROM shop.profiles',
        'SELECT lower(address) FROM shop.profiles',
      ])
        expect(JSON.stringify(await scene.read(sql, { masked: ['shop.profiles.email'] }))).not.toMatch(
          /planted-secret/i,
        );
      const size = await scene.read('SELECT size FROM shop.profiles', { masked: ['shop.profiles.email'] });
      expect(size.allowed && size.rows).toEqual([[2]]);
    },
  );

  test('comparisons of a type of the user’s are refused, also where no operator stands', async () => {
    await scene.admin.run(
      'CREATE OPERATOR CLASS trap.pair_order DEFAULT FOR TYPE trap.pair USING btree AS OPERATOR 1 trap.<, OPERATOR 2 trap.<=, OPERATOR 3 trap.=, OPERATOR 4 trap.>=, OPERATOR 5 trap.>, FUNCTION 1 trap.pair_cmp(trap.pair, trap.pair)',
    );
    await refuse(some(classed, 3));
  });

  test('what the planner would call on its own is refused', async () => {
    const reader = decodeURIComponent(new URL(scene.readerUrl).username);
    const own = await postgres.connect(scene.adminUrl);
    for (const [make] of planned) await own.run(make);
    await own.run(`GRANT SELECT ON ALL TABLES IN SCHEMA trap TO "${reader}"`);
    await own.close();
    await refuse(planned.map(([, ask]) => ask));
  });

  test('plain analytics pass', async () => {
    const wrong = await tryAll(scene, some(harmless, 4), async (sql) => {
      try {
        const answer = await scene.read(sql, { masked });
        return answer.allowed
          ? undefined
          : `${sql}: ${answer.refusals.map(({ what, because }) => `${what}: ${because}`).join(' ')}`;
      } catch (error) {
        return `${sql}: ${(error as Error).message}`;
      }
    });
    expect(wrong).toEqual([]);
  });

  test('a superuser and an owner read nothing', async () => {
    for (const url of [scene.adminUrl, scene.ownerUrl]) {
      const answer = await postgres.reading.read(url, {
        sql: 'SELECT 1',
        caps: { rows: 1, bytes: 1024, timeMs: 1000 },
      });
      expect(answer.allowed).toBe(false);
    }
  });

  test('no session is left', async () => {
    await expect.poll(() => left(scene), { timeout: 5000 }).toBe(0);
  });
});

test('so many were tried', () => {
  expect(told).toBeGreaterThanOrEqual(400);
});
