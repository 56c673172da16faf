/** Rows within caps, time and memory; a client that leaves; definitions that change while somebody reads. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { ReadAnswer, ReadRequest } from '../../src/engine/model.ts';
import { left, secret, startScene, type Scene } from './scene.ts';

/** What others do between the judgement and the rows. */
let between: (() => Promise<void>) | undefined;
vi.mock('../../src/engines/postgres/reading/judge.ts', async (original) => {
  const real = await original<typeof import('../../src/engines/postgres/reading/judge.ts')>();
  return {
    ...real,
    judgedInside: async (...given: Parameters<typeof real.judgedInside>) => {
      const judged = await real.judgedInside(...given);
      const now = between;
      between = undefined;
      await now?.();
      return judged;
    },
  };
});

let scene: Scene;
beforeAll(async () => {
  scene = await startScene(18);
});
afterAll(async () => {
  await scene?.stop();
});

const caps = { rows: 10, bytes: 4096, timeMs: 20_000 };

function ask(sql: string, more: Partial<ReadRequest> = {}): Promise<ReadAnswer> {
  return postgres.reading.read(scene.readerUrl, { sql, caps, ...more });
}

function rowsOf(answer: ReadAnswer): readonly (readonly unknown[])[] {
  if (!answer.allowed) throw new Error(JSON.stringify(answer.refusals));
  return answer.rows;
}

describe('caps', () => {
  test('rows', async () => {
    const eleven = await ask('SELECT generate_series(1, 11)');
    expect(rowsOf(eleven)).toHaveLength(10);
    expect(eleven).toMatchObject({ cut: 'rows' });
    const ten = await ask('SELECT generate_series(1, 10)');
    expect(rowsOf(ten)).toHaveLength(10);
    expect(ten).not.toHaveProperty('cut');
  });

  test('no more rows are made than are wanted', async () => {
    const answer = await ask(
      'SELECT a.id FROM shop.orders a, shop.orders b, shop.orders c, shop.orders d, shop.orders e',
    );
    expect(answer).toMatchObject({ cut: 'rows' });
    const endless = await ask(
      'WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r',
    );
    expect(rowsOf(endless).at(-1)).toEqual([10]);
  });

  test('bytes', async () => {
    const answer = await ask("SELECT repeat('x', 1000) FROM generate_series(1, 8)");
    expect(answer).toMatchObject({ cut: 'bytes' });
    expect(rowsOf(answer)).toHaveLength(4);
    expect(JSON.stringify(rowsOf(answer)).length).toBeLessThanOrEqual(4096);
  });

  test('one value of 60 MB never enters memory, and neither its session nor its memory is left', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const answer = await ask("SELECT id, repeat('x', 60000000) FROM shop.orders");
    expect(rowsOf(answer)).toEqual([]);
    expect(answer).toMatchObject({ cut: 'bytes' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    await expect.poll(() => left(scene), { timeout: 5000 }).toBe(0);
  });

  test('a huge value after small ones leaves the small ones', async () => {
    const answer = await ask(
      "SELECT repeat('x', CASE n WHEN 3 THEN 20000000 ELSE 3 END) FROM generate_series(1, 5) n",
    );
    expect(answer).toMatchObject({ cut: 'bytes' });
    expect(rowsOf(answer)).toEqual([['xxx'], ['xxx']]);
  });

  test('a message of an error is no way around them', async () => {
    await expect(ask("SELECT repeat('x', 20000000)::int")).rejects.toThrow('too long to be read');
  });

  test('time', async () => {
    const slow = 'SELECT count(*) FROM shop.orders a, shop.orders b, shop.orders c, shop.orders d';
    await expect(ask(slow, { caps: { ...caps, timeMs: 200 } })).rejects.toMatchObject({
      code: 'sql.timeout',
    });
    expect(await left(scene)).toBe(0);
  });

  test('a wait for a lock', async () => {
    const admin = await postgres.connect(scene.adminUrl);
    await admin.run('BEGIN; LOCK TABLE shop.journal IN ACCESS EXCLUSIVE MODE');
    const answer = await ask('SELECT * FROM shop.journal', { caps: { ...caps, timeMs: 300 } });
    await admin.close();
    expect(answer).toMatchObject({ allowed: false });
    expect(await left(scene)).toBe(0);
  });

  test('a client that leaves ends its statement', async () => {
    const controller = new AbortController();
    const slow = 'SELECT count(*) FROM shop.orders a, shop.orders b, shop.orders c, shop.orders d';
    const asked = ask(slow, { caps: { ...caps, timeMs: 60_000 }, signal: controller.signal });
    await expect
      .poll(
        async () =>
          (
            await scene.admin.query(
              "SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT count%' AND state = 'active' AND application_name = 'dbd query'",
            )
          ).count,
        { timeout: 5000 },
      )
      .toBe(1);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'interrupted' });
    await expect.poll(() => left(scene), { timeout: 5000 }).toBe(0);
  });
});

