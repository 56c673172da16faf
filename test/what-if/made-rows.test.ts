/** Indexes over expressions and documents that nobody gathered statistics of, against the same ones built. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IndexGuess, PlanFacts, Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { wish } from './left.ts';

const structure = `
  SELECT setseed(0.5);
  CREATE TABLE papers (id int PRIMARY KEY, mail text NOT NULL, title text NOT NULL, pages int, doc jsonb NOT NULL, gone_at date);
  INSERT INTO papers SELECT n, 'User' || n || '@Example.org', 'Paper ' || n || ' on ' || (ARRAY['locks', 'trees', 'plans'])[1 + n % 3],
         CASE WHEN random() < 0.7 THEN (1000 * random())::int END,
         jsonb_build_object('kind', (ARRAY['report', 'report', 'essay'])[1 + floor(3 * random())::int], 'who', 'w' || floor(500 * random())::int),
         CASE WHEN random() < 0.1 THEN date '2025-01-01' END
    FROM generate_series(1, 20000) n;
  CREATE FUNCTION picky(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
    IF $1 LIKE '%7@%' THEN RAISE 'not this one'; END IF; RETURN $1; END $$;
  VACUUM ANALYZE papers`;

/** Definitions, each with a query that it helps. */
const trials: readonly (readonly [definition: string, sql: string])[] = [
  ['(lower(mail))', "SELECT id FROM papers WHERE lower(mail) = 'user77@example.org'"],
  [
    '(lower(mail)) WHERE gone_at IS NULL',
    "SELECT id FROM papers WHERE lower(mail) = 'user77@example.org' AND gone_at IS NULL",
  ],
  ["((doc ->> 'who'))", "SELECT id FROM papers WHERE doc ->> 'who' = 'w77'"],
  ["((doc ->> 'kind'), pages)", "SELECT id FROM papers WHERE doc ->> 'kind' = 'essay' AND pages = 77"],
  ['((pages * 2))', 'SELECT id FROM papers WHERE pages * 2 = 154'],
  ['USING gin (doc)', `SELECT id FROM papers WHERE doc @> '{"who": "w77"}'`],
  ['USING gin (doc jsonb_path_ops)', `SELECT id FROM papers WHERE doc @> '{"who": "w77"}'`],
  ['USING gin (title gin_trgm_ops)', "SELECT id FROM papers WHERE title ILIKE '%paper 777 %'"],
];

let sandbox: Sandbox;
let database: SandboxDatabase;
let snapshot: Snapshot;
let real: Session;

beforeAll(async () => {
  sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  database = await sandbox.createDatabase();
  await sandbox.installExtension(database, 'pg_trgm');
  const owner = await postgres.connect(database.ownerUrl);
  for (const statement of structure.split(/;\n(?=\s*(?:CREATE|INSERT|VACUUM))/)) await owner.run(statement);
  await owner.close();
  snapshot = await snapshotOf(database.adminUrl);
  real = await postgres.connect(database.adminUrl);
});
afterAll(async () => {
  await real?.close();
  await sandbox?.stop();
});

interface Seen {
  readonly guess: IndexGuess;
  readonly plan: PlanFacts;
}

async function tried(from: Snapshot, some: typeof trials): Promise<readonly Seen[]> {
  const twin = await hollowOf(from);
  const session = await postgres.connect(twin.database.adminUrl);
  try {
    const trial = await postgres.hollow.whatIf(session, from);
    const seen: Seen[] = [];
    for (const [definition, sql] of some) {
      const [guess] = await trial.create([wish('public', 'papers', definition)]);
      seen.push({ guess: guess!, plan: await trial.price(sql, []) });
      await trial.drop([guess!.name]);
    }
    await trial.close();
    const { rows } = await session.query("SELECT relname FROM pg_class WHERE relname LIKE 'dbd\\_%'");
    expect(rows).toEqual([]);
    return seen;
  } finally {
    await session.close();
    await twin.sandbox.stop();
  }
}

/** Pages and plan with the index really there, its statistics gathered. */
async function built(definition: string, sql: string): Promise<{ pages: number; plan: PlanFacts }> {
  await real.query('BEGIN');
  try {
    await real.query(`CREATE INDEX it ON papers ${definition}`);
    await real.query('ANALYZE papers');
    const { rows } = await real.query<{ pages: number }>(
      `SELECT relpages AS pages FROM pg_class WHERE relname = 'it'`,
    );
    return { pages: rows[0]!.pages, plan: await postgres.stats.explain(real, sql, [], false) };
  } finally {
    await real.query('ROLLBACK');
  }
}

test('they are about as large as built ones, their plans are the same, and what they rest on is told', async () => {
  const seen = await tried(snapshot, trials);
  for (const [i, [definition, sql]] of trials.entries()) {
    const { pages, plan } = await built(definition, sql);
    const { guess, plan: own } = seen[i]!;
    expect(guess.pages / pages, definition).toBeGreaterThan(0.6);
    expect(guess.pages / pages, definition).toBeLessThan(1.7);
    expect(
      own.nodes.map((node) => node.replace(guess.name.name, 'it')),
      definition,
    ).toEqual(plan.nodes);
    expect(own.totalCost / plan.totalCost, definition).toBeGreaterThan(0.5);
    expect(own.totalCost / plan.totalCost, definition).toBeLessThan(2);
    if (!definition.includes('gin'))
      expect(guess.assumed.join(), definition).toMatch(/rows made of its columns/);
  }
});

test('an expression that fails on a value leaves the guesses of the planner', async () => {
  const [seen] = await tried(snapshot, [['(picky(mail))', "SELECT id FROM papers WHERE picky(mail) = 'x'"]]);
  expect(seen!.guess.assumed).toEqual([
    'different values of picky(mail) as the planner takes them from its columns',
  ]);
});

test('without statistics of the column nothing is made up, and the size is far off', async () => {
  const bare = { ...snapshot, columns: snapshot.columns.filter(({ column }) => column !== 'mail') };
  const [lower] = trials;
  const [seen] = await tried(bare, [lower!]);
  const { pages } = await built(...lower!);
  expect(seen!.guess.assumed.join()).not.toMatch(/made of/);
  expect(seen!.guess.pages / pages).toBeLessThan(0.6);
});
