import { beforeAll, expect, test } from 'vitest';
import type { Catalog, Name } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import type { IndexCandidate, WorkQuery } from '../../src/tune/advice/model.ts';
import type { Proof } from '../../src/tune/proof/model.ts';
import { proveChoice, type ProveOptions } from '../../src/tune/proof/prove.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const rows = 40_000;
const schema = `
CREATE TABLE users (id bigint PRIMARY KEY, city text NOT NULL, country text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL, status text NOT NULL, at timestamptz NOT NULL, amount integer NOT NULL, note text NOT NULL);
CREATE INDEX orders_note_idx ON orders (note);
CREATE INDEX orders_amount_idx ON orders (amount);
CREATE FUNCTION hidden(n integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS
  $$ BEGIN RETURN n % 50 + CASE current_setting('statement_timeout') WHEN '0' THEN 1 ELSE 0 END; END $$;
INSERT INTO users SELECT n, 'city ' || n % 100, 'country ' || n % 100 / 10 FROM generate_series(1, 2000) AS g(n);
-- The few refunded orders are the newest ones, which no statistics tell; the heap lies in another order than time.
INSERT INTO orders SELECT n, hashint8(n)::bigint & 1023, CASE WHEN k > ${rows} - 400 THEN 'refunded' ELSE 'paid' END,
    timestamptz '2026-01-01 00:00Z' + k / 4 * interval '1 minute', n % 1000, repeat(md5(n::text), 4)
  FROM (SELECT n, row_number() OVER (ORDER BY hashint8(n)) AS k FROM generate_series(1, ${rows}) AS g(n)) s ORDER BY n;
CREATE TABLE "odd""; DROP TABLE users; --" (id bigint PRIMARY KEY, "wei rd" integer NOT NULL);
INSERT INTO "odd""; DROP TABLE users; --" SELECT n, hashint4(n) & 4095 FROM generate_series(1, 20000) AS g(n);
ANALYZE;`;

const orders: Name = { schema: 'public', name: 'orders' };
const users: Name = { schema: 'public', name: 'users' };

function query(name: string, sql: string, more: Partial<WorkQuery> = {}): WorkQuery {
  return {
    name,
    sql,
    kind: 'read',
    tables: ['public.orders'],
    sets: [{ values: [], share: 1, kind: 'call' }],
    basis: 'known',
    callsPerDay: 10_000,
    callsBasis: 'measured',
    told: [],
    ...more,
  };
}

function index(keys: readonly string[], serves: readonly string[], table = orders): IndexCandidate {
  const definition = `USING btree (${keys.join(', ')})`;
  return {
    id: `${table.name} ${definition}`,
    wish: { table, definition, unique: false },
    method: 'btree',
    keys: keys.map((key) => key.replace(/ DESC$/, '')),
    includes: [],
    serves,
    because: [],
  };
}

const ofUser = query(
  'of user',
  'SELECT id, at, status FROM orders WHERE user_id = $1 ORDER BY at DESC LIMIT 20',
  {
    sets: [
      { values: [5], share: 0.7, kind: 'common' },
      { values: [17], share: 0.3, kind: 'skewed' },
    ],
  },
);
const refunded = query(
  'refunded',
  "SELECT id, at FROM orders WHERE status = 'refunded' ORDER BY at LIMIT 5",
  {
    callsPerDay: 100,
  },
);
const added = query(
  'added',
  "INSERT INTO orders VALUES (900001, 5, 'paid', '2026-02-01', 1, 'x') RETURNING id, user_id",
  { kind: 'write', callsPerDay: 500 },
);
const byUser = index(['user_id', 'at DESC'], ['of user']);
const byTime = index(['at'], ['refunded']);

let source: SandboxDatabase;
let catalog: Catalog;

beforeAll(async () => {
  await postgres.grammar.ready();
  source = await testDatabase({ sql: schema });
  const session = await postgres.connect(source.ownerUrl);
  await session.query('VACUUM (ANALYZE) users');
  await session.query('VACUUM (ANALYZE) orders');
  catalog = await postgres.inspect(session);
  await session.close();
});

async function prove(options: Partial<ProveOptions>): Promise<Proof> {
  return proveChoice({
    engine: postgres,
    sandbox: await testSandbox(),
    database: source,
    catalog,
    volumes: [
      {
        table: orders,
        now: rows * 10,
        horizon: rows * 10,
        rows,
        basis: 'snapshot',
        scale: 0.1,
        slice: 1,
        perDay: 0,
      },
    ],
    queries: [],
    create: [],
    drop: [],
    statistics: [],
    writes: [],
    seed: 1,
    batchRows: 0,
    timeoutMs: 5000,
    emit: () => undefined,
    signal: new AbortController().signal,
    ...options,
  });
}

