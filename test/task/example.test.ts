import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { readTask } from '../../src/task/task.ts';
import { readWorkload } from '../../src/workload/read.ts';
import { testDatabase } from '../support/database.ts';

const example = (name: string): string =>
  readFileSync(new URL(`../../examples/dashboard-analytics/${name}`, import.meta.url), 'utf8');

test('the running application of the first example is a database, and its queries plan there', async () => {
  const database = await testDatabase({ sql: example('current.sql') });
  const session = await postgres.connect(database.ownerUrl);
  try {
    const catalog = await postgres.inspect(session);
    expect(catalog.tables.map(({ name }) => name).toSorted()).toEqual([
      'dashboards',
      'sessions',
      'users',
      'widgets',
    ]);
    await postgres.grammar.ready();
    const { queries } = readWorkload(example('workload.queries.sql'), 'workload.queries.sql');
    for (const query of queries) {
      const { sql, names } = postgres.grammar.parameters(query.sql);
      expect(Object.keys(query.params).toSorted(), query.name).toEqual(names.toSorted());
      for (const source of Object.values(query.params)) {
        if (source.kind === 'column')
          expect(
            catalog.tables.find(({ name }) => name === source.table)?.columns.map(({ name }) => name),
            query.name,
          ).toContain(source.column);
      }
      const plan = await session.query(
        `EXPLAIN ${sql}`,
        names.map(() => null),
      );
      expect(plan.count, query.name).toBeGreaterThan(0);
    }
  } finally {
    await session.close();
  }
});

test('the task of the first example speaks of tables that are there', () => {
  const { requirements } = readTask({ text: example('KAN-29.md'), name: 'KAN-29.md' });
  const outside = [
    ...requirements.relations.flatMap(({ to }) => to),
    ...requirements.volumes.map(({ of }) => of),
  ].filter((name) => !/^E\d+$/.test(name));
  expect(new Set(outside)).toEqual(new Set(['users']));
});
