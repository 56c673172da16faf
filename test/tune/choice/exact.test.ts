/** Small workloads of which every set of changes is priced: the choice is the cheapest one, and the floor is under all. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  Budgets,
  Choice,
  DropCandidate,
  IndexCandidate,
  WorkQuery,
} from '../../../src/tune/advice/model.ts';
import { chooseIndexes } from '../../../src/tune/choice/choice.ts';
import type { ChooseOptions } from '../../../src/tune/choice/model.ts';
import { candidate, drop, everySet, query, shop, work, type RealSet, type Shop } from './shop.ts';

let there: Shop;

beforeAll(async () => {
  there = await shop();
});

afterAll(() => there?.stop());

/** Milliseconds for each unit of cost that the choice assumes without counted times. */
const msPerCost = 0.01;
/** Bytes break ties, by no more than this share of today's cost. */
const ties = 0.0003;

interface Case {
  readonly title: string;
  readonly queries: readonly WorkQuery[];
  readonly candidates: readonly string[];
  readonly drops?: readonly (readonly [index: string, table: string, more?: Partial<DropCandidate>])[];
  /** Bytes of budgets that are tried, beside none. */
  readonly budgets: readonly number[];
}

const cases: readonly Case[] = [
  {
    title: 'one table, many forms of the same index, two sets of values',
    queries: [
      query(
        'of a status',
        'SELECT * FROM orders WHERE status = $1 AND placed > $2 ORDER BY placed LIMIT 50',
        100,
        [
          [['odd', '2025-05-01'], 0.9],
          [['done', '2025-01-02'], 0.1],
        ],
      ),
      query('total of a status', 'SELECT sum(total) FROM orders WHERE status = $1', 20, [[['new'], 1]]),
      query('latest', 'SELECT id, placed FROM orders ORDER BY placed DESC LIMIT 10', 300),
    ],
    candidates: [
      'orders (status, placed)',
      'orders (placed)',
      'orders (placed, status)',
      'orders (status) INCLUDE (total)',
      "orders (placed) WHERE status = 'odd'",
    ],
    budgets: [0, 500_000, 1_000_000, 1_500_000, 2_000_000],
  },
  {
    title: 'both sides of a join, which gain together',
    queries: [
      query(
        'join of two',
        "SELECT c.email, o.total FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.country = 'is' AND o.status = 'odd'",
        10,
      ),
      query(
        'join of three',
        'SELECT o.id, p.name FROM orders o JOIN lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id WHERE p.category = $1 AND o.placed > $2',
        10,
        [[['7', '2025-05-18'], 1]],
      ),
      query('merge', 'SELECT count(*) FROM lines l JOIN products p ON p.id = l.product_id', 3),
    ],
    candidates: [
      'customers (country)',
      'lines (product_id)',
      'lines (product_id) INCLUDE (order_id)',
      'products (category)',
      'orders (placed)',
      'orders (status, customer_id)',
    ],
    budgets: [300_000, 1_000_000, 2_500_000],
  },
  {
    title: 'conditions whose indexes the plan reads together',
    queries: [
      query('both', 'SELECT * FROM log WHERE actor BETWEEN $1 AND $2 AND at > $3', 40, [
        [['10', '200', '2025-02-08'], 1],
      ]),
      query('either', 'SELECT * FROM log WHERE actor = $1 OR key = $2', 40, [
        [['17', '00000000-0000-4000-8000-000000000000'], 1],
      ]),
      query('kinds', 'SELECT kind, count(*) FROM log WHERE actor = $1 GROUP BY kind', 10, [[['99'], 1]]),
    ],
    candidates: ['log (actor)', 'log (at)', 'log (key)', 'log (actor, kind)', 'log USING brin (at)'],
    budgets: [100_000, 1_500_000, 3_000_000],
  },
  {
    title: 'drops with creates: an index that goes when a wider one comes',
    queries: [
      query('of a customer', 'SELECT * FROM orders WHERE customer_id = $1', 50, [[['17'], 1]]),
      query('latest of one', 'SELECT * FROM orders WHERE customer_id = $1 ORDER BY placed DESC LIMIT 3', 50, [
        [['17'], 1],
      ]),
      query('of a status', 'SELECT count(*) FROM orders WHERE status = $1', 5, [[['odd'], 1]]),
      query('kinds', 'SELECT count(*) FROM log WHERE kind = $1 AND at > $2', 5, [[['3', '2025-02-01'], 1]]),
    ],
    candidates: ['orders (customer_id, total)', 'log (kind, at)', 'orders (status, placed)'],
    drops: [
      ['orders_customer', 'orders'],
      ['orders_status', 'orders'],
      ['log_kind', 'log'],
    ],
    budgets: [0, 500_000, -300_000],
  },
  {
    title: 'writes that find their rows by an index',
    queries: [
      query('touch', 'UPDATE orders SET note = $1 WHERE placed = $2', 100, [[['x', '2025-03-01'], 1]]),
      query('purge', 'DELETE FROM log WHERE key = $1', 60, [[['00000000-0000-4000-8000-000000000000'], 1]]),
      query('read', 'SELECT * FROM log WHERE actor = $1', 1, [[['3'], 1]]),
      query('insert', 'INSERT INTO log (at, kind, actor, key) VALUES ($1, 1, 1, $2)', 1000, [
        [['2025-03-01', '00000000-0000-4000-8000-000000000000'], 1],
      ]),
    ],
    candidates: [
      'orders (placed)',
      'log (key)',
      'log (actor)',
      'log (key, actor)',
      'orders USING brin (placed)',
    ],
    budgets: [100_000, 1_000_000, 4_000_000],
  },
  {
    title: 'whatever has no use',
    queries: [
      query('all', 'SELECT * FROM products', 5),
      query('by key', 'SELECT * FROM customers WHERE id = $1', 500, [[['17'], 1]]),
    ],
    candidates: ['products (category)', 'customers (joined)', 'log (at)'],
    budgets: [0],
  },
];

