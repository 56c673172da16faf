/** Figures of advice on many tables, and of workloads of many statements. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { indexCandidates } from '../../../src/tune/candidates/index-candidates.ts';
import { chooseIndexes } from '../../../src/tune/choice/choice.ts';
import { hollowOf, snapshotOf } from '../../hollow/plans.ts';
import { bigSchema } from '../../support/big-schema.ts';
import { asLargeAs } from '../as-large-as.ts';
import { figure } from '../figure.ts';
import { workOfTables } from './hundred.ts';

const tables = 100;

test('a hundred statements on a hundred tables', async () => {
  await postgres.grammar.ready();
  const sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  try {
    const database = await sandbox.createDatabase();
    await bigSchema(database.ownerUrl, { tables, rows: 2000 });
    const snapshot = asLargeAs(await snapshotOf(database.ownerUrl), 2 ** 36);
    const twin = await hollowOf(snapshot);
    const session = await postgres.connect(twin.database.adminUrl);
    const whatIf = await postgres.hollow.whatIf(session, snapshot);
    try {
      const work = workOfTables(tables);
      const began = performance.now();
      const { candidates } = indexCandidates({ engine: postgres, snapshot, work: work.queries });
      const choice = await chooseIndexes({
        work,
        candidates,
        drops: [],
        statistics: [],
        budgets: { bytes: 2 ** 33 },
        whatIf,
        snapshot,
        signal: new AbortController().signal,
      });
      const ms = performance.now() - began;
      figure(
        `advice without builds for ${work.queries.length} statements on ${tables} tables with 69 GB`,
        '≤ 20 s',
        `${(ms / 1000).toFixed(1)} s; ${choice.create.length} indexes of ${candidates.length} candidates, ${choice.bound.calls} plans priced, cost ${((100 * choice.bound.chosen) / choice.bound.before).toFixed(1)} % of today's. ${choice.bound.says}`,
      );
      expect(choice.create.length).toBeGreaterThan(20);
      expect(choice.bound.chosen).toBeLessThan(0.7 * choice.bound.before);
    } finally {
      await whatIf.close();
      await session.close();
      await twin.sandbox.stop();
    }
  } finally {
    await sandbox.stop();
  }
});

test('a workload of fifty thousand statements', async () => {
  const run = async (
    count: number,
  ): Promise<{ statements: number; queries: number; readMs: number; ms: number; peakBytes: number }> =>
    JSON.parse(
      (
        await promisify(execFile)(process.execPath, [
          join(import.meta.dirname, 'many-statements.mjs'),
          String(count),
        ])
      ).stdout,
    );
  const few = await run(12_500);
  const many = await run(50_000);
  const each = (found: { readMs: number; statements: number }): number => found.readMs / found.statements;
  figure(
    `a log of ${many.statements.toLocaleString('en')} different statements made a workload`,
    'linear',
    `${(many.ms / 1000).toFixed(1)} s; reading takes ${(each(many) / each(few)).toFixed(2)}x the time per statement of ${few.statements.toLocaleString('en')}; ${many.queries} heaviest are looked at`,
  );
  figure("&nbsp;&nbsp;Node's peak memory meanwhile", '≤ 500 MB', `${Math.round(many.peakBytes / 1e6)} MB`);
  expect(many.statements).toBe(50_000);
  expect(many.queries).toBeGreaterThan(100);
});
