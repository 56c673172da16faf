import { beforeAll, describe, expect, it } from 'vitest';
import { security } from '../../src/deliver/deliverables/security.ts';
import type { Contribution, Stage } from '../../src/deliver/deliverables/model.ts';
import { tryRoles, type RoleTrial } from '../../src/deliver/trials/roles/roles.ts';
import { planSecurity } from '../../src/design/security/plan.ts';
import type { SecurityPlan } from '../../src/design/security/model.ts';
import { grantsSql, rolesDownSql, rolesSql } from '../../src/design/security/write.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';
import { stageOf } from './stage.ts';

const current = `
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL);
INSERT INTO users (email, name) SELECT 'p' || n || '@example.org', 'Person ' || n FROM generate_series(1, 40) n;
CREATE TABLE invoices (id bigserial PRIMARY KEY, total integer NOT NULL);
`;
const block = `
change: { engine: postgres, kind: new }
roles: { "web app": application, analyst: read-only, deploy: migration }
entities:
  E1 Message:
    table: messages
    history: audit
    fields:
      address: { type: email, required: true }
      body: { type: text, required: true }
      pin: { type: text, sensitive: true }
      born: { type: date, required: true }
relations:
  L1: { from: E1, to: users, name: author, required: true, on_delete: cascade }
access:
  Q1: { says: Latest, sql: "SELECT id, body FROM messages WHERE author_id = :author ORDER BY id DESC LIMIT 10", rate: 1/s }
  Q2: { says: Write, insert: E1, rate: 1/s }
  Q3: { says: Author, sql: "SELECT name FROM users WHERE id = :id", rate: 1/s }
privacy:
  P1: { of: E1.address, class: personal, mask: email, readers: ["web app"], purpose: "answers; and nothing else" }
  P3: { of: E1.body, class: personal, readers: ["web app", analyst], encrypt: true }
  P2: { of: users.email, class: personal, readers: ["web app"] }
  P4: { of: E1.born, class: personal, mask: date, readers: ["web app"] }
`;

let stage: Stage;
let plan: SecurityPlan;
const trialOf = (spoil?: (as: (role: string) => string) => string): Promise<RoleTrial> =>
  tryRoles({ stage, plan, lockWaitMs: 500, ...(spoil ? { spoil } : {}) });
const wrong = ({ checks }: RoleTrial): readonly string[] =>
  checks.filter(({ ok }) => !ok).map(({ role, action, observed }) => `${role}: ${action}: ${observed}`);

beforeAll(async () => {
  stage = await stageOf(block, current);
  plan = planSecurity({
    ...stage,
    design: stage.planned.design,
    after: stage.planned.after,
    change: stage.planned.change.phases.flatMap(({ steps }) => steps.map(({ sql }) => sql)),
    running: [{ name: 'pay', sql: 'INSERT INTO invoices (total) VALUES (:total)' }],
  });
}, 60_000);

