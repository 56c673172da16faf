/** What preflight says is held against what really happens: a form whose rows offend is stopped and fails, and one whose rows were mended goes and runs. */
import { afterAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import type { Preflight } from '../../src/preflight/model.ts';
import { preflight } from '../../src/preflight/preflight.ts';
import { stepsOf } from '../../src/preflight/steps.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { testSandbox } from '../support/database.ts';

const base = `
  CREATE TYPE mood AS ENUM ('ok', 'bad', 'gone');
  CREATE DOMAIN amount AS int;
  CREATE TABLE teams (id int PRIMARY KEY, name text);
  INSERT INTO teams SELECT i FROM generate_series(1, 9) i;
  CREATE TABLE "The ""users" (id int PRIMARY KEY, "E-mail" text, name varchar(40), team int, wide bigint, state mood, price numeric(12, 4),
    note text, cents amount, zip char(6), ratio double precision);
  INSERT INTO "The ""users" SELECT i, 'u' || i, 'n' || i, 1 + i % 9, i, 'ok', i % 90, i::text, 1 + i, 'z' || i, i FROM generate_series(1, 200) i;
  CREATE TABLE bookings (id int PRIMARY KEY, room int, during tsrange);
  INSERT INTO bookings SELECT i, i, '[2026-01-01,2026-01-02)' FROM generate_series(1, 20) i;
  CREATE TABLE events (at date NOT NULL, id int) PARTITION BY RANGE (at);
  CREATE TABLE events_rest PARTITION OF events DEFAULT;
  CREATE TABLE events_jan (at date NOT NULL, id int);
  INSERT INTO events_jan VALUES ('2026-01-03', 1);
  CREATE TABLE regions (code text, part int) PARTITION BY LIST (code);
  CREATE TABLE regions_eu (code text, part int);
  INSERT INTO regions_eu VALUES ('de', 1), (NULL, 2);
  CREATE TABLE hashed (id int, word text) PARTITION BY HASH (id);
  CREATE TABLE hashed_0 (id int, word text)`;
const u = '"The ""users"';

/** Name, what makes rows offend, what is asked. */
const forms: readonly (readonly [string, string, string])[] = [
  [
    'not null',
    `UPDATE ${u} SET "E-mail" = NULL WHERE id = 5`,
    `ALTER TABLE ${u} ALTER COLUMN "E-mail" SET NOT NULL`,
  ],
  [
    'not null by a check',
    `UPDATE ${u} SET "E-mail" = NULL WHERE id = 5`,
    `ALTER TABLE ${u} ADD CONSTRAINT filled CHECK ("E-mail" IS NOT NULL) NOT VALID; ALTER TABLE ${u} VALIDATE CONSTRAINT filled`,
  ],
  [
    'not null, named',
    `UPDATE ${u} SET "E-mail" = NULL WHERE id = 5`,
    `ALTER TABLE ${u} ADD CONSTRAINT filled NOT NULL "E-mail" NOT VALID; ALTER TABLE ${u} VALIDATE CONSTRAINT filled`,
  ],
  ['unique', `UPDATE ${u} SET note = '7' WHERE id = 9`, `ALTER TABLE ${u} ADD CONSTRAINT one UNIQUE (note)`],
  [
    'unique, nulls alike',
    `UPDATE ${u} SET note = NULL WHERE id IN (8, 9)`,
    `ALTER TABLE ${u} ADD CONSTRAINT one UNIQUE NULLS NOT DISTINCT (note)`,
  ],
  [
    'unique index on an expression',
    `UPDATE ${u} SET "E-mail" = 'U7' WHERE id = 9`,
    `CREATE UNIQUE INDEX one ON ${u} (lower("E-mail"))`,
  ],
  [
    'unique index in part',
    `UPDATE ${u} SET note = '7', team = 3 WHERE id = 9; UPDATE ${u} SET team = 3 WHERE id = 7`,
    `CREATE UNIQUE INDEX one ON ${u} (note) WHERE team = 3`,
  ],
  [
    'primary key',
    `ALTER TABLE ${u} DROP CONSTRAINT "The ""users_pkey"; ALTER TABLE ${u} ALTER COLUMN id DROP NOT NULL; UPDATE ${u} SET note = NULL WHERE id = 9`,
    `ALTER TABLE ${u} DROP CONSTRAINT IF EXISTS "The ""users_pkey"; ALTER TABLE ${u} ADD CONSTRAINT one PRIMARY KEY (note)`,
  ],
  [
    'check',
    `UPDATE ${u} SET team = 11 WHERE id = 3`,
    `ALTER TABLE ${u} ADD CONSTRAINT few CHECK (team < 10)`,
  ],
  [
    'foreign key',
    `UPDATE ${u} SET team = 11 WHERE id = 3`,
    `ALTER TABLE ${u} ADD CONSTRAINT team FOREIGN KEY (team) REFERENCES teams`,
  ],
  [
    'foreign key, later',
    `UPDATE ${u} SET team = 11 WHERE id = 3`,
    `ALTER TABLE ${u} ADD CONSTRAINT team FOREIGN KEY (team) REFERENCES teams NOT VALID; ALTER TABLE ${u} VALIDATE CONSTRAINT team`,
  ],
  [
    'foreign key after parents go',
    `UPDATE ${u} SET team = 4 WHERE id = 3`,
    `UPDATE ${u} SET team = 5 WHERE team = 4 AND id <> 3; DELETE FROM teams WHERE id = 4; ALTER TABLE ${u} ADD CONSTRAINT team FOREIGN KEY (team) REFERENCES teams`,
  ],
  [
    'narrower integer',
    `UPDATE ${u} SET wide = 3000000000 WHERE id = 3`,
    `ALTER TABLE ${u} ALTER COLUMN wide TYPE int`,
  ],
  [
    'real to integer',
    `UPDATE ${u} SET ratio = 'NaN' WHERE id = 3`,
    `ALTER TABLE ${u} ALTER COLUMN ratio TYPE int`,
  ],
  [
    'shorter text',
    `UPDATE ${u} SET name = 'much too long' WHERE id = 3`,
    `ALTER TABLE ${u} ALTER COLUMN name TYPE varchar(8)`,
  ],
  [
    'shorter char',
    `UPDATE ${u} SET zip = 'zzzzzz' WHERE id = 3`,
    `ALTER TABLE ${u} ALTER COLUMN zip TYPE char(4)`,
  ],
  [
    'numeric overflow',
    `UPDATE ${u} SET price = 123 WHERE id = 3`,
    `ALTER TABLE ${u} ALTER COLUMN price TYPE numeric(6, 4)`,
  ],
  [
    'cast',
    `UPDATE ${u} SET note = 'x' WHERE id = 3`,
    `ALTER TABLE ${u} ALTER COLUMN note TYPE int USING note::int`,
  ],
  [
    'cast of an expression',
    `UPDATE ${u} SET note = '0' WHERE id = 3`,
    `ALTER TABLE ${u} ALTER COLUMN note TYPE int USING (100 / note::int)`,
  ],
  [
    'unique lost by a cast',
    `UPDATE ${u} SET ratio = 7.2 WHERE id = 3; ALTER TABLE ${u} ADD UNIQUE (ratio)`,
    `ALTER TABLE ${u} ALTER COLUMN ratio TYPE int`,
  ],
  [
    'label removed',
    `UPDATE ${u} SET state = 'gone' WHERE id = 3`,
    `CREATE TYPE mood2 AS ENUM ('ok', 'bad'); ALTER TABLE ${u} ALTER COLUMN state TYPE mood2 USING state::text::mood2`,
  ],
  [
    'exclusion',
    `UPDATE bookings SET room = 4 WHERE id = 5`,
    `ALTER TABLE bookings ADD CONSTRAINT apart EXCLUDE USING gist (int4range(room, room, '[]') WITH =, during WITH &&)`,
  ],
  [
    'bound of a range',
    `INSERT INTO events_jan VALUES ('2026-02-01', 2)`,
    `ALTER TABLE events ATTACH PARTITION events_jan FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`,
  ],
  [
    'bound of a list',
    `INSERT INTO regions_eu VALUES ('us', 2)`,
    `ALTER TABLE regions ATTACH PARTITION regions_eu FOR VALUES IN ('de', 'fr', NULL)`,
  ],
  [
    'bound of a hash',
    `INSERT INTO hashed_0 SELECT i FROM generate_series(1, 20) i`,
    `ALTER TABLE hashed ATTACH PARTITION hashed_0 FOR VALUES WITH (MODULUS 2, REMAINDER 0)`,
  ],
  [
    'default partition',
    `INSERT INTO events VALUES ('2026-03-03', 1)`,
    `CREATE TABLE events_mar PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01')`,
  ],
  [
    'domain',
    `UPDATE ${u} SET cents = -1 WHERE id = 3`,
    `ALTER DOMAIN amount ADD CONSTRAINT paid CHECK (VALUE > 0)`,
  ],
  ['domain, later', `UPDATE ${u} SET cents = NULL WHERE id = 3`, `ALTER DOMAIN amount SET NOT NULL`],
  [
    'column without a default',
    `SELECT 1`,
    `DELETE FROM bookings WHERE room = 99; ALTER TABLE bookings ADD COLUMN kind text NOT NULL`,
  ],
  [
    'column with a default and a check',
    `SELECT 1`,
    `ALTER TABLE bookings ADD COLUMN kind int DEFAULT 3 CHECK (kind > 3)`,
  ],
  [
    'stored column',
    `UPDATE bookings SET room = 0 WHERE id = 3`,
    `ALTER TABLE bookings ADD COLUMN per int GENERATED ALWAYS AS (100 / room) STORED`,
  ],
  [
    'renamed before',
    `UPDATE ${u} SET team = 11 WHERE id = 3`,
    `ALTER TABLE ${u} RENAME TO people; ALTER TABLE people RENAME COLUMN team TO squad; ALTER TABLE people ADD CONSTRAINT few CHECK (people.squad < 10)`,
  ],
  [
    'filled before',
    `UPDATE ${u} SET "E-mail" = NULL WHERE id IN (5, 50)`,
    `UPDATE ${u} SET "E-mail" = '' WHERE "E-mail" IS NULL AND id < 40; ALTER TABLE ${u} ALTER COLUMN "E-mail" SET NOT NULL`,
  ],
  ['update against a key', `ALTER TABLE ${u} ADD UNIQUE (note)`, `UPDATE ${u} SET note = left(note, 1)`],
  [
    'delete of what others need',
    `ALTER TABLE ${u} ADD FOREIGN KEY (team) REFERENCES teams`,
    `DELETE FROM teams WHERE id = 4`,
  ],
  ['missing table', `SELECT 1`, `ALTER TABLE nowhere ADD COLUMN x int`],
  ['missing extension', `SELECT 1`, `CREATE EXTENSION no_such_extension`],
];
/** Forms that fail on the base itself, so that nothing mends them. */
const always = new Set([
  'column without a default',
  'column with a default and a check',
  'missing table',
  'missing extension',
  'update against a key',
]);

/** First version that knows a form. */
const since = new Map([['not null, named', 18]]);

let older: Promise<Sandbox> | undefined;
afterAll(async () => (await older)?.stop());

async function asked(session: Session, sql: string): Promise<Preflight> {
  await postgres.grammar.ready();
  return preflight({
    engine: postgres,
    session,
    steps: stepsOf([{ path: 'm.sql', sql }], postgres),
    change: 'x',
    timeoutMs: 5000,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
}

async function attempt(session: Session, sql: string): Promise<'runs' | 'fails'> {
  try {
    for (const { sql: one } of postgres.grammar.split(sql)) await session.query(one);
    return 'runs';
  } catch {
    return 'fails';
  }
}

describe.each([18, 15])('on %i', (major) => {
  const templates = new Map<Sandbox, Promise<SandboxDatabase>>();
  async function fresh(): Promise<Session> {
    const sandbox = await (major === 18 ? testSandbox() : (older ??= startSandbox(postgres, { major })));
    let template = templates.get(sandbox);
    if (!template) {
      template = sandbox.createDatabase().then(async (made) => {
        const session = await postgres.connect(made.ownerUrl);
        await session.run(base).finally(() => session.close());
        return made;
      });
      templates.set(sandbox, template);
    }
    const { ownerUrl } = await sandbox.createDatabase({ from: await template });
    return postgres.connect(ownerUrl);
  }

  test.each(forms)('%s', async (name, offend, sql) => {
    if (major < (since.get(name) ?? 0)) return;
    const session = await fresh();
    try {
      if (!always.has(name) && !/key after|others need|unique lost/.test(name)) {
        const calm = await asked(session, sql);
        const open = calm.steps.flatMap(({ checks }) =>
          checks
            .filter(({ outcome }) => outcome !== 'holds')
            .map(({ says, because }) => `${says}: ${because}`),
        );
        expect(open).toEqual([]);
        const control = await fresh();
        expect(await attempt(control, sql).finally(() => control.close())).toBe('runs');
      }
      await session.run(offend);
      const told = await asked(session, sql);
      expect(told.verdict, JSON.stringify(told.steps)).toBe('stop');
      expect(await attempt(session, sql)).toBe('fails');
    } finally {
      await session.close();
    }
  });
});
