/** Plans as JSON: what a server of 18 prints, with everything around it and cut off anywhere. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan, PlanNode, Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

let sandbox: Sandbox;
let session: Session;

beforeAll(async () => {
  sandbox = await startSandbox(postgres);
  const database = await sandbox.createDatabase();
  session = await postgres.connect(database.adminUrl);
  await session.run(`
    CREATE TABLE a (id int PRIMARY KEY, kind int NOT NULL, note text);
    CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a, worth numeric NOT NULL);
    INSERT INTO a SELECT n, n % 7, 'note ' || n FROM generate_series(1, 2000) AS n;
    INSERT INTO b SELECT n, 1 + n % 2000, n FROM generate_series(1, 20000) AS n;
    CREATE INDEX b_a_id ON b (a_id);
    ANALYZE a, b`);
});

afterAll(async () => {
  await session.close();
  await sandbox.stop();
});

async function explained(sql: string, settings: Readonly<Record<string, string>> = {}): Promise<Plan> {
  await session.query('BEGIN');
  for (const [name, value] of Object.entries(settings)) await session.query(`SET LOCAL ${name} = ${value}`);
  const plan = await postgres.plans.explain(session, sql, [], { analyze: true });
  await session.query('ROLLBACK');
  return plan;
}

/** Own times add up to the root's time: nothing is counted twice or lost. */
function sumOfOwn(plan: Plan): number {
  return plan.nodes.reduce((sum, node) => sum + (node.actual?.ownMs ?? 0), 0);
}

const find = (plan: Plan, wanted: (node: PlanNode) => boolean): PlanNode => plan.nodes.find(wanted)!;

test('a join with a filter: conditions, rows, loops, pages', async () => {
  const plan = await explained("SELECT * FROM a JOIN b ON b.a_id = a.id WHERE a.note = 'note 5'", {
    enable_hashjoin: 'off',
    enable_mergejoin: 'off',
  });
  const loop = find(plan, ({ type }) => type === 'Nested Loop');
  const seq = find(plan, ({ type }) => type === 'Seq Scan');
  expect(loop.join).toBe('Inner');
  expect(seq).toMatchObject({
    relation: { schema: 'public', name: 'a' },
    alias: 'a',
    conditions: { filter: "(a.note = 'note 5'::text)" },
    actual: { rows: 1, loops: 1, totalRows: 1, removedByFilter: 1999 },
  });
  expect(seq.actual!.buffers!.hit).toBeGreaterThan(0);
  expect(plan).toMatchObject({ format: 'json', analyzed: true, cut: false, unknown: [], triggers: [] });
  expect(plan.settings).toMatchObject({ enable_hashjoin: 'off' });
  expect(plan.nodes[0]).toBe(plan.root);
});

test.each([
  [
    'a CTE that is read twice',
    `WITH s AS MATERIALIZED (SELECT a_id, count(*) AS n FROM b GROUP BY a_id) SELECT count(*) FROM s x JOIN s y ON x.a_id = y.a_id WHERE x.n > 1`,
  ],
  ['an InitPlan', 'SELECT count(*) FROM b WHERE worth > (SELECT avg(worth) FROM b)'],
  ['a correlated subplan', 'SELECT id, (SELECT count(*) FROM b WHERE b.a_id = a.id) FROM a'],
  ['a hashed subplan', 'SELECT * FROM a WHERE id NOT IN (SELECT a_id FROM b WHERE worth > 100)'],
  [
    'a writing CTE',
    'WITH gone AS (DELETE FROM b WHERE id <= 1000 RETURNING a_id) SELECT count(*) FROM a JOIN gone ON gone.a_id = a.id',
  ],
  [
    'a recursive CTE',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 500) SELECT sum(n) FROM r',
  ],
])('own times of %s add up and none is below zero', async (_name, sql) => {
  const plan = await explained(sql);
  for (const node of plan.nodes) expect(node.actual!.ownMs).toBeGreaterThanOrEqual(0);
  const total = plan.root.actual!.totalMs!;
  // Times are rounded to a thousandth per loop.
  const rounding = plan.nodes.reduce((sum, node) => sum + 0.001 * node.actual!.loops, 0.01);
  expect(Math.abs(sumOfOwn(plan) - total)).toBeLessThanOrEqual(rounding + total * 0.01);
});

test('below a Gather the times of all processes are the wall clock of the query', async () => {
  const plan = await explained('SELECT kind, sum(worth) FROM b JOIN a ON a.id = b.a_id GROUP BY kind', {
    parallel_setup_cost: '0',
    parallel_tuple_cost: '0',
    min_parallel_table_scan_size: '0',
    max_parallel_workers_per_gather: '2',
    debug_parallel_query: 'on',
  });
  const gather = find(plan, ({ type }) => type.startsWith('Gather'));
  expect(gather.actual!.workersPlanned).toBeGreaterThan(0);
  for (const node of plan.nodes) {
    expect(node.actual!.totalMs!).toBeLessThanOrEqual(plan.root.actual!.totalMs! + 0.01);
    expect(node.actual!.ownMs!).toBeGreaterThanOrEqual(0);
  }
  expect(sumOfOwn(plan)).toBeLessThanOrEqual(plan.root.actual!.totalMs! * 1.05 + 0.1);
});

test('a text that ends anywhere is read as far as it goes', async () => {
  const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
    'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM a JOIN b ON b.a_id = a.id WHERE a.kind = 3 ORDER BY worth',
  );
  const text = JSON.stringify(rows[0]!['QUERY PLAN'], undefined, 2);
  const whole = postgres.plans.read(text)[0]!;
  let most = 0;
  for (let end = text.indexOf('"Parallel Aware"'); end < text.length - 2; end += 41) {
    const [plan] = postgres.plans.read(text.slice(0, end));
    expect(plan!.cut).toBe(true);
    expect(plan!.nodes.length).toBeGreaterThanOrEqual(most);
    most = plan!.nodes.length;
    for (const [i, node] of plan!.nodes.entries()) expect(node.type).toBe(whole.nodes[i]!.type);
  }
  expect(most).toBe(whole.nodes.length);
  expect(whole.cut).toBe(false);
});

test('a field of a newer server is kept and named', () => {
  const [plan] = postgres.plans.read(
    JSON.stringify([
      { Plan: { 'Node Type': 'Seq Scan', 'Relation Name': 't', 'Prefetch Depth': 4 }, 'Wait Events': [] },
    ]),
  );
  expect(plan!.unknown).toEqual(['Prefetch Depth', 'Wait Events']);
  expect(plan!.root.fields['Prefetch Depth']).toBe(4);
  expect(plan!.fields['Wait Events']).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['words', 'hello'],
  ['JSON of something else', '[{"query_block": {"select_id": 1, "table": {"table_name": "t"}}}]'],
  ['a list of numbers', '[1, 2, 3]'],
])('%s is no plan', (_name, text) => {
  expect(() => postgres.plans.read(text)).toThrow(expect.objectContaining({ code: 'plan.unreadable' }));
});
