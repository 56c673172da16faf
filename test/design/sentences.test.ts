import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../../src/catalog/model.ts';
import { draftQuery } from '../../src/design/query/query.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testDatabase } from '../support/database.ts';

const shop = `
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, country text, is_active boolean NOT NULL DEFAULT true, deleted_at timestamptz);
CREATE TABLE products (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL, price numeric(12,2) NOT NULL);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, state text NOT NULL CHECK (state IN ('open', 'paid', 'sent')), total numeric(12,2) NOT NULL, placed_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE order_lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, product_id bigint NOT NULL REFERENCES products, quantity int NOT NULL);
CREATE TABLE categories (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent_id bigint REFERENCES categories, name text NOT NULL);
CREATE TABLE analytics_events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, event_type text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE readings (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sensor text NOT NULL, temperature double precision, measured_at timestamptz NOT NULL);
CREATE TABLE "Odd "" ; DROP" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Größe" int, "a b" text, "select" timestamptz, customer_id bigint REFERENCES customers);
CREATE TABLE messages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sender_id bigint NOT NULL REFERENCES customers, receiver_id bigint NOT NULL REFERENCES customers, body text);
CREATE TABLE settings (key text, value text);
INSERT INTO customers (name, email, country) VALUES ('Ann', 'a@x', 'DE'), ('Bob', 'b@x', 'FR'), ('Cid', 'c@x', 'FR');
UPDATE customers SET deleted_at = now() WHERE name = 'Cid';
INSERT INTO orders (customer_id, state, total, placed_at) VALUES
  (1, 'open', 10, '2026-01-05'), (1, 'paid', 30, '2026-01-20'), (2, 'paid', 25, '2026-01-07'), (2, 'sent', 50, '2026-02-01'), (1, 'paid', 5, '2026-02-02'), (1, 'open', 7, now());
INSERT INTO categories (parent_id, name) VALUES (NULL, 'root'), (1, 'a'), (2, 'b'), (1, 'c'), (NULL, 'other');
UPDATE categories SET parent_id = 3 WHERE id = 1;
`;

const byText = (a: unknown, b: unknown): number => String(a).localeCompare(String(b));

let database: SandboxDatabase;
let catalog: Catalog;
beforeAll(async () => {
  database = await testDatabase({ sql: shop });
  const session = await postgres.connect(database.ownerUrl);
  catalog = await postgres.inspect(session).finally(() => session.close());
  await postgres.grammar.ready();
});

const sentences = [
  'The ten best customers of each month',
  'The latest 20 orders of a customer',
  "A customer's open orders",
  'Number of orders per customer and month',
  'Total of orders per country in the last 30 days',
  'Top 5 customers by revenue this year',
  'Events per customer and day, last 30 days',
  'A customer’s latest events',
  'All descendants of a category',
  'The ancestors of a category',
  'Customers without orders',
  'Active customers',
  'Find a customer by email',
  'The three latest orders of each customer',
  'Running total of orders per day',
  'Cumulative revenue of orders per customer and month',
  'Average temperature per sensor and hour of the last 30 days',
  'Paid orders with a total above 100',
  'Orders older than 90 days',
  'The lines of an order',
  'How many orders does each customer have',
  'The most expensive products by price',
  'The 10 products with the most order lines',
  'Orders of customers in a given country placed yesterday',
  'The customer of an order',
  'The three best customers by order lines',
  'The five worst products by quantity of order lines',
  'Count of paid orders today',
  'Orders that are not paid, sorted by total descending',
  'Open or paid orders of a customer',
  'Customers that are not active',
  'Messages of a customer',
];

test.each(sentences)('%s', async (sentence) => {
  const drafted = draftQuery(sentence, catalog, postgres.quote);
  if (drafted.kind === 'not-understood') return expect.fail(drafted.why);
  const session = await postgres.connect(database.ownerUrl);
  try {
    await postgres.probe.parameterTypes(session, postgres.grammar.parameters(drafted.sql).sql);
  } finally {
    await session.close();
  }
});

test('the drafts are the ones that a person would write', async () => {
  const shown = sentences.map((sentence) => {
    const drafted = draftQuery(sentence, catalog, postgres.quote);
    if (drafted.kind === 'not-understood') return `-- ${sentence}\n-- not understood: ${drafted.why}\n`;
    return [
      `-- ${sentence}`,
      ...drafted.taken.map((each) => `-- taken: ${each}`),
      ...(drafted.unread.length > 0 ? [`-- unread: ${drafted.unread.join(', ')}`] : []),
      `${drafted.sql};\n`,
    ].join('\n');
  });
  await expect(shown.join('\n')).toMatchFileSnapshot('golden/sentences.sql');
});

