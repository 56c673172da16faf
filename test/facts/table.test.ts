import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { factRows } from '../../src/engines/postgres/facts/table/all.ts';
import type { FactRow } from '../../src/engines/postgres/facts/model.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';
import { asMeasured, openBench, tried } from './measure.ts';

const holdsFor = (row: FactRow, major: number): boolean =>
  (row.since ?? 0) <= major && major <= (row.until ?? Infinity);

describe.each([18, 15])('the table on PostgreSQL %i', (major) => {
  let sandbox: Sandbox | undefined;
  let bench: Awaited<ReturnType<typeof openBench>> | undefined;
  beforeAll(async () => {
    sandbox = await startSandbox(postgres, { major }).catch(() => undefined);
    if (need(sandbox !== undefined, `PostgreSQL ${major} binaries`)) bench = await openBench(sandbox!);
  });
  afterAll(async () => {
    await bench?.watcher.close();
    await bench?.session.close();
    await sandbox?.stop();
  });

  // All on the newest; on the older one every third, and all of them with `npm run corpus`.
  test.for(
    factRows
      .filter((row) => row.trials.length > 0 && holdsFor(row, major))
      .filter((_, at) => major === 18 || at % 3 === 0 || process.env.DBD_WHOLE === '1')
      .map((row) => [row.id, row] as const),
  )('%s', async ([id, row], { skip }) => {
    if (!bench) return skip();
    for (const trial of row.trials) {
      if ((trial.since ?? 0) > major) continue;
      const { told, measured } = await tried(bench, trial);
      if (trial.fails !== undefined) {
        expect([trial.sql, measured.error]).toEqual([trial.sql, trial.fails]);
        continue;
      }
      expect([trial.sql, told.known]).toEqual([trial.sql, expect.arrayContaining([id])]);
      const wanted = asMeasured(told);
      const byKey = told.scans.some(({ why }) => why.includes('foreign key'));
      const scans = row.reads
        ? wanted.scans
        : byKey
          ? measured.scans.filter((name) => wanted.scans.includes(name))
          : measured.scans;
      expect({ sql: trial.sql, ...measured, scans }).toEqual({ sql: trial.sql, ...wanted });
    }
  });

  test('a line that is not true is seen', async ({ skip }) => {
    if (!bench) return skip();
    const { measured } = await tried(bench, { sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL' });
    for (const sql of [
      'ALTER TABLE orders ALTER COLUMN filled SET NOT NULL',
      'ALTER TABLE orders SET (fillfactor = 80)',
      'ALTER TABLE orders ADD COLUMN extra uuid DEFAULT gen_random_uuid()',
    ])
      expect(asMeasured((await tried(bench, { sql })).told)).not.toEqual(measured);
  });
});
