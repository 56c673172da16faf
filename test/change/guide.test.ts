import { expect, test } from 'vitest';
import { applyChange } from '../../src/apply/apply.ts';
import type { StatementRun } from '../../src/apply/model.ts';
import type { Change } from '../../src/change/model.ts';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { planned, shop } from './shop.ts';

const statements: readonly string[] = [
  'ALTER TABLE orders ALTER COLUMN total TYPE bigint',
  'ALTER TABLE customers ALTER COLUMN email TYPE varchar(80)',
  'ALTER TABLE orders ALTER COLUMN state SET NOT NULL',
  'ALTER TABLE orders ADD COLUMN paid boolean NOT NULL DEFAULT false',
  'ALTER TABLE orders ADD COLUMN reference uuid NOT NULL DEFAULT gen_random_uuid()',
  'ALTER TABLE orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY',
  'CREATE INDEX ON orders (customer_id)',
  'CREATE INDEX ON events (at)',
  'DROP INDEX orders_state_idx',
  'ALTER TABLE customers ADD UNIQUE (email)',
  'ALTER TABLE heap ADD PRIMARY KEY (a)',
  'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id)',
  'ALTER TABLE orders ADD CHECK (total < 1000000)',
  "UPDATE orders SET note = 'none' WHERE note IS NULL",
  "DELETE FROM orders WHERE state = 'void'",
  'ALTER TABLE customers DROP COLUMN old_mail',
  'ALTER TABLE customers RENAME COLUMN name TO full_name',
];

/** No view stands in the way of a type, and an index comes along. */
const current = `${shop}; DROP VIEW open_orders; CREATE INDEX orders_total_idx ON orders (total);
  CREATE TABLE events (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_26 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`;

const tables = ['public.orders', 'public.customers', 'public.heap', 'public.events', 'public.events_26'];

/** Runs a change under a watcher's eyes. */
async function watched(session: Session, adminUrl: string, change: Change): Promise<readonly StatementRun[]> {
  const watcher = await postgres.watch.open(adminUrl, (await testSandbox()).log);
  try {
    return await applyChange({
      engine: postgres,
      session,
      change,
      watcher,
      direction: 'up',
      emit: () => undefined,
      signal: new AbortController().signal,
    });
  } finally {
    await watcher.close();
  }
}

const order = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

/** What a statement outside transactions may hold while it runs; sampling may miss the moment, so the list is written down and no sample may exceed it. */
const outside = (sql: string): string =>
  /CONCURRENTLY/.test(sql) ? 'SHARE UPDATE EXCLUSIVE' : 'ROW EXCLUSIVE';

function held(run: StatementRun): string {
  const own = run.locks.filter(({ relation }) => tables.includes(relation));
  if (run.sampled) {
    for (const { mode } of own)
      expect(order.indexOf(mode)).toBeLessThanOrEqual(order.indexOf(outside(run.sql)));
    return outside(run.sql);
  }
  const modes = own.toSorted((a, b) => order.indexOf(b.mode) - order.indexOf(a.mode));
  const [strongest] = modes;
  if (!strongest) return 'none';
  const on = modes
    .filter(({ mode }) => mode === strongest.mode)
    .map(({ relation }) => relation.slice('public.'.length))
    .toSorted();
  return on.length > 1 ? `${strongest.mode} on ${on.join(' and ')}` : strongest.mode;
}

function work(run: StatementRun): string {
  const seen = [
    ...run.rewrites.filter((name) => tables.includes(name)).map(() => 'writes the table anew'),
    ...run.scans.map((scan) => (scan.startsWith('index') ? 'builds an index' : 'reads the table')),
    ...(/^\s*(?:UPDATE|DELETE)/.test(run.sql) ? ['writes all its rows'] : []),
  ];
  return [...new Set(seen)]
    .toSorted()
    .map((each) => `, ${each}`)
    .join('');
}

const short = (sql: string): string => {
  const line = /\$batches\$/.test(sql)
    ? `batches of ${/(?:UPDATE|DELETE)[^\n]*/.exec(sql)![0]}`
    : sql.replaceAll(/\s+/g, ' ');
  return `\`${(line.length > 110 ? `${line.slice(0, 109)}…` : line).replaceAll('|', '\\|')}\``;
};

test('the guide tells what every form writes and locks, as watched', { timeout: 90_000 }, async () => {
  const lines: string[] = [];
  for (const sql of statements) {
    const naive = await testDatabase({ sql: current });
    const plain = await postgres.connect(naive.ownerUrl);
    const { change, session, adminUrl } = await planned(sql, {}, current);
    try {
      const step = { id: '1', sql, transaction: 1, claims: [], reason: '', lockTimeoutMs: 1000 };
      const [written] = await watched(plain, naive.adminUrl, {
        ...change,
        phases: [{ name: 'expand', number: 1, steps: [step] }],
      });
      const runs = await watched(session, adminUrl, change);
      const phases = change.phases.flatMap(({ name, steps }) => steps.map(({ id }) => ({ id, name })));
      lines.push(
        `### \`${sql}\``,
        '',
        `As written: ${held(written!)}${work(written!)}.`,
        '',
        '| Phase | dbd writes | Lock |',
        '|---|---|---|',
      );
      for (const run of runs) {
        if (run.sql.includes('$clear$')) continue;
        const phase = phases.find(({ id }) => id === run.step)?.name ?? '';
        lines.push(`| ${phase} | ${short(run.sql)} | ${held(run)}${work(run)} |`);
      }
      lines.push('');
    } finally {
      await Promise.all([plain.close(), session.close()]);
    }
  }
  await expect(`${intro}\n${lines.join('\n')}`).toMatchFileSnapshot('../../docs/guide/online-forms.md');
});

const intro = `# From the naive statement to the safe one

What dbd writes for a statement on a table in use, and the strongest lock that each step was seen to hold. The page is made by a test that runs both forms on
PostgreSQL 18 and watches them; \`npx vitest run test/change/guide.test.ts --update\` makes it anew. A lock that says ACCESS EXCLUSIVE without more is held for a
moment: nothing is read or written under it. Every step waits for its lock for a limited time only, and is tried again.

## What changes of a type do

A column whose stored rows PostgreSQL would write anew gets a new column beside it. A trigger keeps both in step, for writes of replication too; batches along the
primary key fill old rows; indexes, checks, foreign keys and NOT NULL are made again on the new column without blocking anybody; both columns are compared; one
short transaction switches. The way back is the same in reverse. What remains visible: the column stands last in its table, statements prepared before that return
it must be prepared anew (0A000), and the table holds dead rows of the backfill until vacuum.

The statement stays as it was written, with the reason in its step, when the column is part of a primary key, unique or exclusion constraint, is referenced by a
foreign key, is an identity or generated column or feeds one, is read by a view, policy, rule, extended statistics, or a routine with a bound body; when the table is
partitioned, inherits, has no primary key, forces row security, has a trigger that fires on every UPDATE, or is published by a list of columns or rows; when its
USING calls what gives another value each time; and when an earlier statement of the same change works on the column or on what comes along with it.

Identity and serial columns, stored generated columns and exclusion constraints have no online form: they are written as they are, and marked.

## Statement by statement
`;
