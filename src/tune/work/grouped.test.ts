import { beforeAll, describe, expect, test } from 'vitest';
import { grammar } from '../../engines/postgres/grammar.ts';
import { capturedSql } from '../../engines/postgres/workload/captured-sql.ts';
import { GroupedCalls } from './grouped.ts';

beforeAll(() => grammar.ready());

function gathered(calls: readonly { sql: string; parameters?: readonly string[]; ms?: number }[]) {
  const grouped = new GroupedCalls({ capturedSql });
  const taken = calls.map((call) => grouped.add({ parameters: [], ...call }));
  return { taken, statements: grouped.statements() };
}

describe('calls', () => {
  test('of one text keep its constants', () => {
    const sql = "SELECT * FROM orders WHERE status = 'open' AND id = $1";
    const { statements } = gathered([
      { sql, parameters: ['1'], ms: 2 },
      { sql, parameters: ['2'], ms: 4 },
    ]);
    expect(statements).toMatchObject([
      { sql, calls: 2, totalMs: 6, meanMs: 3, minMs: 2, maxMs: 4, samples: [['1'], ['2']] },
    ]);
  });

  test('that differ in constants become one statement, the first ones too', () => {
    const { statements } = gathered([
      { sql: 'select * from orders where id = 5' },
      { sql: 'SELECT *  FROM orders WHERE id = 7 -- later' },
      { sql: 'select * from orders where id = 5' },
    ]);
    expect(statements).toMatchObject([
      { sql: 'select * from orders where id = $1', calls: 3, samples: [['5'], ['7']] },
    ]);
  });

  test('with lists of other lengths are other statements', () => {
    const { statements } = gathered([
      { sql: 'SELECT 1 FROM t WHERE a IN (1, 2)' },
      { sql: 'SELECT 1 FROM t WHERE a IN (1, 2, 3)' },
      { sql: 'SELECT 1 FROM t WHERE a IN (4, 5, 6)' },
    ]);
    expect(statements.map(({ calls }) => calls).toSorted((a, b) => a - b)).toEqual([1, 2]);
  });

  test('are ordered by their time; what does not parse is refused', () => {
    const { taken, statements } = gathered([
      { sql: 'SELECT 1 FROM a', ms: 1 },
      { sql: 'SELEC 1' },
      { sql: 'SELECT 1 FROM b', ms: 9 },
    ]);
    expect(taken).toEqual([true, false, true]);
    expect(statements.map(({ sql }) => sql)).toEqual(['SELECT 1 FROM b', 'SELECT 1 FROM a']);
  });

  test('keep a bounded number of sets, the common ones among them', () => {
    const calls = Array.from({ length: 5000 }, (_, i) => ({
      sql: 'SELECT 1 FROM t WHERE a = $1',
      parameters: [i % 3 === 0 ? 'common' : String(i)],
    }));
    const [statement] = gathered(calls).statements;
    expect(statement!.calls).toBe(5000);
    expect(statement!.samples[0]).toEqual(['common']);
    expect(statement!.samples.length).toBeLessThanOrEqual(24);
  });
});
