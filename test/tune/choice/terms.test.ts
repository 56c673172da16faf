/** What a choice is held against: budgets, queries that may not get slower, evidence; and what becomes of bad input. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Choice } from '../../../src/tune/advice/model.ts';
import { chooseIndexes } from '../../../src/tune/choice/choice.ts';
import type { ChooseOptions } from '../../../src/tune/choice/model.ts';
import { candidate, drop, everySet, query, shop, work, writesOf, type Shop } from './shop.ts';

let there: Shop;

beforeAll(async () => {
  there = await shop();
});

afterAll(() => there?.stop());

const queries = [
  query('of a status', 'SELECT * FROM orders WHERE status = $1 AND placed > $2', 100, [
    [['odd', '2025-05-01'], 0.9],
    [['done', '2025-01-02'], 0.1],
  ]),
  query('lines of a product', 'SELECT sum(quantity) FROM lines WHERE product_id = $1', 50, [[['17'], 1]]),
  query('of an actor', 'SELECT * FROM log WHERE actor = $1', 30, [[['5'], 1]]),
  query('of a key', 'SELECT * FROM log WHERE key = $1', 20, [[['00000000-0000-4000-8000-000000000000'], 1]]),
];
const texts = [
  'orders (status, placed)',
  'orders (placed)',
  'lines (product_id)',
  'log (actor)',
  'log (key)',
  'log (at)',
];
const candidates = texts.map(candidate);
const writes = [
  writesOf('log', { inserted: 2_000_000 }),
  writesOf('orders', {
    inserted: 1000,
    updated: 5000,
    hotUpdated: 4000,
    sets: [
      { column: 'total', share: 0.5 },
      { column: 'note', share: 0.5 },
    ],
  }),
];

function choose(more: Partial<ChooseOptions> = {}): Promise<Choice> {
  return chooseIndexes({
    work: work(queries),
    candidates,
    drops: [],
    statistics: [],
    budgets: {},
    whatIf: there.whatIf,
    snapshot: there.snapshot,
    limits: { gap: 0 },
    signal: new AbortController().signal,
    ...more,
  });
}

const created = ({ create }: Choice): readonly string[] =>
  create.map(({ candidate: { id } }) => id).toSorted();
const bytesOf = ({ create }: Choice): number => create.reduce((sum, { bytes }) => sum + bytes, 0);
const total = ({ queries: all }: Choice): number =>
  queries.reduce(
    (sum, { name, callsPerDay }) => sum + callsPerDay * 0.01 * all.find((one) => one.name === name)!.after,
    0,
  );

test('the frontier costs less with each byte, and its last set is no dearer than the choice', async () => {
  const { frontier, bound } = await choose();
  expect(frontier.length).toBeGreaterThan(3);
  for (const [i, { bytes, cost }] of frontier.entries()) {
    if (i === 0) continue;
    expect(bytes).toBeGreaterThan(frontier[i - 1]!.bytes);
    expect(cost).toBeLessThan(frontier[i - 1]!.cost);
  }
  expect(frontier[0]!.indexes).toEqual([]);
  expect(frontier.at(-1)!.cost).toBeLessThanOrEqual(bound.chosen * 1.000001);
});

test('bytes are kept, and a tighter budget is never cheaper', async () => {
  let before = 0;
  for (const bytes of [10_000_000, 3_000_000, 1_500_000, 800_000, 0]) {
    const choice = await choose({ budgets: { bytes } });
    expect(bytesOf(choice)).toBeLessThanOrEqual(bytes);
    expect(choice.bound.chosen).toBeGreaterThanOrEqual(before * 0.9999);
    before = choice.bound.chosen;
  }
});

test('writes are kept: an index with keys at random costs more than one in order, and is left out when writes may not grow', async () => {
  const ofTotal = query('of a total', 'SELECT * FROM orders WHERE total = 30', 20);
  const many = work(
    [...queries, ofTotal].map((one) => ({ ...one, callsPerDay: one.callsPerDay * 10_000 })),
    writes,
  );
  const cost = (choice: Choice): number => choice.create.reduce((sum, { write }) => sum + write.msPerDay, 0);
  const more = [...candidates, candidate('orders (total)')];
  const free = await choose({ work: many, candidates: more });
  const own = (id: string) => free.create.find(({ candidate: { id: one } }) => one === id)!.write;
  expect(created(free)).toContain('log (key)');
  expect(own('log (key)').msPerDay).toBeGreaterThan(1.1 * own('log (actor)').msPerDay);
  expect(own('log (key)').because).toMatch(/^entries land in \d+ places$/);
  expect(own('orders (placed)').because).toBe('entries come in order');
  expect(own('orders (total)').because).toMatch(/; 2000 updates a day set total and would no longer be HOT$/);
  expect(own('orders (total)').hotLost).toBe(2000);
  expect(own('lines (product_id)').msPerDay).toBe(0);
  const kept = await choose({ work: many, candidates: more, budgets: { writes: 0.01 } });
  expect(cost(kept)).toBeLessThan(cost(free) / 10);
  expect(created(kept)).not.toContain('log (key)');
  expect(created(kept)).toContain('lines (product_id)');
});

test('no query gets slower: an index that one of them uses stays, until it may be slower', async () => {
  const own = [query('of a kind', 'SELECT count(*) FROM log WHERE kind = $1', 0.001, [[['3'], 1]])];
  const options: Partial<ChooseOptions> = {
    work: work(own, [writesOf('log', { inserted: 1_000_000 })]),
    candidates: [],
    drops: [drop(there.snapshot, 'log_kind', 'log')],
  };
  expect((await choose(options)).drop).toEqual([]);
  const slower = await choose({ ...options, slower: 1000 });
  expect(slower.drop.map(({ index }) => index.name)).toEqual(['log_kind']);
  expect(slower.queries[0]!.after).toBeGreaterThan(2 * slower.queries[0]!.before);
});

test('a redundant index goes only while what does its work is there', async () => {
  const own = work([query('nothing', 'SELECT * FROM products', 1)]);
  const other = { kind: 'index', index: { schema: 'public', name: 'orders_customer_placed' } } as const;
  const one = { kind: 'index', index: { schema: 'public', name: 'orders_customer' } } as const;
  const both = await choose({
    work: own,
    candidates: [],
    drops: [
      drop(there.snapshot, 'orders_customer', 'orders', { why: 'redundant', by: [other] }),
      drop(there.snapshot, 'orders_customer_placed', 'orders', { why: 'redundant', by: [one] }),
    ],
  });
  expect(both.drop.map(({ index }) => index.name)).toEqual(['orders_customer_placed']);
  const wider = { kind: 'candidate', id: 'orders (status, placed)' } as const;
  const alone = await choose({
    work: own,
    candidates,
    drops: [drop(there.snapshot, 'orders_status', 'orders', { why: 'redundant', by: [wider] })],
  });
  expect([alone.drop, created(alone)]).toEqual([[], []]);
});

test('indexes stay for constraints, for lack of evidence, and for statements that could not be priced', async () => {
  const choice = await choose({
    work: {
      ...work([query('broken', 'SELECT nothing FROM log', 1), query('fine', 'SELECT * FROM products', 1)]),
      unsupported: [
        { name: 'cut', sql: 'SELECT * FROM orders WHERE customer', reason: 'It is cut off.', calls: 5 },
      ],
    },
    candidates: [],
    drops: [
      drop(there.snapshot, 'orders_pkey', 'orders'),
      drop(there.snapshot, 'orders_customer', 'orders'),
      drop(there.snapshot, 'log_kind', 'log'),
      drop(there.snapshot, 'products_pkey', 'products', { evidence: [] }),
    ],
  });
  expect(choice.drop).toEqual([]);
  expect(choice.leftOut.map(({ because }) => because.split(':')[0])).toEqual([
    'A constraint needs it.',
    'The statement cut on its table could not be priced',
    'The statement broken on its table could not be priced',
    'A constraint needs it.',
  ]);
  expect(choice.limits.join(' ')).toMatch(/broken could not be priced/);
  expect(choice.queries.map(({ name }) => name)).toEqual(['fine']);
});

test('a floor shows a worse set to be worse, and an early end is told with a bound that still holds', async () => {
  const sets = await everySet(there, queries, candidates, []);
  const cost = (costs: ReadonlyMap<string, number>): number =>
    queries.reduce((sum, { name, callsPerDay }) => sum + callsPerDay * 0.01 * costs.get(name)!, 0);
  const real = sets.map(({ costs }) => cost(costs));
  const best = Math.min(...real);
  const choice = await choose();
  expect(total(choice)).toBeCloseTo(best, -1);
  // Each set without the best index is above the floor by more than the choice is.
  const worse = sets
    .filter(({ changes }) => !changes.has('lines (product_id)'))
    .map(({ costs }) => cost(costs));
  for (const one of worse) expect((one - choice.bound.least) / choice.bound.least).toBeGreaterThan(0.5);
  const cut = await choose({ limits: { gap: 0, calls: 8 } });
  expect(cut.bound.least).toBeLessThanOrEqual(best * 1.0001);
  expect(cut.bound.gap).toBeGreaterThan(choice.bound.gap);
  expect(cut.bound.says).toMatch(
    /^(?:Within [\d.]+ % of the best estimated cost|The best that was looked at) among 6 candidates\b.*\.$/,
  );
  expect(cut.limits.join(' ')).toMatch(/8 plans were priced/);
  const byHand = await choose({ limits: { gap: 0, solverSeconds: 0 } });
  expect(byHand.bound.by).toBe('search');
  expect(byHand.bound.least).toBeLessThanOrEqual(best * 1.0001);
  expect(total(byHand)).toBeLessThan(1.05 * best);
  expect(byHand.limits.join(' ')).toMatch(/local search/);
});

test('the same input gives the same choice, in any order of its queries', async () => {
  const one = await choose({ budgets: { bytes: 2_000_000 } });
  const other = await choose({ budgets: { bytes: 2_000_000 }, work: work(queries.toReversed()) });
  expect(await choose({ budgets: { bytes: 2_000_000 } })).toEqual(one);
  expect(created(other)).toEqual(created(one));
  expect(other.bound.chosen).toBeCloseTo(one.bound.chosen, 6);
});

test('time that production counted outweighs the estimate', async () => {
  const [first, second, ...rest] = queries;
  const counted = [{ ...first!, meanMs: 0.001 }, { ...second!, meanMs: 500 }, ...rest];
  const choice = await choose({ work: work(counted), budgets: { bytes: 1_000_000 } });
  expect(choice.queries[0]!.name).toBe('lines of a product');
  expect(created(choice)).toContain('lines (product_id)');
  expect(choice.limits.join(' ')).toMatch(/2 queries without counted times/);
  expect(choice.queries.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
});

test('hostile and wrong candidates are left out, the twin is left as it was, and a signal ends it', async () => {
  const hostile = ['lines (nothing)', 'lines (product_id)); DROP TABLE lines; --(x)'].map((text) => ({
    ...candidate('lines (order_id)'),
    id: text,
    wish: { ...candidate('lines (order_id)').wish, definition: text.slice(6) },
  }));
  const before = there.whatIf.left().length;
  const choice = await choose({ candidates: [...candidates, ...hostile, candidates[0]!] });
  expect(choice.leftOut.filter(({ because }) => because.startsWith('The server refuses it'))).toHaveLength(2);
  expect(choice.bound.candidates).toBe(candidates.length);
  const ended = new AbortController();
  const promise = choose({
    signal: ended.signal,
    emit: (event) => event.kind === 'step' && ended.abort(new Error('enough')),
  });
  await expect(promise).rejects.toThrow('enough');
  expect(there.whatIf.left()).toHaveLength(before);
});

test('queries without values are priced by their generic plan', async () => {
  const generic = query('generic', 'SELECT * FROM log WHERE actor = $1', 10, [], { basis: 'generic' });
  const choice = await choose({ work: work([generic]) });
  expect(created(choice)).toEqual(['log (actor)']);
  expect(choice.limits.join(' ')).toMatch(/1 query without values/);
});

test('statistics are offered where they change an estimate, and only there', async () => {
  const table = { schema: 'public', name: 'orders' };
  const own = [
    query('groups', 'SELECT status, total, count(*) FROM orders GROUP BY status, total', 1),
    query('both', "SELECT * FROM orders WHERE status = 'odd' AND customer_id = 30", 1),
    query('single', 'SELECT * FROM orders WHERE total = 30', 1),
  ];
  const wanted = (columns: readonly string[], serves: string) => ({
    table,
    columns,
    serves: [serves],
    because: 'a test',
  });
  const choice = await choose({
    work: work(own),
    candidates: [],
    statistics: [
      wanted(['status', 'total'], 'groups'),
      wanted(['status', 'customer_id'], 'both'),
      wanted(['status', 'note'], 'single'),
    ],
  });
  expect(choice.statistics.map(({ candidate: { columns } }) => columns.join())).toEqual([
    'status,total',
    'status,customer_id',
  ]);
  const [groups, both] = choice.statistics;
  expect(groups!.after).toBeLessThan(groups!.before / 2);
  expect(both!.after).toBeGreaterThan(2 * both!.before);
  expect(groups!.assumed.join(' ')).toMatch(/1000 different combinations/);
  expect(choice.leftOut.at(0)!.because).toMatch(/No plan and no estimate changes/);
});
