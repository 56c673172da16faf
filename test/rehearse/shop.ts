/** A small shop that is in use: 50,000 orders, customers, and the queries of its application. */
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Change, Phase, Step } from '../../src/change/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import type { Workload } from '../../src/workload/model.ts';
import { testDatabase } from '../support/database.ts';

const sql = `
  CREATE TABLE customers (id int PRIMARY KEY, email varchar(100) NOT NULL);
  INSERT INTO customers SELECT i, 'c' || i || '@example.org' FROM generate_series(1, 1000) i;
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, total int NOT NULL, note text);
  INSERT INTO orders SELECT i, 1 + i % 1000, i % 500, repeat('x', 40) FROM generate_series(1, 50000) i;
`;

/** A copy of the filled shop. */
export function shop(): Promise<SandboxDatabase> {
  return testDatabase({ sql });
}

const rate = { perSecond: 20, peakPerSecond: 40 };

/** What the shop's application sends. */
export const workload: Workload = {
  source: 'test',
  queries: [
    { name: 'order by key', sql: 'SELECT * FROM orders WHERE id = :id', rate, params: {} },
    {
      name: 'orders of a customer',
      sql: 'SELECT id, total FROM orders WHERE customer_id = :customer LIMIT 10',
      rate: { perSecond: 2, peakPerSecond: 2 },
      params: {},
    },
    { name: 'touch an order', sql: 'UPDATE orders SET total = total WHERE id = :id', rate, params: {} },
    { name: 'customer by key', sql: 'SELECT email FROM customers WHERE id = :id', rate, params: {} },
  ],
};

/** Steps as a planner writes them, with what matters to a test. */
export function change(
  ...phases: readonly (readonly (Partial<Step> & { readonly sql: string })[])[]
): Change {
  const names = ['expand', 'backfill', 'contract'] as const;
  return {
    id: 'test',
    title: 'test',
    questions: [],
    phases: phases.map((steps, p): Phase => ({
      name: names[p]!,
      number: p + 1,
      steps: steps.map((step, s) => ({
        id: `S${p + 1}.${s + 1}`,
        transaction: 1,
        claims: [],
        reason: '',
        lockTimeoutMs: 300,
        ...step,
      })),
    })),
  };
}

export { postgres };
