import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Change, Step } from '../../src/change/model.ts';
import { tryStops, tryWatches } from '../../src/deliver/trials/stops.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { deliverTask, only, taskOf, type Delivered } from './delivery.ts';

const text = taskOf(`
entities:
  E1 Reading:
    fields: { at: { type: instant, required: true, default: now }, value: { type: 'decimal(9,3)', required: true } }
access:
  Q1: { says: The newest, sql: SELECT * FROM readings ORDER BY at DESC LIMIT 10, rate: 1/s, p95: 50 ms }
volume:
  V1: { of: E1, now: 0, per_day: 50M, horizon: 24 months }
lifecycle:
  C1: { of: E1, keep: 36 months, then: delete }
`);

describe('the documents of a task', () => {
  let made: Delivered;
  beforeAll(async () => void (made = await deliverTask(text, { rows: 8000, ...only('documents') })), 120_000);
  const read = (path: string): string => readFileSync(join(made.out, path), 'utf8');

  test('the runbook gives the commands in order, and what came of trying to stop', () => {
    const runbook = read('runbook.md');
    expect(runbook).toContain('psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f up/01-expand.sql');
    expect(runbook).toContain('-f down/01-expand.sql');
    expect(runbook).toContain('the structure was equal to the start each time');
    expect(runbook).not.toContain('Not usable');
    expect(runbook).toMatch(/## 7\. From then on[^]*\(C1\)\n\n```sql\nDELETE FROM readings/);
  });

  test('capacity tells when the table needs partitions, and the report shows growth', () => {
    expect(read('capacity.md')).toMatch(/readings in about \d+ days: outgrows 16\.0 GB of memory/);
    expect(made.report.blocks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['capacity', 'capacity-rows', 'risk']),
    );
  });

  test('the index strategy names why, and what was tried in vain', () => {
    expect(read('indexes.md')).toMatch(/readings_pkey.*primary key/);
    expect(read('indexes.md')).toMatch(/## Built, measured, not kept\n\n- `CREATE INDEX readings_at/);
  });

  test('the estimate counts what is open', () => {
    expect(read('estimate.md')).toContain('## Risk');
    expect(read('estimate.md')).toMatch(/medium \| requirements \| not proven: /);
  });
});

describe('trying to stop', () => {
  const step = (id: string, sql: string, undo: string): Step => ({
    id,
    sql,
    undo,
    transaction: Number(id),
    claims: [],
    reason: 'test',
    lockTimeoutMs: 100,
  });
  const plan = (undo: string): Change => ({
    id: 'T',
    title: 'T',
    questions: [],
    phases: [
      {
        number: 1,
        name: 'expand',
        steps: [
          step('1', 'CREATE TABLE one (id int)', undo),
          step('2', 'CREATE TABLE two (id int)', 'DROP TABLE two'),
        ],
      },
    ],
  });
  const stopsOf = async (undo: string) => {
    const sandbox = await testSandbox();
    await postgres.grammar.ready();
    const current = await testDatabase({ sql: 'CREATE TABLE there (id int)' });
    const session = await postgres.connect(current.ownerUrl);
    const before = await postgres.inspect(session).finally(() => session.close());
    return tryStops({
      engine: postgres,
      sandbox,
      current,
      before,
      change: plan(undo),
      signal: new AbortController().signal,
      limitMs: 5000,
    });
  };

  test('a way back that forgets something is seen', async () => {
    expect((await stopsOf('DROP TABLE one')).every((stop) => stop.differences === 0 && !stop.failed)).toBe(
      true,
    );
    const bad = await stopsOf('SELECT 1');
    expect(bad.some((stop) => stop.differences > 0)).toBe(true);
    const failing = await stopsOf('DROP TABLE nowhere');
    expect(failing.some((stop) => stop.failed?.includes('nowhere'))).toBe(true);
  });

  test('every watch query runs', async () => {
    const sandbox = await testSandbox();
    const base = await testDatabase();
    const twin = { base, volumes: [], sizes: [], fills: [], hints: [] };
    const tried = await tryWatches({ engine: postgres, sandbox, twin });
    expect(tried.filter((watch) => watch.failed !== undefined)).toEqual([]);
    expect(tried.length).toBeGreaterThan(4);
  });
});
