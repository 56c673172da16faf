import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { fillTwin, type FillOptions } from '../../src/twin/fill.ts';
import type { FillResult } from '../../src/twin/model.ts';
import { planVolumes } from '../../src/twin/volumes.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const zoo = readFileSync(new URL('./zoo.sql', import.meta.url), 'utf8');

async function catalogOf(database: SandboxDatabase): Promise<Catalog> {
  const session = await postgres.connect(database.adminUrl);
  return postgres.inspect(session).finally(() => session.close());
}

async function fill(database: SandboxDatabase, more: Partial<FillOptions> & { readonly budget?: number } = {}): Promise<FillResult> {
  const catalog = await catalogOf(database);
  const volumes = more.volumes ?? planVolumes({ catalog, volumes: [], tableOf: () => undefined, lifecycle: [], rows: more.budget ?? 60_000 });
  return fillTwin({
    engine: postgres, sandbox: await testSandbox(), database, catalog, volumes, seed: 7, until: new Date('2026-01-01T00:00:00Z'),
    emit: () => undefined, signal: new AbortController().signal, ...more,
  });
}

async function rowsOf(database: SandboxDatabase, sql: string): Promise<readonly Record<string, unknown>[]> {
  const session = await postgres.connect(database.adminUrl);
  return (await session.query(sql).finally(() => session.close())).rows;
}

test('fills every table of a schema of odd tables, and the server accepts every row again', async () => {
  const database = await testDatabase({ sql: zoo });
  const result = await fill(database);
  const catalog = await catalogOf(database);
  const empty = [];
  for (const table of catalog.tables.filter((t) => !t.partitionOf)) {
    const [row] = await rowsOf(database, `SELECT count(*)::int AS rows FROM ${postgres.quote.name(table)}`);
    if (!((row!.rows as number) > 0)) empty.push(table.name);
  }
  expect(empty).toEqual([]);
  console.error(result);
});