describe('values', () => {
  test('come as JSON that says the same', async () => {
    const answer = await ask(
      `SELECT 9007199254740993 AS big, 1.10::numeric AS exact, 'NaN'::float8 AS nan, '{"n": 12345678901234567890}'::jsonb AS long, '{"a": [1]}'::jsonb AS doc,
        NULL::text AS none, true AS yes, ARRAY[1, NULL] AS list, '2026-01-01T00:00:00Z'::timestamptz = '2026-01-01T01:00:00+01' AS same, '\\x00'::bytea AS bytes, 'ünï' AS text`,
    );
    expect(rowsOf(answer)).toEqual([
      [
        '9007199254740993',
        '1.10',
        'NaN',
        '{"n": 12345678901234567890}',
        { a: [1] },
        null,
        true,
        [1, null],
        true,
        '\\x00',
        'ünï',
      ],
    ]);
  });

  test('nested deeper than any program walks stay text', async () => {
    const answer = await ask("SELECT (repeat('[', 1500) || repeat(']', 1500))::json, '[[1]]'::jsonb");
    expect(rowsOf(answer)).toEqual([['['.repeat(1500) + ']'.repeat(1500), [[1]]]]);
  });

  test('are bound, not written into the text', async () => {
    const answer = await ask('SELECT id FROM shop.orders WHERE status = $1 AND id = $2', {
      values: ["paid'; DROP TABLE shop.orders; --", 3],
    });
    expect(rowsOf(answer)).toEqual([]);
    expect(
      rowsOf(await ask('SELECT id FROM shop.orders WHERE status = $1 AND id = $2', { values: ['paid', 3] })),
    ).toEqual([[3]]);
  });

  test('masked ones keep what they are and whether they are', async () => {
    const answer = await ask('SELECT id, born, email FROM shop.customers ORDER BY id LIMIT 1', {
      masked: ['shop.customers.born', 'shop.customers.email'],
    });
    expect(rowsOf(answer)).toEqual([[1, '[masked date]', '[masked text]']]);
  });

  test('a statement without columns and one without rows are answers', async () => {
    expect(rowsOf(await ask('SELECT FROM shop.orders LIMIT 2'))).toEqual([[], []]);
    expect(rowsOf(await ask('SELECT id FROM shop.orders WHERE false'))).toEqual([]);
  });
});

describe('while it reads', () => {
  const restore =
    'CREATE OR REPLACE VIEW shop.paid AS SELECT id, customer_id, amount FROM shop.orders WHERE status = $$paid$$';

  async function meanwhile(sql: string): Promise<string> {
    const session = await postgres.connect(scene.ownerUrl, { lockTimeoutMs: 200 });
    return session
      .run(sql)
      .then(
        () => 'done',
        (error: Error) => error.message,
      )
      .finally(() => session.close());
  }

  test.each([
    [
      'a view',
      'CREATE OR REPLACE VIEW shop.paid AS SELECT trap.locks() AS id, 1 AS customer_id, 1::numeric(12, 2) AS amount',
    ],
    ['a table', 'ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY'],
    ['a policy', 'CREATE POLICY late ON shop.orders USING (trap.says(id, id))'],
  ])('%s that was judged cannot be changed', async (_, sql) => {
    let said = '';
    between = async () => {
      said = await meanwhile(sql);
    };
    expect(rowsOf(await ask('SELECT id FROM shop.paid LIMIT 1'))).toHaveLength(1);
    expect(said).toContain('lock timeout');
  });

  test('a function that was changed costs the answer', async () => {
    const sql = 'SELECT shop.with_tax(amount) FROM shop.orders';
    expect(rowsOf(await ask(sql))).toHaveLength(10);
    let said = '';
    between = async () => {
      said = await meanwhile(
        "CREATE OR REPLACE FUNCTION shop.with_tax(x numeric) RETURNS numeric LANGUAGE sql SECURITY DEFINER AS 'SELECT length(token)::numeric FROM shop.secrets LIMIT 1'",
      );
    };
    const answer = await ask(sql);
    expect(said).toBe('done');
    expect(answer).toMatchObject({ allowed: false, refusals: [{ what: 'statement' }] });
    expect(JSON.stringify(answer)).not.toContain(secret);
    await meanwhile(
      'CREATE OR REPLACE FUNCTION shop.with_tax(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT round(x * 1.2, 2); END',
    );
    await meanwhile(restore);
  });

  test.each([
    [
      'changed and changed back',
      'ALTER FUNCTION shop.with_tax(numeric) VOLATILE; ALTER FUNCTION shop.with_tax(numeric) IMMUTABLE',
    ],
    ['an index that calls', 'CREATE INDEX late ON shop.orders (id) WHERE trap.of_int(1) = 1'],
  ])('%s costs the answer, too', async (_, sql) => {
    between = async () => void (await meanwhile(sql));
    expect(await ask('SELECT shop.with_tax(amount) FROM shop.orders')).toMatchObject({ allowed: false });
    await meanwhile('DROP INDEX IF EXISTS shop.late');
  });

  test('temporary tables of others cost nothing', async () => {
    between = async () =>
      void (await meanwhile(
        'CREATE TEMP TABLE t (id int PRIMARY KEY, x text); INSERT INTO t VALUES (1); ANALYZE t; ANALYZE shop.orders',
      ));
    expect(rowsOf(await ask('SELECT id FROM shop.orders LIMIT 1'))).toHaveLength(1);
  });

  test('a column that is masked since is not shown', async () => {
    // The same statement, judged under other masks, is another one: nothing is remembered between calls.
    expect(rowsOf(await ask('SELECT phone FROM shop.customers LIMIT 1'))[0]![0]).toContain(secret);
    expect(
      rowsOf(await ask('SELECT phone FROM shop.customers LIMIT 1', { masked: ['shop.customers.phone'] })),
    ).toEqual([['[masked text]']]);
  });

  test('a path of the role’s leads no name astray', async () => {
    const reader = decodeURIComponent(new URL(scene.readerUrl).username);
    await scene.admin.run(
      `CREATE FUNCTION trap.upper(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(99); RETURN 'trapped'; END $$;
       ALTER ROLE "${reader}" IN DATABASE "${decodeURIComponent(new URL(scene.readerUrl).pathname.slice(1))}" SET search_path = trap, pg_catalog`,
    );
    expect(rowsOf(await ask("SELECT upper('a')"))).toEqual([['A']]);
  });
});
