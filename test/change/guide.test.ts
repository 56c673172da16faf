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
  'ALTER TABLE heap RENAME TO pile',
  'ALTER TABLE customers ALTER COLUMN key TYPE bigint',
  "ALTER TABLE events ATTACH PARTITION events_27 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
];

/** No view stands in the way of a type, and an index comes along. */
const current = `${shop}; DROP VIEW open_orders; CREATE INDEX orders_total_idx ON orders (total);
  ALTER TABLE customers ADD COLUMN key integer GENERATED ALWAYS AS IDENTITY CONSTRAINT customers_number UNIQUE; CREATE TABLE visits (id integer PRIMARY KEY, customer integer CONSTRAINT visits_customer REFERENCES customers (key));
  CREATE TABLE events_27 (id bigint NOT NULL, at date NOT NULL);
  CREATE TABLE events (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_26 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`;

const tables = [
  'public.orders',
  'public.customers',
  'public.heap',
  'public.events',
  'public.events_26',
  'public.events_27',
  'public.visits',
];

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
primary key fill old rows; indexes, checks, keys, foreign keys and NOT NULL are made again on the new column without blocking anybody; both columns are compared; one
short transaction switches. The way back is the same in reverse. Keys are no exception: the unique index of the new column is built beside everybody, foreign keys
that lead to the old column are made to the new one and validated before the switch, and an identity goes on where its numbers stand. Where one change gives both
ends of a foreign key another type, they are filled side by side and the key is made between the new columns.

Views that read the column, policies, triggers that name it and extended statistics go and come back in the switch, with options, owner, grants and comments.
Triggers that fire on every UPDATE stay quiet for the batches: until the switch they carry a condition that only the owner of the table can make false.

What remains visible: the column stands last in its table, so INSERT and COPY without column names meet another order; statements prepared before that return it must
be prepared anew (0A000); and the table holds dead rows of the backfill until vacuum. A serial column's sequence keeps its type, as with the plain statement.

The statement stays as it was written, with the reason in its step, when the column is part of an exclusion or temporal constraint, is a generated column or feeds one,
is read by a materialized view, a rule, another table's policy, or a routine with a bound body; when the table is partitioned, inherits, has no primary key, forces row
security, has a constraint trigger that fires on every UPDATE, or is published by a list of columns or rows; when its USING calls what gives another value each time;
and when an earlier statement of the same change works on the column or on what comes along with it.

## What renames do

Both names live until nothing asks for the old one. A column gets a second one under the new name; triggers keep them in step both ways, so that old and new application
write under the name they know. Which name was written is told by the default, so an explicit NULL stays NULL; only a default that differs per row leaves it open. At the
end the second column goes and the old one takes its name: place, indexes, rights and views stay what they were. A table leaves an updatable view under its old name, which
looks with the rights of those who ask (\`security_invoker\`, 15 and later); COPY into it, TRUNCATE and, before 17, MERGE do not pass through.

## Small tables

Where the size is known, an empty table and one below the given limit (rows and bytes) take the plain statement, and the step says why. An unknown size counts as large.

## From a table to a partitioned one

\`ALTER TABLE t RENAME TO t_before; CREATE TABLE t (…) PARTITION BY …; ALTER TABLE t ATTACH PARTITION t_before …\` copies nothing: a CHECK proves the bound while the
table still has its old name, then rename, creation and ATTACH share one transaction, so that nobody meets a table without its rows.

## One table split into two

\`CREATE TABLE new (…); INSERT INTO new (…) SELECT … FROM old; ALTER TABLE old DROP COLUMN …\`: a trigger brings along what is written to the old table meanwhile, batches copy
old rows, and the trigger goes before the columns do. The SELECT reads one table, calls no function, and copies its primary key to a key of the new table; otherwise the
statement runs as it is written. The new table follows the old one: the application writes to it only after the last phase.

## What has no online form

| Statement | Why, and what to do |
|---|---|
| ADD COLUMN … GENERATED … STORED, SET EXPRESSION | nothing turns a plain column into a stored one without writing the table; VIRTUAL (18) or a plain column with a trigger |
| ADD EXCLUDE, keys WITHOUT OVERLAPS | their index cannot be built concurrently; a new table that takes the place of the old one |
| SET LOGGED, UNLOGGED, TABLESPACE, ACCESS METHOD | written anew; a copy of the table |
| VACUUM FULL, CLUSTER | refused: pg_repack or pg_squeeze |
| CHECK or NOT NULL of a domain in use | new rows at once; reading the old ones makes writers wait, as nothing lighter validates a domain |
| NOT ENFORCED made ENFORCED (18) | validates under its lock |
| two tables merged, columns moved by UPDATE … FROM | carried out as written, in batches: what is written meanwhile under the old shape is not brought along |
| ALTER TYPE … RENAME VALUE | old and new label never both work; add the new one, and move rows to it |

## Statement by statement
`;
