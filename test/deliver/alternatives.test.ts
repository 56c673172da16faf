import { expect, test } from 'vitest';
import { compareResults } from '../../src/deliver/alternatives/same.ts';
import { decide } from '../../src/deliver/alternatives/decide.ts';
import { measure, openBench } from '../../src/deliver/alternatives/measure.ts';
import { alternativeKinds } from '../../src/deliver/alternatives/kinds/all.ts';
import { alternativeKindNames } from '../../src/deliver/alternatives/kind-names.ts';
import type { Built, Seen } from '../../src/deliver/alternatives/model.ts';
import type { Stage } from '../../src/deliver/deliverables/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Block } from '../../src/report/model.ts';
import { readTask } from '../../src/task/task.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { deliverTask, only, taskOf } from './delivery.ts';

const task = taskOf(`
entities:
  E1 Customer:
    fields: { email: { type: text, required: true } }
  E2 Visit:
    fields:
      payload: { type: json, required: true, shape: { page: text!, ms: int }, examples: [{ page: /home, ms: 412 }, { page: /cart, ms: 90 }] }
      visited_at: { type: instant, required: true, default: now }
  E3 VisitDay:
    key: [customer, day]
    fields: { day: { type: date, required: true }, visits: { type: bigint, required: true } }
    derived: { from: E2, by: { customer: customer, day: "(visited_at AT TIME ZONE 'UTC')::date" }, set: { visits: count }, keep: on-write, on_source_delete: keep }
relations:
  L1: { from: E2, to: E1, name: customer, required: true, on_delete: cascade }
  L2: { from: E3, to: E1, name: customer, required: true, on_delete: cascade }
access:
  Q1: { says: Slow pages, sql: "SELECT v.id, v.payload->>'page' AS page FROM visits v WHERE (v.payload->>'ms')::bigint > 300 ORDER BY v.id LIMIT 20", rate: 5/s }
  Q2: { says: Visit, insert: E2, rate: 20/s }
  Q3: { says: With e-mail, sql: "SELECT v.id, c.email FROM visits v JOIN customers c ON c.id = v.customer_id ORDER BY v.id LIMIT 50", rate: 5/s }
  Q4: { says: Days, sql: "SELECT day, visits FROM visit_days WHERE customer_id = :customer_id ORDER BY day", rate: 5/s }
volume:
  V1: { of: E1, now: 50, per_day: 1, horizon: 12 months }
  V2: { of: E2, now: 0, per_day: 20k, horizon: 12 months }
lifecycle:
  C1: { of: E2, keep: 100 days, then: delete }`);

type Table = Extract<Block, { kind: 'table' }>;

test('each kind is built on the same rows, answers alike, and is told in a table, a chart and a sentence', async () => {
  const { report } = await deliverTask(task, {
    alternatives: alternativeKindNames.join(','),
    ...only('alternatives'),
    rows: 3000,
  });
  const tables = new Map(
    report.blocks
      .filter((block): block is Table => block.kind === 'table' && block.id.startsWith('alternatives-'))
      .map((block) => [block.id.replace('-table', ''), block]),
  );
  const heads = [...tables].map(([id, { columns }]) => [id, ...columns.slice(1).map(({ title }) => title)]);
  const expected = [
    ['alternatives-summary-visit-days', 'on write (chosen)', 'on a schedule', 'counted at each read'],
    ['alternatives-partition-visits', 'one table (chosen)', 'by week'],
    ['alternatives-json-visits-payload', 'jsonb (chosen)', 'indexed keys', 'columns'],
    ['alternatives-normal-form-visits-customer-email', 'joined (chosen)', 'copied'],
    ['alternatives-key-visits-id', 'identity (chosen)', 'uuid v7'],
  ];
  const limits = report.meta.limits.join('\n');
  expect(heads).toEqual(expected.slice(0, heads.length));
  // A busy machine ends it sooner, and that is said.
  if (heads.length < expected.length) expect(limits).toContain('the time for alternatives was up');
  expect(heads.length).toBeGreaterThan(1);
  for (const [id, { note }] of tables) {
    expect(note).toMatch(/^Measured at [\d.]+k? rows of the new tables, not at the declared volume/);
    expect(note).not.toContain('other rows');
    if (id !== 'alternatives-key-visits-id')
      expect(note).toMatch(/returned the same rows for Q1, Q3(?:, Q4)?/);
  }
  const cells = (id: string): string =>
    (tables.get(`alternatives-${id}`)?.rows ?? []).map(([label]) => String(label as string)).join('\n');
  expect(cells('summary-visit-days')).toMatch(/Q2 WAL per call[^]*refresh after the measured writes/);
  expect(cells('partition-visits')).toMatch(/take the oldest week away \(\d+ rows\)/);
  if (heads.length > 3)
    expect(cells('normal-form-visits-customer-email')).toMatch(
      /change customers\.email of the parent with the most rows/,
    );
  const charts = report.blocks.filter(
    ({ id, kind }) => id.endsWith('-chart') && kind === 'bars' && id.startsWith('alternatives'),
  );
  expect(charts).toHaveLength(heads.length);
  const texts = report.blocks.filter(({ id, kind }) => id.startsWith('alternatives-') && kind === 'text');
  expect(texts).toHaveLength(heads.length);
  // The task's own design stays.
  expect(JSON.stringify(report.blocks)).not.toContain('dbd_aside');
  expect(limits).not.toContain('was not built');
}, 90_000);