test('an index that helps is built online, measured for reads and writes, and nothing of it stays', async () => {
  const proof = await prove({
    queries: [ofUser, added],
    create: [byUser],
    batchRows: 400,
    writes: [
      {
        table: orders,
        inserted: 500,
        updated: 300,
        hotUpdated: 300,
        deleted: 0,
        sets: [{ column: 'at', share: 1 }],
        basis: 'measured',
      },
    ],
  });
  expect(proof.withheld).toEqual([]);
  expect(proof.indexes).toHaveLength(1);
  const [one] = proof.indexes;
  expect(one).toMatchObject({
    name: { schema: 'public', name: 'orders_user_id_at_idx' },
    sql: 'CREATE INDEX orders_user_id_at_idx ON orders USING btree (user_id, at DESC)',
    blocks: 'schema changes',
    serves: ['of user'],
  });
  expect(one!.online.join()).toContain('CREATE INDEX CONCURRENTLY');
  expect(one!.lock).toContain('SHARE UPDATE EXCLUSIVE');
  expect(one!.bytes).toBeGreaterThan(500_000);
  expect(one!.bytesThere).toBe(one!.bytes * 10);
  const [of, insert] = proof.queries;
  // Several orders share a minute: the text leaves open which of them come.
  expect(['same', 'open']).toContain(of!.results);
  expect(of).toMatchObject({ verdict: 'faster', sets: 2, uses: [byUser.id] });
  expect(of!.ratio!.n).toBeGreaterThanOrEqual(7);
  expect(of!.ratio!.high).toBeLessThan(1);
  expect(of!.buffers!.after).toBeLessThan(of!.buffers!.before / 5);
  expect(insert!.results).toBe('same');
  expect(insert!.before!.n).toBeGreaterThanOrEqual(7);
  const writes = one!.writes!;
  expect(writes.insert!.walBytes.after).toBeGreaterThan(writes.insert!.walBytes.before);
  expect(writes.insert!.fullPageImages.after).toBeGreaterThan(writes.insert!.fullPageImages.before);
  expect(writes.update!.columns).toEqual(['at']);
  expect(writes.update!.hot.before).toBeGreaterThan(0.9);
  expect(writes.update!.hot.after).toBe(0);
  expect(writes.there!.hotLostPerDay).toBeGreaterThan(270);
  const session = await postgres.connect(source.adminUrl);
  const { rows: left } = await session.query('SELECT FROM orders WHERE id = 900001');
  const { rows: indexes } = await session.query(
    "SELECT FROM pg_class WHERE relname = 'orders_user_id_at_idx'",
  );
  await session.close();
  expect([left, indexes]).toEqual([[], []]);
});

test('an index that the planner takes though it is slower, and one that nothing uses, are withheld', async () => {
  const useless = index(['city'], ['elsewhere'], users);
  const proof = await prove({ queries: [ofUser, refunded], create: [byUser, byTime, useless] });
  expect(proof.indexes.map(({ candidate }) => candidate.id)).toEqual([byUser.id]);
  expect(proof.withheld).toMatchObject([
    { what: byTime.id, kind: 'index', why: 'slower', queries: ['refunded'] },
    { what: useless.id, kind: 'index', why: 'no-gain' },
  ]);
  expect(proof.withheld[0]!.because).toContain('Contradicted by measurement: refunded gets slower');
  const after = proof.queries.find(({ name }) => name === 'refunded')!;
  expect(after.verdict).toBe('same');
  expect(after.planAfter.join()).not.toContain('orders_at_idx');
});

test('rows that differ, rows that the text leaves open, and rows that change by themselves are told apart', async () => {
  const lies = query('lies', 'SELECT id FROM orders WHERE hidden(amount) = 7');
  const open = query('open', 'SELECT id FROM orders WHERE user_id = 9 LIMIT 30');
  const volatile = query('volatile', 'SELECT id, random() AS r FROM orders WHERE user_id = 9');
  const lying = index(['hidden(amount)'], ['lies']);
  const ofOne = index(['user_id', 'id DESC'], ['open', 'volatile']);
  const proof = await prove({ queries: [lies, open, volatile], create: [lying, ofOne] });
  expect(proof.withheld).toMatchObject([{ what: lying.id, why: 'results', queries: ['lies'] }]);
  expect(proof.indexes.map(({ candidate }) => candidate.id)).toEqual([ofOne.id]);
  const found = Object.fromEntries(proof.queries.map((one) => [one.name, one]));
  expect(found['lies']).toMatchObject({ results: 'same', uses: [] });
  expect(found['open']).toMatchObject({ results: 'open', verdict: 'faster' });
  expect(found['open']!.resultsBecause).toContain('LIMIT without a total order');
  expect(found['volatile']).toMatchObject({ results: 'volatile', verdict: 'faster' });
});

