import { expect, test } from 'vitest';
import { seedStructure } from '../../src/deliver/seeds/seeding.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { planVolumes } from '../../src/twin/volumes.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { tortureSchema } from './torture-schema.ts';
import { inspectPromises } from './torture/violations.ts';

test('seeds of more than 300 tables load with every trigger on, and break no promise', async () => {
  const sql = tortureSchema({ seed: 1, tables: 300, major: 18 });
  const structure = await testDatabase({ sql, extensions: ['btree_gist'] });
  const sandbox = await testSandbox();
  const session = await postgres.connect(structure.adminUrl);
  const catalog = await postgres.inspect(session).finally(() => session.close());
  const { seeds, development, proof } = await seedStructure({
    engine: postgres,
    sandbox,
    structure,
    catalog,
    volumes: planVolumes({ catalog, volumes: [], tableOf: () => undefined, lifecycle: [] }),
    hints: [],
    apart: [],
    rows: 10,
    seed: 1,
    locale: 'en',
    until: new Date('2026-01-01T00:00:00Z'),
    append: false,
    signal: new AbortController().signal,
  });
  expect(proof.failed).toBeUndefined();
  expect(proof.rows.size).toBeGreaterThanOrEqual(300);
  // Only tables whose trigger raises for any row stay empty, and they are named.
  expect(seeds.without.filter(({ table }) => !table.name.endsWith('_never'))).toEqual([]);
  expect(seeds.without.length).toBeGreaterThan(0);
  expect(seeds.limits.filter((limit) => !limit.includes('_never'))).toEqual([]);
  const loaded = await sandbox.createDatabase({ from: structure });
  const own = await postgres.connect(loaded.ownerUrl);
  try {
    for (const statement of postgres.grammar.split(development!)) await own.query(statement.sql);
    const { violations, empty } = await inspectPromises(own);
    expect(violations).toEqual([]);
    expect(empty.filter((name) => !name.endsWith('_never'))).toEqual([]);
  } finally {
    await own.close();
  }
});