const signal = new AbortController().signal;

function choose(more: Partial<ChooseOptions> & Pick<ChooseOptions, 'work' | 'candidates'>): Promise<Choice> {
  return chooseIndexes({
    drops: [],
    statistics: [],
    budgets: {},
    whatIf: there.whatIf,
    snapshot: there.snapshot,
    limits: { gap: 0 },
    signal,
    ...more,
  });
}

function readMs(queries: readonly WorkQuery[], { costs }: RealSet): number {
  return queries.reduce((sum, { name, callsPerDay }) => sum + callsPerDay * msPerCost * costs.get(name)!, 0);
}

function changesOf({ create, drop: dropped }: Choice): ReadonlySet<string> {
  return new Set([...create.map(({ candidate: { id } }) => id), ...dropped.map(({ index }) => index.name)]);
}

function realOf(sets: readonly RealSet[], changes: ReadonlySet<string>): RealSet {
  return sets.find(
    (one) => one.changes.size === changes.size && [...changes].every((id) => one.changes.has(id)),
  )!;
}

describe.each(cases)('$title', ({ queries, candidates: texts, drops: names = [], budgets }) => {
  test('is chosen as pricing every set would', async () => {
    const candidates: readonly IndexCandidate[] = texts.map(candidate);
    const drops = names.map(([index, table, more]) => drop(there.snapshot, index, table, more));
    const sets = await everySet(there, queries, candidates, drops);
    const today = readMs(queries, sets[0]!);
    for (const bytes of [undefined, ...budgets]) {
      const own: Budgets = bytes === undefined ? {} : { bytes };
      const choice = await choose({ work: work(queries), candidates, drops, budgets: own });
      const fits = sets.filter(
        (one) => one.slowest <= 1.02 && one.bytes <= (bytes ?? Number.POSITIVE_INFINITY),
      );
      const title = `${bytes} bytes: ${[...changesOf(choice)].join(', ')}`;
      if (fits.length === 0) {
        expect(changesOf(choice).size, title).toBe(0);
        continue;
      }
      const least = Math.min(...fits.map((one) => readMs(queries, one)));
      const real = realOf(sets, changesOf(choice));
      expect(fits, title).toContain(real);
      expect(readMs(queries, real), title).toBeLessThanOrEqual(least + ties * today);
      expect(choice.bound.least, title).toBeLessThanOrEqual(least + ties * today);
      expect(choice.bound.chosen, title).toBeGreaterThanOrEqual(choice.bound.least);
      expect(choice.bound.gap, title).toBeLessThan(0.0005);
    }
  });
});