describe('roles of a task', () => {
  let made: Contribution;
  beforeAll(async () => {
    made = await security.make(stage, []);
  }, 60_000);

  it('do what they must and nothing else, in sessions of their own', async () => {
    const trial = await trialOf();
    expect(wrong(trial)).toEqual([]);
    expect(trial.checks.filter(({ open }) => open)).toEqual([]);
    const done = trial.checks.map(({ role, action }) => `${role}: ${action}`);
    for (const one of [
      'deploy: run the change down again',
      'web app: run Q2',
      'analyst: read messages.address',
      'analyst: read messages_masked',
      'a role without rights: change the structure (13)',
    ])
      expect(done).toContain(one);
  });

  it('are reviewed on copies of private columns too', () => {
    const text = made.files!.find(({ path }) => path === 'access-review.sql')!.text;
    // The pin is left out of the history; who reads a whole row may read each part of it.
    for (const column of ['old_row', 'new_row'])
      expect(text).toContain(
        `('public', 'message_audit', '${column}', 'personal', ARRAY['web app']::text[])`,
      );
    const audit = stage.planned.after.tables.find(({ name }) => name === 'message_audit')!;
    expect(audit.columns.find(({ name }) => name === 'new_row')!.comment).toBe(
      'JSON of rows: holds messages.address, messages.body, messages.born [class: personal; readers: web app] (T-1 P1 P3 P4)',
    );
  });

  it('get rights for what runs behind a write, and none on copies of whole rows', () => {
    const text = made.files!.find(({ path }) => path === 'grants.sql')!.text;
    expect(text).toContain('GRANT SELECT, INSERT ON TABLE messages TO "web app"; -- Q1, Q2');
    expect(text).not.toMatch(/^GRANT.* ON TABLE message_audit/m);
    const withRunning = grantsSql({ ...stage, plan, after: stage.planned.after, lockWaitMs: 1 });
    expect(withRunning).toContain('GRANT USAGE ON SEQUENCE invoices_id_seq TO "web app"; -- pay');
    expect(withRunning).toContain('GRANT INSERT ON TABLE invoices TO "web app"; -- pay');
    expect(withRunning).not.toMatch(/ON TABLE invoices TO analyst/);
    expect(text).toMatch(/\nBEGIN;\n[^]*REVOKE ALL[^]*GRANT[^]*\nCOMMIT;\n/);
  });

  it('load into the staging table, and leave upkeep to the owner', async () => {
    const loading = await stageOf(
      `
change: { engine: postgres, kind: new }
entities:
  E1 Reading:
    table: readings
    key: [code, at]
    partition: { by: at, every: month, ahead: 1 }
    fields: { code: { type: text, required: true }, at: { type: instant, required: true, default: now }, value: { type: int, required: true } }
  E2 Daily:
    table: readings_daily
    key: [code, day]
    fields: { code: { type: text, required: true }, day: { type: date, required: true }, total: { type: bigint, required: true } }
    derived: { from: E1, by: { code: code, day: "(at AT TIME ZONE 'UTC')::date" }, set: { total: sum value }, keep: on-schedule, on_source_delete: keep }
routines:
  F1 load: { kind: bulk, of: E1, 'on': [code, at], batch: 10 }
access:
  Q1: { says: Latest, sql: "SELECT value FROM readings WHERE code = :code ORDER BY at DESC LIMIT 1", rate: 1/s }
`,
      '',
    );
    const text = (await security.make(loading, [])).files!.find(({ path }) => path === 'grants.sql')!.text;
    expect(text).toMatch(/^GRANT .*INSERT.* ON TABLE readings_load TO/m);
    expect(text).toMatch(/^GRANT EXECUTE ON PROCEDURE load/m);
    expect(text).not.toMatch(/^GRANT EXECUTE ON FUNCTION readings_/m);
  });

  it('prove a new column, and not one whose readers only your server knows', () => {
    const verdicts = Object.fromEntries(made.claims!.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts).toEqual({ P1: 'proven', P2: 'not-proven', P3: 'not-proven', P4: 'proven' });
    expect(made.claims!.find(({ id }) => id === 'P2')!.because).toContain('on your server');
    expect(made.checklist!.security!.verdict).toBe('proven');
    expect(made.findings).toEqual([]);
  });

  it('do not prove that a reader reads what it was never seen to read', async () => {
    const readers = stage.task.requirements.privacy.map((one) =>
      one.id === 'P1' ? { ...one, readers: [...one.readers, 'deploy'] } : one,
    );
    const task = { ...stage.task, requirements: { ...stage.task.requirements, privacy: readers } };
    const { claims } = await security.make({ ...stage, task }, []);
    expect(claims!.find(({ id }) => id === 'P1')).toMatchObject({
      verdict: 'not-proven',
      because: expect.stringContaining('deploy may read it and was not seen to') as string,
    });
  });

  it('show what column encryption does, and prove nothing by it', () => {
    const block_ = made.blocks!.find(({ id }) => id === 'encryption');
    expect(block_).toMatchObject({ kind: 'table' });
    if (stage.sandbox.extensions.includes('pgcrypto'))
      expect(block_).toMatchObject({
        note: expect.stringMatching(
          /do not hold its text.* gives the value back; another key fails/,
        ) as string,
      });
  });

  it('write class, purpose and readers into the comment', () => {
    const column = stage.planned.after.tables
      .find(({ name }) => name === 'messages')!
      .columns.find(({ name }) => name === 'address')!;
    expect(column.comment).toBe(
      String.raw`[class: personal; purpose: answers\; and nothing else; readers: web app] (T-1 P1)`,
    );
  });
});

