import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { deliverTask, only, scratch, sqlOf, taskOf, type Delivered } from './delivery.ts';

const rows = 12_000;
const schema = `
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE jobs (id int PRIMARY KEY, customer_id int NOT NULL, state text NOT NULL CHECK (state <> 'odd'), note text NOT NULL);
INSERT INTO customers SELECT n, 'name ' || n FROM generate_series(1, 3000) AS n;
INSERT INTO jobs SELECT n, 1 + n % 3000, 'open', repeat('wide ', 120) FROM generate_series(1, ${rows}) AS n;`;
const lines = `
change: { kind: tune }
access:
  Q1:
    says: Close the jobs of a customer
    transaction:
      - SELECT name FROM customers WHERE id = :id FOR UPDATE
      - UPDATE jobs SET state = 'done' WHERE customer_id = :id
    rate: 50/s
    p95: 5 s
  Q2:
    says: Break a rule
    transaction:
      - SELECT name FROM customers WHERE id = :id
      - UPDATE jobs SET state = 'odd' WHERE id = :job
    rate: 1/s
volume:
  V1: { of: customers, now: 3000, per_day: 1, horizon: 1 days }
  V2: { of: jobs, now: ${rows}, per_day: 1, horizon: 1 days }`;

let made: Delivered;
beforeAll(async () => {
  const current = join(scratch(), 'schema.sql');
  writeFileSync(current, schema);
  made = await deliverTask(taskOf(lines), { current, rows, ...only('indexes') });
}, 120_000);

test('a statement of a transaction gets the index it needs, for the claim of its pattern', () => {
  expect(made.claims.get('Q1'), JSON.stringify(made.claims.get('Q1'))).toMatchObject({ verdict: 'proven' });
  expect(sqlOf(made.out, 'up')).toMatch(/ON (public\.)?jobs \(customer_id\)/);
  expect(sqlOf(made.out, 'up')).toContain('Q1');
  expect(sqlOf(made.out, 'up')).not.toContain('statement 2');
  const evidence = made.claims.get('Q1')!.evidence.map(({ text }) => text);
  expect(evidence.filter((text) => text.startsWith('Q1, statement 2: mean'))).toHaveLength(1);
  expect(evidence.find((text) => text.startsWith('plan: '))).toMatch(
    /1: .*customers.*; 2: .*jobs_customer_id/,
  );
});

test('a transaction that breaks a rule is not proven, and the index choice says what it could not try', () => {
  expect(made.claims.get('Q2')!.verdict).toBe('missed');
  expect(made.claims.get('Q2')!.because).toContain('calls failed');
  expect(made.claims.get('indexes')!.because).toMatch(
    /; but Q2, statement 2 could not be tried alone for indexes: [^;]*violates check constraint[^;]*$/,
  );
});
