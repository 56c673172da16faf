import { expect, test } from 'vitest';
import { brokenRuns, sharedPhases } from '../../src/rehearse/compatibility.ts';
import { rehearseChange, type ChangeRehearsal } from '../../src/rehearse/rehearse.ts';
import type { Change } from '../../src/change/model.ts';
import type { Workload } from '../../src/workload/model.ts';
import { need } from '../support/require.ts';
import { testSandbox } from '../support/database.ts';
import { change, postgres, shop } from './shop.ts';

const rate = { perSecond: 5, peakPerSecond: 5 };
const queries = (...texts: readonly (readonly [name: string, sql: string])[]): Workload => ({
  source: 'test',
  queries: texts.map(([name, sql]) => ({ name, sql, rate, params: {} })),
});
const today = queries(
  ['old note', 'SELECT note FROM orders WHERE id = :id'],
  ['all of it', 'SELECT * FROM orders WHERE id = :id'],
);
const tomorrow = queries(['new remark', 'SELECT remark FROM orders WHERE id = :id']);

async function seen(what: Change, workload = today): Promise<ChangeRehearsal> {
  return rehearseChange({
    engine: postgres,
    sandbox: await testSandbox(),
    base: await shop(),
    workload,
    workloadNew: tomorrow,
    pooler: true,
    load: false,
    change: what,
    emit: () => undefined,
    signal: new AbortController().signal,
    seed: 7,
  });
}

const expand = {
  sql: 'ALTER TABLE orders ADD COLUMN remark text',
  undo: 'ALTER TABLE orders DROP COLUMN remark',
};
const backfill = { sql: 'UPDATE orders SET remark = note WHERE id <= 100', undo: 'SELECT 1' };
const contract = {
  sql: 'ALTER TABLE orders DROP COLUMN note',
  undo: 'ALTER TABLE orders ADD COLUMN note text',
};

test('between expand and contract both versions run, and what breaks after that was to be expected', async () => {
  const { compatibility } = await seen(
    change([expand], [backfill], [contract]),
    queries(['old note', 'SELECT note FROM orders WHERE id = :id']),
  );
  expect(sharedPhases(compatibility)).toEqual(['1 expand', '2 backfill']);
  expect(brokenRuns(compatibility)).toEqual([]);
  const fails = compatibility.filter(({ ok }) => !ok).map(({ query, phase }) => `${query}: ${phase}`);
  expect(new Set(fails)).toEqual(new Set(['new remark: before', 'old note: 3 contract']));
});

test('a rename in one step leaves no phase for both', async () => {
  const { compatibility } = await seen(
    change([
      {
        sql: 'ALTER TABLE orders RENAME COLUMN note TO remark',
        undo: 'ALTER TABLE orders RENAME COLUMN remark TO note',
      },
    ]),
  );
  expect(sharedPhases(compatibility)).toEqual([]);
  expect(brokenRuns(compatibility).map(({ query, mode }) => `${query}: ${mode}`)).toContain(
    'old note: simple',
  );
});

test.skipIf(!need((await postgres.poolers.find()) !== undefined, 'pgbouncer: apt install pgbouncer'))(
  'sessions behind a pooler outlive the change, and their prepared queries break like any others',
  async () => {
    const { compatibility, pooler } = await seen(change([expand]));
    expect(pooler).toMatchObject({ title: expect.stringMatching(/^pgbouncer \d/) });
    const of = (query: string, mode: string): readonly boolean[] =>
      compatibility
        .filter((run) => run.query === query && run.mode === mode && run.phase === '1 expand')
        .map(({ ok }) => ok);
    expect(of('old note', 'pooled simple')).toEqual([true]);
    expect(of('old note', 'pooled prepared before')).toEqual([true]);
    expect(of('all of it', 'pooled extended')).toEqual([true]);
    expect(of('all of it', 'pooled prepared before')).toEqual([false]);
    expect(of('new remark', 'pooled extended')).toEqual([true]);
  },
);
