import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { extraFiles } from '../../src/application/extras/all.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import { root } from '../architecture/source.ts';
import { testDatabase } from '../support/database.ts';
import { hostile, shop, shopRows } from './shop.sql.ts';
import { modelsOf, patterns } from './workshop.ts';

let child: ChildProcess;
let folder: string;
let at: string;
let session: Session;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase({ sql: shop + hostile + shopRows });
  session = await postgres.connect(ownerUrl);
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(root, 'node_modules/.cache/dbd-service-'));
  for (const { path, text } of extraFiles(['service'], await modelsOf(ownerUrl, patterns), 'Shop')) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  child = spawn(process.execPath, ['service/server.mjs'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], DATABASE_URL: ownerUrl, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  at = await new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', (part: Buffer) => resolve(part.toString().trim()));
    child.on('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
});

afterAll(async () => {
  child?.removeAllListeners('exit');
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
  await session?.close();
});

interface Got {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Got> {
  const response = await fetch(at + path, {
    method,
    ...(body === undefined
      ? {}
      : {
          body: typeof body === 'string' ? body : JSON.stringify(body),
          headers: { 'content-type': 'application/json', ...headers },
        }),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, body: (await response.json()) as Got['body'] };
}

test('it listens on this machine only, says how it is and what it offers', async () => {
  expect(at).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await call('GET', '/health')).toEqual({ status: 200, body: { status: 'up' } });
  const { body } = await call('GET', '/openapi.json');
  expect(body['openapi']).toBe('3.1.0');
  expect(Object.keys(body['paths'] as object)).toContain('/queries/customersLatestOrders');
});

test('pages follow the key and miss no row', async () => {
  const seen: unknown[] = [];
  let next = '';
  for (let pages = 0; pages < 20; pages++) {
    const { status, body } = await call('GET', `/tables/orders?limit=37${next}`);
    expect(status).toBe(200);
    seen.push(...(body['rows'] as readonly { id: unknown }[]).map(({ id }) => id));
    if (body['next'] === undefined) break;
    next = `&after=${String(body['next'] as string)}`;
  }
  const { rows } = await session.query('SELECT id::text FROM sales.orders ORDER BY orders.id');
  expect(seen).toEqual(rows.map((row) => row['id']));
  const lines = await call('GET', '/tables/orderLines?limit=3');
  const more = await call('GET', `/tables/orderLines?limit=2&after=${String(lines.body['next'] as string)}`);
  expect((more.body['rows'] as readonly object[])[0]).toMatchObject({
    orderId: '2',
    line: 2,
    scores: ['9007199254740993', '2'],
  });
  const filtered = await call('GET', '/tables/orders?customerId=7');
  expect((filtered.body['rows'] as readonly object[]).length).toBe(4);
});

test('a row is found by its key, an access pattern by its name', async () => {
  expect((await call('GET', '/tables/customers/7')).body).toMatchObject({
    id: '7',
    balance: '7.10',
    tags: ['a"b', 'c,d\\e', '7'],
    photo: 'AAc=',
  });
  expect((await call('GET', '/tables/orderLines/3/2')).body).toMatchObject({ product: 'product 2' });
  const answer = await call('POST', '/queries/customersLatestOrders', {
    customerId: '7',
    since: '2026-02-01T10:00:00Z',
    states: ['new', `it's "odd"`],
  });
  const plain = await session.query(
    `SELECT id::text FROM sales.orders WHERE customer_id = 7 AND state IN ('new', 'it''s "odd"') ORDER BY orders.id`,
  );
  expect((answer.body['rows'] as readonly { id: unknown }[]).map(({ id }) => id)).toEqual(
    plain.rows.map((row) => row['id']),
  );
  const paid = await call('POST', '/queries/payAnOrder', {
    orderId: '9',
    amount: '1',
    customerId: '10',
    name: null,
  });
  const shown =
    paid.status === 404
      ? await call('POST', '/queries/payOrder', { orderId: '9', amount: '1', customerId: '10', name: null })
      : paid;
  expect(shown.body).toMatchObject([{ rows: [{ id: '9' }] }, { affected: 1 }]);
});

test('an insert returns the row; what the database refuses is told without its statement', async () => {
  const made = await call('POST', '/tables/customers', {
    email: `x'"; DROP TABLE customers; --`,
    settings: { a: [1, null] },
    tags: ['"', '\\'],
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    email: `x'"; DROP TABLE customers; --`,
    settings: { a: [1, null] },
    tags: ['"', '\\'],
    active: true,
  });
  const again = await call('POST', '/tables/customers', { email: `x'"; DROP TABLE customers; --` });
  expect(again).toEqual({
    status: 409,
    body: { status: 409, title: 'It is there already', detail: 'customers_email_unique' },
  });
  const orphan = await call('POST', '/tables/orders', { customerId: '999999' });
  expect([orphan.status, orphan.body['detail']]).toEqual([422, 'orders_customer_id']);
  expect(await call('POST', '/tables/orders', { customerId: '1', total: '-1' })).toMatchObject({
    status: 400,
  });
});

test.each([
  ['an unknown table', 'GET', '/tables/gone', undefined, 404],
  ['a name of the language', 'GET', '/tables/constructor', undefined, 404],
  ['an unknown query', 'POST', '/queries/__proto__', {}, 404],
  ['an unknown field', 'GET', '/tables/customers?passw%22ord=1', undefined, 400],
  ['SQL for a field', 'GET', `/tables/customers?${encodeURIComponent('id = 1 OR 1')}=1`, undefined, 400],
  ['a limit beyond the limit', 'GET', '/tables/customers?limit=100000', undefined, 400],
  ['a limit that is none', 'GET', '/tables/customers?limit=-1', undefined, 400],
  ['a page that is none', 'GET', '/tables/customers?after=zzz', undefined, 400],
  [
    'a page of another form',
    'GET',
    `/tables/customers?after=${Buffer.from('["1 OR 1=1"]').toString('base64url')}`,
    undefined,
    400,
  ],
  ['a key that is no number', 'GET', '/tables/customers/1%20OR%201=1', undefined, 400],
  ['a row that is not there', 'GET', '/tables/customers/99999999', undefined, 404],
  ['a broken address', 'GET', '/tables/%E0%A4%A', undefined, 400],
  ['a body that is no JSON', 'POST', '/tables/customers', '{', 400],
  ['a body that is a list', 'POST', '/tables/customers', '[]', 400],
  ['a missing value', 'POST', '/tables/customers', {}, 400],
  ['a value that the database makes', 'POST', '/tables/customers', { id: '1', email: 'y' }, 400],
  ['null where none may be', 'POST', '/tables/customers', { email: null }, 400],
  ['a number for a text', 'POST', '/tables/customers', { email: 5 }, 400],
  ['NUL in a text', 'POST', '/tables/customers', { email: 'a\0b' }, 400],
  ['NUL in JSON', 'POST', '/tables/customers', { email: 'z', settings: { a: '\0' } }, 400],
  ['a name that is too long', 'POST', '/tables/customers', { email: 'z', name: 'n'.repeat(81) }, 400],
  ['a row written by its key', 'POST', '/tables/customers/1', { email: 'z' }, 405],
  ['an unknown parameter', 'POST', '/queries/revenuePerDay', { unit: 'day', more: 1 }, 400],
  ['a missing parameter', 'POST', '/queries/revenuePerDay', {}, 400],
  ['a value that the server refuses', 'POST', '/queries/revenuePerDay', { unit: 'no unit' }, 400],
  ['another method', 'DELETE', '/tables/customers', undefined, 405],
  ['a large body', 'POST', '/tables/customers', JSON.stringify({ email: 'x'.repeat(100_000) }), 413],
])('%s is refused', async (_, method, path, body, status) => {
  const got = await call(method, path, body);
  expect([got.status, JSON.stringify(got.body).includes('SELECT')]).toEqual([status, false]);
});

test('a form of a foreign page and a foreign name of this machine are not let in', async () => {
  expect(
    (await call('POST', '/tables/customers', { email: 'f' }, { 'content-type': 'text/plain' })).status,
  ).toBe(415);
  const status = await new Promise((resolve, reject) => {
    httpRequest(`${at}/tables/customers`, { headers: { host: 'evil.example' } }, (response) =>
      resolve(response.statusCode),
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

test.each([
  ['a taken port', () => ({ PORT: new URL(at).port }), /^Port \d+ is taken; set PORT to another\.\n$/],
  ['a port that is none', () => ({ PORT: '80a' }), /^PORT must be a number from 0 to 65535\.\n$/],
  ['no address', () => ({ DATABASE_URL: '' }), /^Set DATABASE_URL to the address of the database\.\n$/],
])('%s is told in one line', async (_name, env, said) => {
  const late = spawn(process.execPath, ['service/server.mjs'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: 'postgres://app:secret@localhost/none',
      PORT: '0',
      ...env(),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 20_000,
  });
  let text = '';
  late.stderr.on('data', (part: Buffer) => (text += part.toString()));
  const code = await new Promise<number | null>((resolve) => late.once('close', resolve));
  expect(text).toMatch(said);
  expect(code).toBe(1);
});