test('advice that rests on a query below the fidelity mark is withheld; what cannot be run is told', async () => {
  const endless = query('endless', 'SELECT count(*) FROM orders a, orders b WHERE a.amount * b.amount = 7');
  const nowhere = query('nowhere', 'SELECT 1 FROM nowhere', { tables: [] });
  const generic = query('generic', 'SELECT id FROM orders WHERE user_id = $1 AND status = $2', {
    sets: [],
    basis: 'generic',
    told: ['No value of $2 is known.'],
  });
  const proof = await prove({
    queries: [ofUser, endless, nowhere, generic],
    create: [byUser],
    timeoutMs: 250,
    fidelity: [
      { name: 'of user', usable: false, because: 'Plans differ from production’s.' },
      { name: 'endless', usable: true, because: 'Plans are identical.' },
    ],
  });
  expect(proof.indexes).toEqual([]);
  expect(proof.withheld).toMatchObject([{ what: byUser.id, why: 'fidelity', queries: ['of user'] }]);
  expect(proof.withheld[0]!.because).toContain('Plans differ from production’s.');
  expect(proof.queries.map(({ verdict }) => verdict)).toEqual(Array(4).fill('not-proven'));
  const found = Object.fromEntries(proof.queries.map((one) => [one.name, one]));
  expect(found['endless']).toMatchObject({ before: { ms: 250, atLeast: true }, results: 'not-compared' });
  expect(found['endless']!.because).toContain('cut off on both sides');
  expect(found['nowhere']!.because).toContain('relation "nowhere" does not exist');
  expect(found['generic']!.because).toContain('No value of $2 is known.');
});

test('a drop that a query misses is withheld, one that nobody misses stands; statistics stand where an estimate gets better', async () => {
  const drop = (name: string) => ({
    index: { schema: 'public', name },
    table: orders,
    bytes: 0,
    why: 'unused' as const,
    evidence: [],
  });
  const byAmount = query('by amount', 'SELECT id, note FROM orders WHERE amount = 7');
  const places = query(
    'places',
    "SELECT count(*) FROM users JOIN orders ON orders.user_id = users.id WHERE city = 'city 7' AND country = 'country 0'",
    { tables: ['public.users', 'public.orders'] },
  );
  const together = { table: users, columns: ['city', 'country'], serves: ['places'], because: '' };
  const apart = { table: orders, columns: ['status', 'amount'], serves: ['by amount'], because: '' };
  const proof = await prove({
    queries: [byAmount, places],
    drop: [drop('orders_note_idx'), drop('orders_amount_idx'), drop('orders_pkey')],
    statistics: [together, apart],
  });
  expect(proof.drops).toHaveLength(1);
  expect(proof.drops[0]).toMatchObject({
    candidate: { index: { name: 'orders_note_idx' } },
    sql: 'DROP INDEX orders_note_idx',
    undo: 'CREATE INDEX orders_note_idx ON public.orders USING btree (note)',
  });
  expect(proof.drops[0]!.bytes).toBeGreaterThan(1_000_000);
  expect(proof.statistics.map(({ candidate }) => candidate.columns)).toEqual([['city', 'country']]);
  const { error } = proof.statistics[0]!.queries[0]!;
  expect(error.before).toBeGreaterThan(error.after * 2);
  expect(proof.withheld).toMatchObject([
    { what: 'public.orders_pkey', why: 'not-built' },
    { what: 'public.orders_amount_idx', kind: 'drop', why: 'slower', queries: ['by amount'] },
    { what: 'statistics on public.orders (status, amount)', why: 'no-gain' },
  ]);
});

test('an index whose writes cost more than its reads save is withheld; hostile names stay names', async () => {
  const odd: Name = { schema: 'public', name: 'odd"; DROP TABLE users; --' };
  const quoted = '"odd""; DROP TABLE users; --"';
  const rare = query('rare', `SELECT id FROM ${quoted} WHERE "wei rd" = 7`, {
    tables: [`public.${odd.name}`],
    callsPerDay: 1,
  });
  const byOdd = index(['"wei rd"'], ['rare'], odd);
  const proof = await prove({
    queries: [rare],
    create: [byOdd],
    batchRows: 200,
    writes: [
      { table: odd, inserted: 5_000_000, updated: 0, hotUpdated: 0, deleted: 0, sets: [], basis: 'measured' },
    ],
  });
  expect(proof.indexes).toEqual([]);
  expect(proof.withheld).toMatchObject([{ what: byOdd.id, why: 'writes', queries: ['rare'] }]);
  expect(proof.withheld[0]!.because).toMatch(/writes would take .* a day longer, and its queries save/);
  expect(proof.queries[0]).toMatchObject({ verdict: 'same', uses: [] });
});
