import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import pg from 'pg';
import copy from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { locksOf, recording } from './recording.ts';

/** Machines that are busy with other tests take their time. */
const patience = { timeout: 15_000 };
const items = `CREATE TABLE items (id int PRIMARY KEY, name text); INSERT INTO items SELECT i, 'n' || i FROM generate_series(1, 500) i;`;

test('named statements and portals that are read in pieces', async () => {
  const { client, find } = await recording({ sql: items });
  const c = await client();
  for (const id of [3, 4]) {
    const { rows } = await c.query({
      name: 'by-id',
      text: 'SELECT name FROM items WHERE id = $1',
      values: [id],
    });
    expect(rows).toEqual([{ name: `n${id}` }]);
  }
  await c.query('BEGIN');
  const cursor = c.query(new Cursor('SELECT id FROM items ORDER BY id', []));
  expect((await cursor.read(100)).length).toBe(100);
  expect((await cursor.read(100))[0]).toEqual({ id: 101 });
  expect((await cursor.read(1000)).length).toBe(300);
  await cursor.close();
  await c.query('COMMIT');
  expect(find(/WHERE id = \$1/).map((statement) => statement.rows)).toEqual([1, 1]);
  expect(find(/ORDER BY id/)).toHaveLength(1);
  expect(find(/ORDER BY id/)[0]!.rows).toBe(500);
});

test('COPY both ways, in and outside transactions, and its errors', async () => {
  const { client, find } = await recording({ sql: items });
  const c = await client();
  await pipeline(Readable.from(['1001\ta\n', '1002\tb\n']), c.query(copy.from('COPY items FROM STDIN')));
  await c.query('BEGIN');
  await pipeline(Readable.from(['1003\tc\n']), c.query(copy.from('COPY items FROM STDIN')));
  await c.query('COMMIT');
  let text = '';
  for await (const chunk of c.query(
    copy.to('COPY (SELECT id FROM items WHERE id > 1000 ORDER BY id) TO STDOUT'),
  ))
    text += String(chunk);
  expect(text).toBe('1001\n1002\n1003\n');
  await expect(
    pipeline(Readable.from(['x\ty\n'.repeat(50_000)]), c.query(copy.from('COPY items FROM STDIN'))),
  ).rejects.toMatchObject({ code: '22P02' });
  expect((await c.query('SELECT count(*)::int AS n FROM items')).rows).toEqual([{ n: 503 }]);
  const copies = find(/^COPY items FROM/);
  expect(copies.map((statement) => [statement.rows, statement.error?.sqlstate])).toEqual([
    [2, undefined],
    [1, undefined],
    [undefined, '22P02'],
  ]);
  expect(locksOf(copies[0])).toContain('public.items ROW EXCLUSIVE');
  expect(locksOf(copies[1])).toContain('public.items ROW EXCLUSIVE');
});

test('a cancel request ends what its own session runs, and only that', async () => {
  const { client, find } = await recording();
  const [c, other] = [await client(), await client()];
  const sleeping = c.query('SELECT pg_sleep(30)');
  const quiet = other.query('SELECT pg_sleep(0.3)');
  await expect.poll(() => find(/sleep\(30\)/).length, patience).toBe(1);
  const { processID, secretKey } = c as unknown as { processID: number; secretKey: number };
  const request = Buffer.alloc(16);
  [16, 80877102, processID, secretKey].forEach((value, at) => request.writeInt32BE(value, at * 4));
  const socket = connect((c as unknown as { port: number }).port, '127.0.0.1').on('error', () => {});
  const wrong = Buffer.from(request);
  wrong.writeInt32BE(secretKey ^ 1, 12);
  connect((c as unknown as { port: number }).port, '127.0.0.1')
    .on('error', () => {})
    .end(wrong);
  socket.end(request);
  await expect(sleeping).rejects.toMatchObject({ code: '57014' });
  await quiet;
  expect(find(/sleep\(30\)/)[0]!.error).toMatchObject({ sqlstate: '57014' });
});

