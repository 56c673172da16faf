import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DbdError, SqlError } from '../../../src/base/error.ts';
import type { Session } from '../../../src/engine/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../../src/sandbox/model.ts';
import { testDatabase } from '../../support/database.ts';

let database: SandboxDatabase;
let session: Session;
beforeAll(async () => {
  database = await testDatabase();
  session = await postgres.connect(database.ownerUrl);
});
afterAll(() => session?.close());

const failure = (work: Promise<unknown>): Promise<SqlError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as SqlError,
  );

describe('values', () => {
  test('are the same everywhere: numbers where they fit, text else', async () => {
    const { rows, count } = await session.query(`
      SELECT 1::int2 AS i2, 9007199254740991::int8 AS safe, 9007199254740993::int8 AS large, 1.10::numeric AS money, 0.5::float8 AS half, true AS yes,
        '{"a": [1]}'::jsonb AS doc, timestamptz '2026-01-02 03:04:05+00' AS at, date '2026-01-02' AS day, '\\x00ff'::bytea AS bytes,
        ARRAY['a', NULL, 'b,c'] AS words, ARRAY[[1,2],[3,4]] AS grid, ARRAY['x'::name] AS names, NULL AS nothing, interval '1 day' AS span`);
    expect(rows).toEqual([
      {
        i2: 1,
        safe: 9007199254740991,
        large: '9007199254740993',
        money: '1.10',
        half: 0.5,
        yes: true,
        doc: { a: [1] },
        at: '2026-01-02 03:04:05+00',
        day: '2026-01-02',
        bytes: '\\x00ff',
        words: ['a', null, 'b,c'],
        grid: [
          [1, 2],
          [3, 4],
        ],
        names: ['x'],
        nothing: null,
        span: '1 day',
      },
    ]);
    expect(count).toBe(1);
  });

  test('go in as parameters; affected rows come back', async () => {
    await session.run('CREATE TABLE v (n int, t text)');
    expect(
      await session.query('INSERT INTO v SELECT n, $2 FROM generate_series(1, $1::int) n', [3, "it's"]),
    ).toEqual({ rows: [], count: 3 });
    expect((await session.query('SELECT t FROM v WHERE n = $1', [2])).rows).toEqual([{ t: "it's" }]);
  });
});

describe('statements that fail', () => {
  test('carry the fields of the server and show the place', async () => {
    const error = await failure(session.query('SELECT 1,\n  nope FROM v'));
    expect(error).toBeInstanceOf(SqlError);
    expect(error).toMatchObject({ code: 'sql.failed', fields: { sqlstate: '42703', position: 13 } });
    expect(error.marked).toBe('  nope FROM v\n  ^');
  });

  test('name table, column and constraint', async () => {
    await session.run('CREATE TABLE c (n int CONSTRAINT c_positive CHECK (n > 0), m int NOT NULL)');
    expect(await failure(session.query('INSERT INTO c VALUES (0, 1)'))).toMatchObject({
      fields: { sqlstate: '23514', table: 'c', constraint: 'c_positive', schema: 'public' },
    });
    expect(await failure(session.query('INSERT INTO c (n) VALUES (1)'))).toMatchObject({
      fields: { sqlstate: '23502', column: 'm' },
    });
  });

  test('are single ones through the extended protocol', async () => {
    expect(await failure(session.query('SELECT 1; SELECT 2'))).toMatchObject({
      fields: { sqlstate: '42601' },
    });
  });

  test('time out with a code of their own', async () => {
    const quick = await postgres.connect(database.ownerUrl, {
      statementTimeoutMs: 50,
      lockTimeoutMs: 40,
      application: 'quick',
    });
    expect(await failure(quick.query('SELECT pg_sleep(30)'))).toMatchObject({
      code: 'sql.timeout',
      fields: { sqlstate: '57014' },
    });
    expect(
      (
        await quick.query(
          "SELECT current_setting('lock_timeout') AS lock, current_setting('application_name') AS name",
        )
      ).rows,
    ).toEqual([{ lock: '40ms', name: 'quick' }]);
    await quick.close();
  });

  test('can be cancelled', async () => {
    const sleeping = failure(session.query('SELECT pg_sleep(30)'));
    const stopping = setInterval(() => void session.cancel(), 20);
    expect(await sleeping).toMatchObject({ code: 'sql.timeout' });
    clearInterval(stopping);
    // A request that was under way may still reach the next statement.
    await session.query('SELECT 1').catch(() => undefined);
  });

  test('do not write where the session is read-only', async () => {
    const reader = await postgres.connect(database.ownerUrl, { readOnly: true });
    expect(await failure(reader.query('CREATE TABLE w (n int)'))).toMatchObject({
      fields: { sqlstate: '25006' },
    });
    await reader.close();
  });
});

describe('connections that fail', () => {
  const password = 'pa55-that-must-not-show';
  const hidden = (error: DbdError): void =>
    expect(`${error.message} ${error.hint} ${JSON.stringify(error.details)}`).not.toContain(password);

  test('since nobody listens', async () => {
    for (const url of [
      `postgres://u:${password}@127.0.0.1:1/db`,
      `postgres://u:${password}@localhost/db?host=/nowhere`,
      `postgres://u:${password}@no-such-host.invalid/db`,
    ]) {
      const error = await failure(postgres.connect(url));
      expect(error).toMatchObject({ code: 'connect.refused' });
      hidden(error);
    }
  });

  test('since the database or the password is wrong', async () => {
    const missing = new URL(database.ownerUrl);
    missing.pathname = '/missing';
    expect(await failure(postgres.connect(missing.href))).toMatchObject({
      code: 'connect.denied',
      details: { sqlstate: '3D000' },
    });
    const wrong = new URL(database.adminUrl);
    wrong.password = password;
    const error = await failure(postgres.connect(wrong.href));
    expect(error).toMatchObject({ code: 'connect.denied' });
    hidden(error);
  });

  test('since the address is none', async () => {
    const error = await failure(postgres.connect(`mysql://u:${password}@h/db`));
    expect(error).toMatchObject({ code: 'connect.url' });
    hidden(error);
  });

  test('since something else answers', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await failure(postgres.connect(`postgres://u@127.0.0.1:${port}/db`))).toMatchObject({
      code: 'connect.refused',
    });
    other.close();
  });

  test('in the middle, without ending the process', async () => {
    const [victim, admin] = [
      await postgres.connect(database.ownerUrl),
      await postgres.connect(database.adminUrl),
    ];
    await admin.query('SELECT pg_terminate_backend($1::int)', [victim.pid]);
    expect(await failure(victim.query('SELECT 1'))).toMatchObject({ code: 'connect.lost' });
    expect(await failure(victim.query('SELECT 1'))).toMatchObject({ code: 'connect.lost' });
    await Promise.all([victim.close(), admin.close()]);
  });
});

test('every keyword of the server is quoted as the server does', async () => {
  const { rows } = await session.query<{ word: string; quoted: string }>(
    'SELECT word, quote_ident(word) AS quoted FROM pg_get_keywords()',
  );
  expect(rows.length).toBeGreaterThan(400);
  expect(rows.filter(({ word, quoted }) => postgres.quote.identifier(word) !== quoted)).toEqual([]);
});

test('literals come back as they went in', async () => {
  for (const value of ["it's", 'a\\b', "\\'; --", '', 'ünï', '$$', 'line\nbreak', '{"a":1}']) {
    expect((await session.query(`SELECT ${postgres.quote.literal(value)}::text AS value`)).rows).toEqual([
      { value },
    ]);
  }
});
