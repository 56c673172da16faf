import { beforeAll, expect, test } from 'vitest';
import type { Change } from '../../src/change/model.ts';
import { planSql } from '../../src/deliver/plan/report.ts';
import { postgres } from '../../src/engines/postgres/index.ts';

beforeAll(() => postgres.grammar.ready());

const change = (transaction: 1 | 'none'): Change => ({
  id: 'plan',
  title: 'an index',
  questions: [],
  phases: [
    {
      name: 'expand',
      number: 1,
      steps: [
        {
          id: '1',
          sql: 'DO $$ BEGIN END $$;\nCREATE INDEX CONCURRENTLY i ON t (a)',
          transaction,
          claims: [],
          reason: 'Built beside writers',
          lockTimeoutMs: 1000,
        },
      ],
    },
  ],
});

const parts = (text: string): readonly number[] =>
  text
    .split(/^-- dbd:boundary$/m)
    .slice(1)
    .map((part) => postgres.grammar.split(part).length);

test('what stands outside of a transaction stands alone between two boundaries', () => {
  expect(parts(planSql(change('none'), postgres.grammar))).toEqual([1, 1]);
});

test('a transaction stays whole', () => {
  const [only, ...more] = parts(planSql(change(1), postgres.grammar));
  expect(only).toBeGreaterThan(2);
  expect(more).toEqual([]);
});
