import { afterAll, describe, expect, test } from 'vitest';
import { mappers } from '../../src/application/mappers/all.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import { testDatabase } from '../support/database.ts';
import { recording } from './counting.ts';
import { hostile, shop, shopRows } from './shop.sql.ts';
import { asText, day, raise, trimmed, wide } from './values.ts';
import {
  build,
  modelsOf,
  patterns,
  type Built,
  type Callable,
  type Connected,
  type Specify,
} from './workshop.ts';
import { prepareFor } from './prepare.ts';

interface Opened {
  readonly built: Built;
  readonly session: Session;
  readonly url: string;
  readonly db: unknown;
  readonly modules: Readonly<Record<string, Readonly<Record<string, Callable>>>>;
  readonly connect: (url: string) => Connected | Promise<Connected>;
}

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(mapper: (typeof mappers)[number]): Promise<Opened> {
  const { ownerUrl } = await testDatabase({ sql: shop + hostile + shopRows });
  const built = build(mapper, await modelsOf(ownerUrl, patterns), prepareFor(mapper.name));
  const session = await postgres.connect(ownerUrl);
  const names = ['connect', 'records', 'repository', 'specification', 'unit-of-work'];
  const loaded = await Promise.all(names.map(async (name) => [name, await built.load(name)] as const));
  const modules = Object.fromEntries(loaded) as unknown as Opened['modules'];
  const connect = modules['connect']!['connect'] as unknown as Opened['connect'];
  const { db, close } = await connect(ownerUrl);
  closers.push(close, () => session.close());
  return { built, session, url: ownerUrl, db, modules, connect };
}

