import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Change } from '../../src/change/model.ts';
import { mutationProof } from '../../src/deliver/plan/mutation.ts';
import type { ProofOptions } from '../../src/deliver/plan/prove.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Observation } from '../../src/engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

const start = `CREATE TABLE users (id int PRIMARY KEY, name text, born date);
  INSERT INTO users VALUES (1, ' Ada ', '1815-12-10'), (2, 'Bob', NULL)`;

const steps: readonly (readonly [sql: string, undo: string])[] = [
  ["ALTER TABLE users ADD COLUMN short varchar(10) DEFAULT 'x'", 'ALTER TABLE users DROP COLUMN short'],
  ['UPDATE users SET short = trim(name)\nWHERE name IS NOT NULL', ''],
  ['ALTER TABLE users ALTER COLUMN short SET NOT NULL', ''],
  ['CREATE UNIQUE INDEX users_short ON users USING btree (short, id) WHERE id > 0', 'DROP INDEX users_short'],
  ["ALTER TABLE users ADD CONSTRAINT filled CHECK (short <> '')", 'ALTER TABLE users DROP CONSTRAINT filled'],
  ["COMMENT ON COLUMN users.short IS 'Trimmed'", ''],
];

const change: Change = {
  id: 'c',
  title: 'c',
  questions: [],
  phases: [
    {
      name: 'expand',
      number: 1,
      steps: steps.map(([sql, undo], at) => ({
        id: String(at + 1),
        sql,
        undo,
        transaction: at + 1,
        claims: [],
        reason: '',
        lockTimeoutMs: 1000,
      })),
    },
  ],
};

let sandbox: Sandbox;
let proof: ProofOptions;

beforeAll(async () => {
  sandbox = await startSandbox(postgres);
  await postgres.grammar.ready();
  const from = await made(start);
  const wanted = await look(await made([start, ...steps.map(([sql]) => sql)].join(';\n')));
  const session = await postgres.connect(from.adminUrl);
  const catalog = await postgres.inspect(session).finally(() => session.close());
  proof = {
    engine: postgres,
    from: { sandbox, database: from, catalog, source: 'start', limits: [], lacks: new Map() },
    before: await look(from),
    wanted,
    roles: false,
    emit: () => undefined,
    signal: AbortSignal.timeout(120_000),
  };
});
afterAll(() => sandbox.stop());

async function made(sql: string): Promise<SandboxDatabase> {
  const database = await sandbox.createDatabase();
  const session = await postgres.connect(database.ownerUrl);
  await session.run(sql).finally(() => session.close());
  return database;
}

async function look(database: SandboxDatabase): Promise<Observation> {
  const session = await postgres.connect(database.adminUrl);
  return postgres.witness.observe(session, { owner: sandbox.owner }).finally(() => session.close());
}

test('every mutant of a change is told from it, and by what', async () => {
  const outcomes = await mutationProof({ proof, change });
  expect(outcomes.length).toBeGreaterThan(15);
  // Both go with the column that the way back of step 1 drops: the same without their own way back.
  expect(outcomes.filter(({ killed }) => killed === undefined).map(({ name }) => name)).toEqual([
    'everything left out in the way back of step 4',
    'everything left out in the way back of step 5',
  ]);
  const by = (name: string): unknown => outcomes.find((one) => one.name === name)?.killed;
  expect(by('step 1 left out')).toBe('failed');
  expect(by('step 4 left out')).toBe('structure');
  expect(by('step 2 left out')).toBe('rows');
  expect(by('backfill of nothing in step 2')).toBe('rows');
  expect(by('backfill with null in step 2')).toBe('failed');
  expect(by('default altered in step 1')).toBe('structure');
  expect(by('everything left out in the way back of step 1')).toBe('way back');
});

test('a mutant that does the same is told as one that survived', async () => {
  const [first, ...rest] = change.phases[0]!.steps;
  const idle = { ...first!, id: '0', sql: 'ALTER TABLE users ALTER COLUMN born DROP NOT NULL', undo: '' };
  const outcomes = await mutationProof({
    proof,
    change: { ...change, phases: [{ ...change.phases[0]!, steps: [idle, first!, ...rest] }] },
    most: 1,
  });
  expect(outcomes).toEqual([{ kind: 'step', name: 'step 0 left out' }]);
});