describe('rows', () => {
  const rowsOf = async (
    sentence: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Record<string, unknown>[]> => {
    const drafted = draftQuery(sentence, catalog, postgres.quote);
    if (drafted.kind === 'not-understood') return expect.fail(drafted.why);
    const session = await postgres.connect(database.ownerUrl);
    try {
      await session.run("SET TimeZone = 'UTC'");
      return (await session.query(postgres.grammar.parameters(drafted.sql).sql, values)).rows;
    } finally {
      await session.close();
    }
  };

  test('the best of each month', async () => {
    const rows = await rowsOf('The best customer of each month');
    expect(rows.slice(0, 2)).toMatchObject([
      { name: 'Ann', total: '40.00', place: 1 },
      { name: 'Bob', total: '50.00', place: 1 },
    ]);
    expect(rows).toHaveLength(3);
  });

  test('the newest of each, without the deleted, with a value', async () => {
    expect(
      (await rowsOf('The two latest orders of each customer')).map(({ total }) => total).toSorted(byText),
    ).toEqual(['25.00', '5.00', '50.00', '7.00']);
    expect((await rowsOf('All customers')).map(({ name }) => name).toSorted(byText)).toEqual(['Ann', 'Bob']);
    expect((await rowsOf('All deleted customers')).map(({ name }) => name)).toEqual(['Cid']);
    expect(await rowsOf('Open orders of a customer', [1])).toHaveLength(2);
    expect(await rowsOf('Customers without orders')).toEqual([]);
    expect((await rowsOf('Orders that are not paid, sorted by total')).map(({ state }) => state)).toEqual([
      'open',
      'open',
      'sent',
    ]);
    expect(await rowsOf('Customers that are not active')).toEqual([]);
  });

  test('descendants and ancestors end, also where somebody closed a circle', async () => {
    expect(
      (await rowsOf('All descendants of a category', [2])).map(({ name }) => name).toSorted(byText),
    ).toEqual(['a', 'b', 'c', 'root']);
    expect(
      (await rowsOf('All ancestors of a category', [4])).map(({ name }) => name).toSorted(byText),
    ).toEqual(['a', 'b', 'root']);
    expect(await rowsOf('All descendants of a category', [5])).toEqual([]);
  });

  test('a running total', async () => {
    const rows = await rowsOf('Running total of orders per month');
    expect(rows.slice(0, 2).map(({ running_total }) => running_total)).toEqual(['65.00', '120.00']);
  });
});

describe('what is not understood is said', () => {
  test.each([
    ['Everything that matters to the board', 'it names no table that there is'],
    ['Users who signed up last week', 'it names no table that there is'],
    ['The three best customers of each month by order lines', 'order_lines has no column that says when'],
    ['The best settings', 'nothing tells by what settings are ranked'],
    ['Settings of the last 30 days by day', 'settings has no column that says when'],
    ['Settings per customer', 'no foreign keys lead from settings to customers'],
  ])('%s', (sentence, why) => {
    expect(draftQuery(sentence, catalog, postgres.quote)).toEqual({ kind: 'not-understood', why });
  });

  test('words that the query does not hold are listed', () => {
    const drafted = draftQuery(
      'Orders of a customer that smell of lavender in 2019',
      catalog,
      postgres.quote,
    );
    expect(drafted).toMatchObject({ kind: 'drafted', unread: ['smell', 'lavender', '2019'] });
  });
});

test('any words, and hostile names, give one SELECT that the server takes, or nothing', async () => {
  const vocabulary = [
    ...sentences.join(' ').split(/\s+/),
    'odd',
    'drop',
    'größe',
    'odds',
    'select',
    'per',
    'each',
    "'; DROP TABLE orders; --",
    '$1',
    ':x',
    'without',
  ];
  const session = await postgres.connect(database.ownerUrl);
  let drafts = 0;
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 10 }),
        async (parts) => {
          const drafted = draftQuery(parts.join(' '), catalog, postgres.quote);
          if (drafted.kind === 'not-understood') return;
          drafts += 1;
          const { sql } = postgres.grammar.parameters(drafted.sql);
          expect(postgres.grammar.split(sql)).toHaveLength(1);
          expect(postgres.grammar.shape(drafted.sql).kind).toBe('read');
          await postgres.probe.parameterTypes(session, sql);
        },
      ),
      { numRuns: 400 },
    );
  } finally {
    await session.close();
  }
  expect(drafts).toBeGreaterThan(50);
});