describe.each(mappers)('$title', (mapper) => {
  let opening: Promise<Opened> | undefined;
  const opened = (): Promise<Opened> => (opening ??= open(mapper));

  test('its files have the right types', async () => {
    expect((await opened()).built.complaints).toBe('');
  });

  test('an access pattern returns what plain SQL returns', async () => {
    const { modules, db, session } = await opened();
    const repository = modules['repository']!;
    const since = new Date('2026-02-01T10:00:00Z');
    const rows = (await repository['customersLatestOrders']!(db, {
      customerId: wide(mapper.name, 7),
      since,
      states: ['new', `it's "odd"`],
    })) as readonly Readonly<Record<string, unknown>>[];
    const plain = await session.query(
      `SELECT o.*, c.email, c.balance, c.born, c.photo, c.patience, c.settings, c.tags FROM sales.orders o JOIN customers c ON c.id = o.customer_id
        WHERE o.customer_id = 7 AND o.placed_at >= '2026-02-01T10:00:00Z' AND o.state IN ('new', 'it''s "odd"') ORDER BY o.id`,
    );
    expect(plain.rows.length).toBeGreaterThan(1);
    expect(rows.map(asText)).toEqual(plain.rows.map(asText).map((row) => trimmed(mapper.name, row)));
    expect(rows[0]!['placed_at']).toBeInstanceOf(Date);
    expect(rows[0]!['photo']).toBeInstanceOf(Uint8Array);
    expect(rows[0]!['settings']).toEqual({ n: 7, list: [7, null] });
    expect(rows[0]!['tags']).toEqual(['a"b', 'c,d\\e', '7']);

    const days = (await repository['revenuePerDay']!(db, { unit: 'hour' })) as typeof rows;
    const sums = await session.query(
      `SELECT date_trunc('hour', placed_at) AS day, count(*) AS orders, sum(total) AS revenue, '$1 :x' AS "odd name" FROM sales.orders GROUP BY 1 ORDER BY 1`,
    );
    expect(days.map(asText)).toEqual(sums.rows.map(asText).map((row) => trimmed(mapper.name, row)));
    const lines = (await repository['linesWithTheirScores']!(db, {
      orderId: wide(mapper.name, 3),
    })) as typeof rows;
    expect(lines.map((line) => (line['scores'] as readonly unknown[]).map(String))).toEqual([
      ['9007199254740993', '1'],
      ['9007199254740993', '2'],
    ]);
  });

  test('a transaction of the task happens wholly or not at all', async () => {
    const { modules, db, session } = await opened();
    const pay = modules['repository']!['payAnOrder'] ?? modules['repository']!['payOrder']!;
    const given = { orderId: wide(mapper.name, 9), customerId: wide(mapper.name, 10), name: null };
    const [paid, count] = (await pay(db, { ...given, amount: '1.00' })) as [readonly object[], number];
    expect([paid.length, count]).toEqual([1, 1]);
    const state = `SELECT (SELECT state::text FROM sales.orders WHERE id = 12) AS state, (SELECT balance::text FROM customers WHERE id = 13) AS balance`;
    const before = await session.query(state);
    expect(before.rows[0]!['state']).not.toBe('paid');
    const broke = {
      orderId: wide(mapper.name, 12),
      customerId: wide(mapper.name, 13),
      name: null,
      amount: '1000',
    };
    await expect(pay(db, broke)).rejects.toThrow();
    expect((await session.query(state)).rows).toEqual(before.rows);
  });

  test('a unit of work is tried again when the server asks for it, and not nested', async () => {
    const { modules, db, session } = await opened();
    const unit = modules['unit-of-work']!['unitOfWork']!;
    const insert = modules['records']!['insertCustomer']!;
    let attempts = 0;
    const work = async (tx: unknown): Promise<string> => {
      attempts++;
      await insert(tx, { email: 'twice@example.org' });
      // The statement itself is what the server answers with a serialization failure.
      if (attempts < 3) await modules['connect']!['run']!(tx, { text: raise('40001'), columns: {} }, []);
      return 'done';
    };
    expect(await unit(db, work)).toBe('done');
    expect(attempts).toBe(3);
    const count = `SELECT count(*)::int AS n FROM customers WHERE email = 'twice@example.org'`;
    expect((await session.query(count)).rows).toEqual([{ n: 1 }]);

    attempts = 0;
    const other = (tx: unknown): Promise<unknown> => {
      attempts++;
      return modules['connect']!['run']!(tx, { text: raise('23514'), columns: {} }, []);
    };
    await expect(unit(db, other)).rejects.toThrow();
    expect(attempts).toBe(1);
    await expect(unit(db, () => unit(db, async () => 1))).rejects.toThrow(/already running/);
    const serial = `SELECT current_setting('transaction_isolation') AS level`;
    const level = (await unit(
      db,
      (tx: unknown) => modules['connect']!['run']!(tx, { text: serial, columns: { level: 'text' } }, []),
      {
        isolation:
          mapper.name === 'drizzle' || mapper.name === 'kysely'
            ? 'serializable'
            : mapper.name === 'prisma'
              ? 'Serializable'
              : 'SERIALIZABLE',
      },
    )) as { readonly rows: readonly object[] };
    expect(level.rows).toEqual([{ level: 'serializable' }]);
  });

  test('rows are inserted with what the server fills in', async () => {
    const { modules, db, session } = await opened();
    const { insertCustomer, insertOrder } = modules['records']!;
    const photo = Uint8Array.from([0, 255, 39, 92]);
    const customer = (await insertCustomer!(db, {
      email: `o'hara"; DROP TABLE customers; --@example.org`,
      balance: '12345678.90',
      settings: { a: ["'", '"', '\\', null], b: 'x' },
      tags: ['{', '"', '\\', 'ü'],
      photo,
    })) as Readonly<Record<string, unknown>>;
    expect(customer).toMatchObject({ active: true, name: null, tags: ['{', '"', '\\', 'ü'] });
    const order = (await insertOrder!(db, {
      customerId: customer['id'],
      total: '10.00',
      state: mapper.name === 'prisma' ? 'itsOdd' : `it's "odd"`,
    })) as typeof customer;
    expect(String(order['gross'])).toMatch(/^12(?:\.00)?$/);
    const { rows } = await session.query(
      `SELECT email, balance, settings, tags, photo FROM customers WHERE id = ${String(customer['id'])}`,
    );
    expect(rows).toEqual([
      {
        email: `o'hara"; DROP TABLE customers; --@example.org`,
        balance: '12345678.90',
        settings: { a: ["'", '"', '\\', null], b: 'x' },
        tags: ['{', '"', '\\', 'ü'],
        photo: '\\x00ff275c',
      },
    ]);
    await expect(insertOrder!(db, { customerId: customer['id'], total: '-1' })).rejects.toThrow();
  });

  test('a specification finds what its condition says, and takes no SQL', async () => {
    const { modules, db, session } = await opened();
    const { specify, escapeLike } = modules['specification'] as unknown as {
      readonly specify: Specify;
      readonly escapeLike: (this: void, text: string) => string;
    };
    const customer = specify();
    const find = modules['records']!['findCustomers']!;
    const where = customer['all']!(
      customer['any']!(
        customer['like']!('email', `c1%`),
        customer['oneOf']!(
          'id',
          [2, 30, 31].map((n) => wide(mapper.name, n)),
        ),
      ),
      customer['not']!(customer['isNull']!('name')),
      customer['atLeast']!('createdAt', new Date('2026-01-01T02:00:00Z')),
      customer['is']!('active', true),
    );
    const ids = async (condition: unknown, page = {}): Promise<readonly string[]> =>
      ((await find(db, condition, { orderBy: [['id', 'asc']], ...page })) as readonly { id: unknown }[]).map(
        ({ id }) => String(id),
      );
    const plain = async (sql: string): Promise<readonly string[]> =>
      (await session.query(`SELECT id::text FROM customers WHERE ${sql} ORDER BY customers.id`)).rows.map(
        (row) => String(row['id']),
      );
    const expected = await plain(
      `(email LIKE 'c1%' OR id IN (2, 30, 31)) AND name IS NOT NULL AND created_at >= '2026-01-01T02:00:00Z' AND active`,
    );
    expect(expected.length).toBeGreaterThan(5);
    expect(await ids(where)).toEqual(expected);
    expect(await ids(where, { limit: 3, orderBy: [['id', 'desc']] })).toEqual(
      expected.toReversed().slice(0, 3),
    );
    expect(await ids(customer['all']!())).toEqual(await plain('true'));
    expect(await ids(customer['any']!())).toEqual([]);
    expect(await ids(customer['oneOf']!('id', []))).toEqual([]);
    expect(await ids(customer['not']!(customer['is']!('name', 'Name 1')))).toEqual(
      await plain(`NOT name = 'Name 1'`),
    );
    for (const text of [`' OR 1=1 --`, `"; DROP TABLE customers`, `\\`, `$1`, `:x`, `%`])
      expect(await ids(customer['is']!('email', text))).toEqual([]);
    expect(await ids(customer['like']!('email', escapeLike('c1%')))).toEqual([]);
    for (const field of [`id" = 1 OR "id`, 'id', 'constructor', '__proto__', 'toString'].filter(
      (name) => name !== 'id',
    ))
      await expect(ids({ kind: 'field', field, operator: '=', value: 'x' })).rejects.toThrow(/no field/);
    await expect(ids({ kind: 'field', field: 'id', operator: '= 1 OR 1', value: 'x' })).rejects.toThrow();
    expect(
      await ids(customer['between']!('born', day(mapper.name, '2000-03-01'), day(mapper.name, '2000-03-04'))),
    ).toEqual(await plain(`born BETWEEN '2000-03-01' AND '2000-03-04'`));
  });

  test('parents come with their children in as many statements for fifty as for one', async () => {
    const { modules, url, connect } = await opened();
    const { specify } = modules['specification'] as unknown as { readonly specify: Specify };
    const records = modules['records']!;
    const parents = specify();
    const among = (count: number): unknown => parents['atMost']!('id', wide(mapper.name, count));
    const counted = (work: (db: unknown) => Promise<unknown>) => recording(url, connect, work);
    const one = await counted((db) => records['customersWithOrdersByCustomer']!(db, among(1)));
    const fifty = await counted((db) => records['customersWithOrdersByCustomer']!(db, among(50)));
    const found = fifty.result as readonly {
      ordersByCustomer: readonly { customerId: unknown }[];
      id: unknown;
    }[];
    expect(found.length).toBe(50);
    expect(found.reduce((sum, each) => sum + each.ordersByCustomer.length, 0)).toBeGreaterThan(190);
    for (const each of found)
      for (const child of each.ordersByCustomer) expect(String(child.customerId)).toBe(String(each.id));
    expect(fifty.statements).toBe(one.statements);
    expect(fifty.statements).toBeLessThanOrEqual(2);
    // What the loop that everybody writes first costs: the count sees the difference.
    const naive = await counted(async (db) => {
      const all = (await records['findCustomers']!(db, among(50))) as readonly { id: unknown }[];
      for (const { id } of all) await records['findOrders']!(db, specify()['is']!('customerId', id));
    });
    expect(naive.statements).toBe(51);
  });

  test('composite keys and names from hell are followed, or said to be left out', async () => {
    const { modules, db, built, session } = await opened();
    const records = modules['records']!;
    if (built.written.leftOut.some((line) => line.includes('line_notes')))
      expect(records['orderLinesWithLineNotes']).toBeUndefined();
    else {
      const lines = (await records['orderLinesWithLineNotes']!(db)) as readonly {
        lineNotes: readonly unknown[];
      }[];
      expect(lines.reduce((sum, each) => sum + each.lineNotes.length, 0)).toBe(90);
    }
    if (built.written.leftOut.some((line) => /select.* left out/.test(line))) {
      expect(records['insertSelect']).toBeUndefined();
      return;
    }
    const row = (await records['insertSelect']!(db, {
      aBAsC: 'x',
      constructorValue: 'y',
      n2fa: true,
    })) as object;
    expect(row).toMatchObject({ aBAsC: 'x', constructorValue: 'y', its: 7, n2fa: true });
    expect((await session.query('SELECT "a.b as c" AS a, "2fa" AS b FROM "we ird"."select"')).rows).toEqual([
      { a: 'x', b: true },
    ]);
  });
});