test('a statement that runs too long is cancelled even when the client has lifted its own limit', async () => {
  const { client } = await recording({ statementTimeoutMs: 200 });
  const c = await client();
  await c.query('SET statement_timeout = 0');
  await expect(c.query('SELECT pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
});

test('large values and many rows pass unharmed', async () => {
  const { client } = await recording();
  const c = await client();
  const big = 'é'.repeat(3_000_000);
  expect((await c.query('SELECT $1::text AS big', [big])).rows[0]).toEqual({ big });
  expect((await c.query(`SELECT repeat('x', 20000000) AS big`)).rows[0].big.length).toBe(20_000_000);
  expect((await c.query('SELECT i FROM generate_series(1, 200000) i')).rows.length).toBe(200_000);
  expect((await c.query(`SELECT length('${big}') AS n`)).rows).toEqual([{ n: 3_000_000 }]);
});

test('fifty sessions at once', async () => {
  const { client, proxy, find } = await recording({ sql: items });
  const clients = await Promise.all(Array.from({ length: 50 }, () => client()));
  await Promise.all(
    clients.map(async (c, at) => {
      await c.query('BEGIN');
      await c.query('UPDATE items SET name = $1 WHERE id = $2', [`w${at}`, at + 1]);
      await c.query('COMMIT');
      expect((await c.query(`SELECT name FROM items WHERE id = ${at + 1}`)).rows).toEqual([
        { name: `w${at}` },
      ]);
    }),
  );
  expect(proxy.activity()).toMatchObject({ connections: 50, running: 0, problems: [] });
  expect(find(/UPDATE/)).toHaveLength(50);
  expect(new Set(find(/UPDATE/).map((statement) => statement.session)).size).toBe(50);
  for (const update of find(/UPDATE/)) expect(locksOf(update)).toContain('public.items ROW EXCLUSIVE');
});

test('notifications and notices reach the client, in order', async () => {
  const { client } = await recording();
  const [c, other] = [await client(), await client()];
  const seen: string[] = [];
  c.on('notice', (notice) => seen.push(notice.message ?? ''));
  const notified = new Promise<string | undefined>((resolve) =>
    c.on('notification', ({ payload }) => resolve(payload)),
  );
  await c.query('LISTEN news');
  await other.query(`NOTIFY news, 'hello'`);
  expect(await notified).toBe('hello');
  await c.query(
    `DO $$ BEGIN RAISE NOTICE 'one'; RAISE NOTICE 'two'; END $$; DO $$ BEGIN RAISE NOTICE 'three'; END $$`,
  );
  expect(seen).toEqual(['one', 'two', 'three']);
});

test('a client that dies in the middle leaves neither transaction nor session behind', async () => {
  const { client, direct, proxy } = await recording({ sql: items });
  const c = await client();
  await c.query('BEGIN');
  await c.query('DELETE FROM items');
  (c as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  const d = await direct();
  await expect
    .poll(
      async () =>
        (
          await d.query(
            `SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name = '' AND pid <> pg_backend_pid()`,
          )
        ).rows[0].n,
      patience,
    )
    .toBe(0);
  expect((await d.query('SELECT count(*)::int AS n FROM items')).rows).toEqual([{ n: 500 }]);
  expect((await (await client()).query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(proxy.activity().connections).toBe(2);
});

test('a session whose server process dies ends with a clear error', async () => {
  const { client, database, find } = await recording();
  const c = await client();
  const sleeping = expect(c.query('SELECT pg_sleep(30)')).rejects.toMatchObject({ code: '57P01' });
  const admin = await postgres.connect(database.adminUrl);
  await expect
    .poll(
      async () =>
        (
          await admin.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()`,
          )
        ).count,
      patience,
    )
    .toBe(1);
  await admin.close();
  await sleeping;
  expect(find(/sleep/)[0]!.error).toMatchObject({ sqlstate: '57P01' });
});

test('a server that vanishes ends the session with a clear error, and the proxy lives on to say so', async () => {
  const own = await startSandbox(postgres);
  const database = await own.createDatabase();
  const watcher = await postgres.watch.open(database.adminUrl, own.log);
  const proxy = await postgres.record.start({ ownerUrl: database.ownerUrl, watcher });
  const c = new pg.Client({ connectionString: proxy.url });
  c.on('error', () => {});
  await c.connect();
  const sleeping = expect(c.query('SELECT pg_sleep(30)')).rejects.toMatchObject({
    code: expect.stringMatching(/^(57P01|08006|57P02)$/) as string,
  });
  await expect.poll(() => proxy.activity().running, patience).toBe(1);
  await own.stop();
  await sleeping;
  await expect(new pg.Client({ connectionString: proxy.url }).connect()).rejects.toMatchObject({
    code: '08P01',
  });
  await proxy.close();
  await watcher.close().catch(() => {});
});

test('nobody enters without the password', async () => {
  const { proxy } = await recording();
  for (const password of ['', 'wrong', proxy.password.slice(1)]) {
    const c = new pg.Client({ connectionString: proxy.url.replace(proxy.password, password || 'x') });
    await expect(c.connect()).rejects.toMatchObject({ code: '28P01' });
  }
  expect(proxy.activity().connections).toBe(0);
  const garbage = connect(proxy.port, '127.0.0.1').on('error', () => {});
  garbage.write('GET / HTTP/1.1\r\n\r\n');
  await new Promise((resolve) => garbage.on('close', resolve).resume());
});

test('encryption is answered with no, and newer protocol versions are negotiated down', async () => {
  const { proxy } = await recording();
  const socket = connect(proxy.port, '127.0.0.1');
  const answers: Buffer[] = [];
  socket.on('data', (chunk) => answers.push(chunk));
  const answered = async (): Promise<Buffer> => {
    await expect.poll(() => answers.length, patience).toBeGreaterThan(0);
    return Buffer.concat(answers.splice(0));
  };
  for (const code of [80877103, 80877104]) {
    const request = Buffer.alloc(8);
    request.writeInt32BE(8);
    request.writeInt32BE(code, 4);
    socket.write(request);
    expect(String(await answered())).toBe('N');
  }
  const body = Buffer.from(`\0\0\0\0user\0anyone\0database\0any\0_pq_.test\0on\0application_name\0new\0\0`);
  body.writeInt32BE((3 << 16) | 2);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  socket.write(Buffer.concat([length, body]));
  const first = await answered();
  expect(String.fromCharCode(first[0]!)).toBe('v');
  expect(first.readInt32BE(5)).toBe(3 << 16);
  expect(first.includes('_pq_.test')).toBe(true);
  socket.destroy();
});
