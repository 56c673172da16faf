import { beforeAll, describe, expect, test } from 'vitest';
import type { FactsContext, StatementFacts } from '../../src/engine/model.ts';
import { factRows } from '../../src/engines/postgres/facts/table/all.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { catalogOf, column, index, key, reference, table } from '../support/catalog.ts';

beforeAll(() => postgres.grammar.ready());

const orders = table(
  'orders',
  [column('id', 'integer', { notNull: true }), column('note'), column('size', 'character varying(20)')],
  {
    constraints: [
      key('primary', 'orders_pkey', ['id']),
      reference('orders_customer_fkey', ['id'], 'customers'),
    ],
    indexes: [index('orders_note_idx', ['note'])],
  },
);
const customers = table('customers', [column('id', 'integer', { notNull: true })]);
const catalog = catalogOf([orders, customers]);

function of(sql: string, context: Partial<FactsContext> = {}): StatementFacts {
  const statements = postgres.grammar.split(sql);
  return postgres.facts.of(statements[0]!, { catalog, serverVersion: 180_004, ...context });
}

test('the table has more than a hundred and fifteen measured rows, each id once per version', () => {
  const measured = factRows.filter(({ trials }) => trials.length > 0);
  expect(measured.length).toBeGreaterThanOrEqual(115);
  for (const row of factRows)
    expect(
      factRows.filter(
        ({ id, since = 0, until = 99 }) =>
          id === row.id && since <= (row.until ?? 99) && until >= (row.since ?? 0),
      ),
    ).toEqual([row]);
});

test('a statement that is not in the table is unknown, never guessed', () => {
  for (const sql of [
    'DO $$ BEGIN END $$',
    'CALL p()',
    'ALTER TABLE orders OF other',
    'ALTER TABLE orders ADD COLUMN a int, OF other',
    'REINDEX SCHEMA public',
  ]) {
    const facts = of(sql);
    expect([sql, facts.known, facts.lasts, facts.locks]).toEqual([sql, [], 'unknown', []]);
    expect(postgres.facts.say(facts)).toBe('Not measured: what it locks and reads is not known');
  }
});

test('several commands are the worst of all of them', () => {
  expect(
    of('ALTER TABLE orders ALTER COLUMN note SET STATISTICS 5, ADD COLUMN x uuid DEFAULT gen_random_uuid()'),
  ).toEqual({
    locks: [{ relation: { schema: 'public', name: 'orders' }, mode: 'ACCESS EXCLUSIVE' }],
    rewrites: [{ schema: 'public', name: 'orders' }],
    scans: [],
    blocks: 'reads and writes',
    lasts: 'size of the table',
    known: ['alter-table/set-statistics', 'add-column/volatile-default'],
    outside: false,
  });
});

test('without a catalog, what depends on it is the worst that can be', () => {
  const { known } = of('ALTER TABLE t ALTER COLUMN c TYPE text', { catalog: undefined } as never);
  expect(known).toEqual(['change-type/unknown-column']);
  expect(
    postgres.facts.of(postgres.grammar.split('ALTER TABLE t ADD COLUMN c own')[0]!, {
      serverVersion: 180_000,
    }).rewrites,
  ).toEqual([{ schema: 'public', name: 't' }]);
});

describe('earlier statements count', () => {
  const filled = 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL';
  test.each([
    [
      'a check that was validated',
      [
        'ALTER TABLE orders ADD CONSTRAINT c CHECK (note IS NOT NULL) NOT VALID',
        'ALTER TABLE orders VALIDATE CONSTRAINT c',
      ],
      0,
    ],
    [
      'a check with other conditions beside',
      ['ALTER TABLE orders ADD CONSTRAINT c CHECK (note IS NOT NULL AND note <> $$x$$)'],
      0,
    ],
    [
      'a check that was not validated',
      ['ALTER TABLE orders ADD CONSTRAINT c CHECK (note IS NOT NULL) NOT VALID'],
      1,
    ],
    ['a check that says something else', ["ALTER TABLE orders ADD CONSTRAINT c CHECK (note <> '')"], 1],
    ['a check with a way out', ['ALTER TABLE orders ADD CONSTRAINT c CHECK (note IS NOT NULL OR id > 5)'], 1],
    [
      'a check that went again',
      [
        'ALTER TABLE orders ADD CONSTRAINT c CHECK (note IS NOT NULL)',
        'ALTER TABLE orders DROP CONSTRAINT c',
      ],
      1,
    ],
    [
      'an unnamed check by the name that the server gives',
      [
        'ALTER TABLE orders ADD CHECK (note IS NOT NULL) NOT VALID',
        'ALTER TABLE orders VALIDATE CONSTRAINT orders_note_check',
      ],
      0,
    ],
  ])('%s', (_what, earlier, scans) => {
    expect(of(filled, { earlier }).scans).toHaveLength(scans);
  });

  test('a table that the change makes is nobody’s yet', () => {
    const earlier = ['CREATE TABLE fresh (id int REFERENCES customers)'];
    expect(of('CREATE INDEX i ON fresh (id)', { earlier })).toMatchObject({
      locks: [],
      scans: [],
      blocks: 'nobody',
      lasts: 'moment',
    });
    expect(of('ALTER TABLE fresh DROP CONSTRAINT fresh_id_fkey', { earlier }).locks).toEqual([
      { relation: { schema: 'public', name: 'customers' }, mode: 'ACCESS EXCLUSIVE' },
    ]);
  });

  test('the time zone of the session decides about timestamps', () => {
    const times = catalogOf([table('t', [column('at', 'timestamp without time zone')])]);
    const sql = 'ALTER TABLE t ALTER COLUMN at TYPE timestamptz';
    expect(of(sql, { catalog: times }).rewrites).toHaveLength(1);
    expect(of(sql, { catalog: times, earlier: ["SET TIME ZONE 'UTC'"] }).rewrites).toHaveLength(0);
    expect(of(sql, { catalog: times, earlier: ["SET TIME ZONE 'Asia/Tokyo'"] }).rewrites).toHaveLength(1);
  });
});

