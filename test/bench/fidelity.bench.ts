/** Figures of filled twins: how true their rows are, how fast and in how little memory they are made, and whether constraints hold. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { measureFidelity } from '../../src/twin/fidelity/fidelity.ts';
import { spreadOf } from '../../src/twin/fidelity/marks.ts';
import { fillTwin } from '../../src/twin/fill/fill.ts';
import { makeFilled } from '../../src/twin/sampled/sampled.ts';
import { planVolumes } from '../../src/twin/volumes.ts';
import { probedSnapshot, workloadOf } from '../fidelity/workload.ts';
import { production } from '../support/production.ts';
import { tortureSchema } from '../twin/torture-schema.ts';
import { inspectPromises } from '../twin/torture/violations.ts';
import { figure } from './figure.ts';

const quiet = { emit: () => undefined, signal: new AbortController().signal };
const ratio = (value: number | undefined): string => `${(value ?? Number.NaN).toFixed(2)}x`;
const aboutOrders = /orders|order_lines|stock/;

test('a filled twin against its source, query by query', async () => {
  const source = await production();
  try {
    const snapshot = await probedSnapshot(source);
    const workload = await workloadOf(source);
    const twin = await makeFilled({ engine: postgres, snapshot, scale: 1, seed: 1, ...quiet });
    try {
      const { statistics, plans, queries } = await measureFidelity({
        engine: postgres,
        snapshot,
        twin: { url: twin.url, adminUrl: twin.database.adminUrl },
        workload,
        scale: 1,
        kind: 'filled',
        reference: { url: source.database.ownerUrl, kind: 'production', run: true },
        ...quiet,
      });
      const shop = spreadOf(
        queries
          .filter(({ name }) => aboutOrders.test(workload.find((query) => query.name === name)!.sql))
          .flatMap(({ plan }) => (plan?.actual ?? []).map((node) => node.ratio)),
      );
      const all = plans!.actual!;
      figure(
        `row error of a filled twin, ${all.n} nodes of ${plans!.compared} queries: p90`,
        '≤ 1.5x',
        ratio(all.p90),
      );
      figure('&nbsp;&nbsp;p99', '≤ 3x', ratio(all.p99));
      figure(
        '&nbsp;&nbsp;queries over skewed fan-out, composite keys and related dates: p90',
        '≤ 1.5x',
        ratio(shop?.p90),
      );
      figure('&nbsp;&nbsp;the same: p99', '≤ 3x', ratio(shop?.p99));
      figure(
        '&nbsp;&nbsp;columns whose statistics are within tolerance',
        '≥ 90 %',
        `${((statistics.within / statistics.columns) * 100).toFixed(1)} % (${statistics.within} of ${statistics.columns})`,
      );
      figure(
        '&nbsp;&nbsp;plans that are the same',
        '≥ 95 %',
        `${((plans!.identical / plans!.compared) * 100).toFixed(1)} % (${plans!.identical} of ${plans!.compared})`,
      );
      expect(all.p90).toBeLessThanOrEqual(1.5);
    } finally {
      await twin.sandbox.stop();
    }
  } finally {
    await source.stop();
  }
});

test('a narrow table of two million rows', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'narrow-fill.mjs'),
  ]);
  const { rows, ms, peakBytes } = JSON.parse(stdout) as { rows: number; ms: number; peakBytes: number };
  expect(rows).toBeGreaterThanOrEqual(2_000_000);
  figure(
    'filling a narrow table from a snapshot (two integers, a timestamp, a short text)',
    '≥ 300,000 rows a second',
    `${Math.round(rows / (ms / 1000)).toLocaleString('en')} rows a second`,
  );
  figure("&nbsp;&nbsp;Node's peak memory meanwhile", '≤ 200 MB', `${Math.round(peakBytes / 1e6)} MB`);
});

test('a schema of three hundred tables with cycles, unique sets, checks and triggers', async () => {
  const sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  try {
    const database = await sandbox.createDatabase();
    await sandbox.installExtension(database, 'btree_gist');
    const owner = await postgres.connect(database.ownerUrl);
    await owner.run(tortureSchema({ seed: 1, tables: 300, major: 18 })).finally(() => owner.close());
    const session = await postgres.connect(database.adminUrl);
    try {
      const catalog = await postgres.inspect(session);
      const volumes = planVolumes({
        catalog,
        volumes: [],
        tableOf: () => undefined,
        lifecycle: [],
        rows: 300_000,
      });
      await fillTwin({ engine: postgres, sandbox, database, catalog, volumes, seed: 7, ...quiet });
      const { violations, tables, rows } = await inspectPromises(session);
      figure(
        `violations in ${tables} filled tables of ${rows.toLocaleString('en')} rows`,
        '0',
        `${violations.length}`,
      );
      expect(tables).toBeGreaterThanOrEqual(300);
      expect(violations).toEqual([]);
    } finally {
      await session.close();
    }
  } finally {
    await sandbox.stop();
  }
});