test('a quick run builds none unless they are named, none is none, and an unknown kind is told the known ones', async () => {
  const quick = await deliverTask(task, { ...only('alternatives'), alternatives: 'auto' });
  expect(quick.report.meta.limits.join('\n')).toContain(
    '--alternatives summary,partition,json,normal-form,key',
  );
  await expect(deliverTask(task, { alternatives: 'sumary' })).rejects.toMatchObject({
    code: 'usage.wrong-option',
    hint: 'Did you mean summary?',
  });
  await expect(deliverTask(task, { alternatives: 'sharding' })).rejects.toMatchObject({
    hint: expect.stringContaining('normal-form'),
  });
  expect(alternativeKinds.map(({ name }) => name).toSorted()).toEqual([...alternativeKindNames].toSorted());
}, 60_000);

const tables = `CREATE TABLE parts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL); INSERT INTO parts (name) SELECT 'p' || n FROM generate_series(1, 200) AS n; ANALYZE;`;
const slowWrites = `${tables} CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$; CREATE TRIGGER wait BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION wait();`;
const slowReads = `${tables} ALTER TABLE parts RENAME TO really; CREATE VIEW parts AS SELECT really.* FROM really, LATERAL (SELECT pg_sleep(0.02)) AS slow;`;
const otherRows = `${tables} UPDATE parts SET name = 'other' WHERE id = 7;`;
const asked = readTask({
  text: taskOf(`
entities:
  E1 Part: { table: parts, fields: { name: { type: text, required: true } } }
access:
  Q1: { says: One, sql: "SELECT name FROM parts WHERE id = 7", rate: 10/s }
  Q2: { says: New, sql: "INSERT INTO parts (name) VALUES ('new')", rate: 10/s }`),
});

/** Measures two databases as if they were designs of the task. */
async function beside(one: string, two: string) {
  await postgres.grammar.ready();
  const stage = {
    engine: postgres,
    sandbox: await testSandbox(),
    task: asked,
    twin: { hints: [] },
    seed: 1,
    signal: new AbortController().signal,
  } as unknown as Stage;
  const build = async (name: string, sql: string): Promise<Built> => {
    const database = await testDatabase({ sql });
    const session = await postgres.connect(database.ownerUrl);
    const after = await postgres.inspect(session).finally(() => session.close());
    const planned = { after } as unknown as Built['planned'];
    return { name, task: asked, planned, database, ownValues: false, indexes: [] };
  };
  const designs = [await build('chosen', one), await build('other', two)] as const;
  const bench = await openBench(stage, designs);
  try {
    const sameness = await compareResults(bench.patterns, designs[0], designs[1]);
    const found = await measure(stage, bench, { calls: 30, patternMs: 4_000, fewest: 20 });
    const seen = (built: Built): Seen => ({
      name: built.name,
      patterns: found.get(built) ?? [],
      unable: bench.unable,
      chores: [],
      tableBytes: 0,
      indexBytes: 0,
      indexes: [],
    });
    const variant = {
      kind: 'summary',
      about: 'parts',
      chosen: 'chosen',
      name: 'other',
      task: asked,
      lines: '',
      price: 'nothing',
    };
    const [chosen, other] = [seen(designs[0]), seen(designs[1])];
    return { decision: decide(chosen, { variant, seen: other, sameness }), chosen, other };
  } finally {
    await bench.close();
  }
}

test('a design that is made slow loses, whichever side it is on', async () => {
  const kept = await beside(tables, slowWrites);
  expect(kept.decision).toMatchObject({
    verdict: 'kept',
    sentence: expect.stringMatching(/^Kept: chosen; Q2: chosen [\d.]+ × faster/),
  });
  const better = await beside(slowReads, tables);
  expect(better.decision).toMatchObject({
    verdict: 'better',
    sentence: expect.stringMatching(/^other is better; Q1: other [\d.]+ × faster/),
  });
}, 40_000);

test('a design beside itself is no difference, whatever one call shows', async () => {
  const { decision, chosen, other } = await beside(tables, tables);
  expect(decision.verdict).toBe('alike');
  expect(chosen.patterns.map(({ claim, write }) => [claim, write])).toEqual([
    ['Q1', false],
    ['Q2', true],
  ]);
  const [one, two] = [chosen, other].map(({ patterns }) => patterns[1]!.walBytes!);
  expect(one).toBeGreaterThan(50);
  expect(Math.abs(one! - two!)).toBeLessThan(one! / 2);
}, 40_000);

test('a design that answers otherwise gets no verdict', async () => {
  const { decision } = await beside(tables, otherRows);
  expect(decision).toEqual({ verdict: 'open', sentence: 'No verdict: Q1 is not answered alike by other.' });
}, 40_000);