test('claims that are often repeated come out as measured', () => {
  const claims: readonly (readonly [string, Partial<StatementFacts>])[] = [
    [
      'ALTER TABLE orders ADD COLUMN made timestamptz NOT NULL DEFAULT now()',
      { rewrites: [], scans: [], lasts: 'moment' },
    ],
    ['ALTER TABLE orders ADD CHECK (id > 0)', { blocks: 'reads and writes' }],
    ['ALTER TABLE orders ADD UNIQUE (note)', { blocks: 'reads and writes' }],
    ['ALTER TABLE orders ADD EXCLUDE USING gist (note WITH =)', { blocks: 'reads and writes' }],
    ['ALTER TABLE orders ADD UNIQUE USING INDEX i', { blocks: 'reads and writes', lasts: 'moment' }],
    ['DELETE FROM orders', { blocks: 'schema changes' }],
    [
      'REINDEX INDEX orders_note_idx',
      {
        locks: [
          { relation: { schema: 'public', name: 'orders_note_idx' }, mode: 'ACCESS EXCLUSIVE' },
          { relation: { schema: 'public', name: 'orders' }, mode: 'SHARE' },
        ],
      },
    ],
    ['ALTER TABLE orders ADD FOREIGN KEY (note) REFERENCES customers', { blocks: 'writes' }],
    ['ALTER TABLE orders ALTER COLUMN note TYPE text COLLATE "C"', { rewrites: [] }],
    ["ALTER TYPE mood ADD VALUE 'x'", { locks: [], blocks: 'nobody' }],
    ["COMMENT ON TABLE orders IS 'x'", { blocks: 'schema changes' }],
    ['CREATE TRIGGER t AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f()', { blocks: 'writes' }],
    [
      'ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey',
      {
        blocks: 'reads and writes',
        locks: [
          { relation: { schema: 'public', name: 'customers' }, mode: 'ACCESS EXCLUSIVE' },
          { relation: { schema: 'public', name: 'orders' }, mode: 'ACCESS EXCLUSIVE' },
        ],
      },
    ],
  ];
  for (const [sql, wanted] of claims) expect([sql, of(sql)]).toEqual([sql, expect.objectContaining(wanted)]);
});

test('facts are said in words', () => {
  expect(postgres.facts.say(of('ALTER TABLE orders ALTER COLUMN note SET NOT NULL'))).toBe(
    'ACCESS EXCLUSIVE on public.orders for as long as a scan of public.orders takes: reads and writes wait',
  );
  expect(postgres.facts.say(of('CREATE INDEX i ON orders (note)'))).toBe(
    'SHARE on public.orders for as long as a scan of public.orders takes: writes wait, reads go on',
  );
  expect(postgres.facts.say(of('ALTER TABLE orders DROP COLUMN note'))).toBe(
    'ACCESS EXCLUSIVE on public.orders for a moment: reads and writes wait, and those behind it in the queue wait with it',
  );
  expect(postgres.facts.say(of('CREATE SCHEMA s'))).toBe('It locks no table');
});

test('a measurement that differs is a contradiction, one that agrees is none', () => {
  const facts = of('ALTER TABLE orders ALTER COLUMN note SET NOT NULL');
  const held = [{ relation: 'public.orders', mode: 'ACCESS EXCLUSIVE' }];
  expect(
    postgres.facts.contradictions(facts, { locks: held, rewrites: [], scans: ['public.orders verified'] }),
  ).toEqual([]);
  expect(postgres.facts.contradictions(facts, { locks: held, rewrites: [], scans: [] })).toHaveLength(1);
  expect(
    postgres.facts.contradictions(facts, {
      locks: [
        ...held,
        { relation: 'public.customers', mode: 'SHARE' },
        { relation: 'public.x', mode: 'ACCESS SHARE' },
      ],
      rewrites: ['public.orders'],
      scans: [],
    }),
  ).toEqual([
    'SHARE on public.customers was held and is not among the facts.',
    'public.orders was written anew, which the facts do not say.',
  ]);
  expect(
    postgres.facts.contradictions(facts, { locks: [], rewrites: [], scans: ['public.orders verified'] }),
  ).toHaveLength(1);
  expect(
    postgres.facts.contradictions(of('DO $$ BEGIN END $$'), { locks: held, rewrites: [], scans: [] }),
  ).toEqual([]);
});

test('several statements told as one have the strongest of their locks, and everything that is read', () => {
  const both = postgres.facts.together([
    of('ALTER TABLE orders ALTER COLUMN note SET NOT NULL'),
    of('CREATE INDEX CONCURRENTLY orders_size ON orders (size)'),
  ]);
  expect(both.locks.find(({ relation }) => relation.name === 'orders')?.mode).toBe('ACCESS EXCLUSIVE');
  expect(both).toMatchObject({ blocks: 'reads and writes', lasts: 'size of the table', outside: true });
  expect(both.known).toHaveLength(2);
});