describe('what is given beyond the need turns the verdict', () => {
  it.each([
    ['everybody reads', 'GRANT SELECT ON messages TO PUBLIC', /a role without rights: read new tables/],
    [
      'readers see addresses',
      'GRANT SELECT (address) ON messages TO {analyst}',
      /analyst: read messages.address: runs/,
    ],
    ['readers write', 'GRANT DELETE ON messages TO {analyst}', /analyst: delete rows .*messages: runs/],
    ['the application owns', 'ALTER TABLE messages OWNER TO {web app}', /web app: change the structure/],
    ['the application lacks', 'REVOKE INSERT ON messages FROM {web app}', /web app: run Q2: refused/],
    [
      'a superuser',
      'ALTER ROLE {web app} SUPERUSER',
      /web app: read any other table|web app: change the structure/,
    ],
    [
      'a mask is off',
      'CREATE OR REPLACE VIEW messages_masked AS SELECT id, author_id, address, body, born FROM messages',
      /see a value of messages.address.*shown/,
    ],
    [
      'a mask of dates is off',
      'CREATE OR REPLACE VIEW messages_masked AS SELECT id, author_id, address, body, born FROM messages',
      /see the values of messages.born as they are: \d+ shown/,
    ],
    [
      'limits are gone',
      'ALTER ROLE {analyst} RESET ALL; ALTER ROLE {analyst} IN DATABASE {database} RESET ALL',
      /analyst: get its limits/,
    ],
  ])('%s', async (_name, sql, expected) => {
    const trial = await trialOf((as) =>
      sql.includes('{database}')
        ? `DO $$ BEGIN EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', '${as('analyst')}', current_database()); END $$`
        : sql.replaceAll(/\{([^}]+)\}/g, (_, role: string) => postgres.quote.identifier(as(role))),
    );
    expect(wrong(trial).join('\n')).toMatch(expected);
  });

  it('a reader that the task does not name is seen in the review', async () => {
    const trial = await trialOf(
      (as) =>
        `GRANT ${postgres.quote.identifier(as('web app'))} TO ${postgres.quote.identifier(as('a role without rights'))}`,
    );
    expect(trial.readers.filter(({ named, way }) => !named && way === 'by grant')).toMatchObject(
      expect.arrayContaining(
        [{ role: 'a role without rights', column: 'public.messages.address' }].map((row) =>
          expect.objectContaining(row),
        ),
      ),
    );
  });

  it('a function that runs as its owner is seen in the review', async () => {
    const trial = await trialOf(
      () =>
        `CREATE FUNCTION peek() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT address FROM messages'`,
    );
    expect(
      trial.readers.filter(({ way }) => way === 'through the function peek()').map(({ role }) => role),
    ).toContain('analyst');
  });
});

describe('the files as they are written', () => {
  it('run twice and back, with hostile names, and drop no role that was there before', async () => {
    const hostile = ['a"; DROP ROLE x; --', "it's $do$ $$", 'Ж'.repeat(31), 'was there'];
    const named: SecurityPlan = {
      ...plan,
      roles: plan.roles
        .map((role, at) => ({ ...role, name: hostile[at]! }))
        .concat([{ name: hostile[3]!, kind: 'read-only', assumed: true }]),
      rights: plan.rights.map((right) => ({
        ...right,
        role: hostile[plan.roles.findIndex(({ name }) => name === right.role)]!,
      })),
    };
    const database = await testDatabase({ sql: current });
    const session = await postgres.connect(database.adminUrl);
    const writing = { ...stage, plan: named, after: stage.planned.after, lockWaitMs: 500 };
    const there = async (): Promise<unknown> =>
      (await session.query('SELECT count(*)::int AS n FROM pg_roles WHERE rolname = ANY ($1)', [hostile]))
        .rows[0];
    try {
      await session.run(`CREATE ROLE "was there"`);
      for (const phase of stage.planned.change.phases)
        for (const { sql } of phase.steps) await session.run(sql);
      for (let turn = 0; turn < 2; turn++) {
        await session.run(rolesSql(writing));
        await session.run(grantsSql(writing));
      }
      expect(await there()).toEqual({ n: 4 });
      await session.run(rolesDownSql(writing));
      expect(await there()).toEqual({ n: 1 });
      expect((await session.query('SELECT count(*)::int AS n FROM users')).rows).toEqual([{ n: 40 }]);
    } finally {
      await session.run('DROP OWNED BY "was there"; DROP ROLE "was there"').catch(() => undefined);
      await session.close();
    }
  });
});
