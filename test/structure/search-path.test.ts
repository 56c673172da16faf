/** Databases whose own search path finds another schema before `public`, where both hold tables of the same names. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import type { Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { writeSnapshot } from '../../src/snapshot/file.ts';
import { snapshotQueries } from '../../src/snapshot/workload/workload.ts';
import { measureFidelity } from '../../src/twin/fidelity/fidelity.ts';
import { makeHollow } from '../../src/twin/hollow/hollow.ts';
import { restoredDatabase } from '../../src/twin/restored.ts';
import { filledDatabase } from '../../src/twin/sampled/sampled.ts';
import { filesIn, rehearse, scratch } from '../deliver/delivery.ts';
import { call } from '../faces/call.ts';
import { testSandbox } from '../support/database.ts';
import { asked, captured, sourceDatabase } from './sources.ts';

const common = { engine: postgres, emit: (): void => undefined, signal: new AbortController().signal };

const owner = `
CREATE SCHEMA tenant;
CREATE TABLE tenant.parents (id bigint PRIMARY KEY, made_on date NOT NULL);
CREATE TABLE public.parents (id bigint PRIMARY KEY, word text NOT NULL UNIQUE);
CREATE TABLE tenant.items (id bigint PRIMARY KEY, parent_id bigint NOT NULL REFERENCES tenant.parents, amount numeric(8, 2) NOT NULL);
CREATE TABLE public.items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent_id bigint NOT NULL REFERENCES public.parents, state text NOT NULL);
INSERT INTO tenant.parents SELECT n, '2026-01-01'::date + n::int FROM generate_series(1, 7) n;
INSERT INTO public.parents SELECT n, 'w' || n FROM generate_series(1, 40) n;
INSERT INTO tenant.items SELECT n, 1 + n % 7, n * 1.25 FROM generate_series(1, 70) n;
INSERT INTO public.items (parent_id, state) SELECT 1 + n % 40, CASE WHEN n % 4 = 0 THEN 'open' ELSE 'done' END FROM generate_series(1, 400) n;
CREATE MATERIALIZED VIEW tenant.sums AS SELECT parent_id, count(*) AS n FROM tenant.items GROUP BY 1;
CREATE MATERIALIZED VIEW public.sums AS SELECT parent_id, count(*) AS n FROM public.items GROUP BY 1;
ANALYZE;`;
const counts = `
SELECT format('%s %s %s %s', (SELECT count(*) FROM public.items), (SELECT count(*) FROM tenant.items),
  (SELECT count(*) FROM public.sums), (SELECT count(*) FROM tenant.sums))`;

let snapshot: Snapshot;
let file: string;
let folder: string;

beforeAll(async () => {
  const database = await sourceDatabase(await testSandbox(), {
    owner,
    admin: 'ALTER DATABASE the_database SET search_path = tenant, public',
  });
  const called = { calls: 10, totalMs: 1, meanMs: 0.1, minMs: 0.1, maxMs: 0.1, deviationMs: 0, cut: false };
  const pages = { hit: 20, read: 0, dirtied: 0, written: 0, tempRead: 0, tempWritten: 0 };
  const taken = await captured(database);
  snapshot = {
    ...taken,
    workload: {
      source: 'the test',
      statements: [
        { id: '1', sql: 'SELECT max(amount) FROM items', rows: 10, samples: [], ...called, ...pages },
        { id: '2', sql: 'SELECT max(state) FROM public.items', rows: 10, samples: [], ...called, ...pages },
      ],
    },
  };
  folder = scratch();
  file = join(folder, 'prod.dbds');
  await writeSnapshot(file, snapshot);
});

/** What a query says in a session of the owner, with names as we or as the application looks them up. */
async function answer(url: string, sql: string, names: 'public' | 'database'): Promise<unknown> {
  const session: Session = await postgres.connect(url, { names });
  try {
    return Object.values((await session.query(sql)).rows[0] ?? {})[0];
  } finally {
    await session.close();
  }
}

const itemsOf = `SELECT 'items'::regclass::oid = 'public.items'::regclass::oid`;

test('the path is captured once, as the database has it', () => {
  expect(snapshot.settings.filter(({ name }) => name === 'search_path')).toEqual([
    expect.objectContaining({ value: 'tenant, public', from: 'database' }),
  ]);
});

test('our sessions find public first on a copy too, the application’s find what production finds', async () => {
  const sandbox = await testSandbox();
  const { database, differences } = await restoredDatabase({ ...common, sandbox, snapshot });
  expect(differences).toEqual([]);
  const copy = await sandbox.createDatabase({ from: database });
  for (const { ownerUrl } of [database, copy]) {
    expect(await answer(ownerUrl, itemsOf, 'public')).toBe(true);
    expect(await answer(ownerUrl, itemsOf, 'database')).toBe(false);
    expect(await answer(ownerUrl, 'SHOW search_path', 'database')).toBe('tenant, public');
  }
  expect(await asked(copy, 'SHOW search_path')).toEqual(['pg_catalog, public']);
});

test('a hollow twin has the figures of both, and experiments meet the one that they name', async () => {
  const twin = await makeHollow({ ...common, snapshot });
  try {
    expect(twin.leftOut.map(({ path }) => path)).toEqual(['role dbd_admin']);
    const session = await postgres.connect(twin.url);
    const rows = async (from: string): Promise<unknown> =>
      (await session.query(`EXPLAIN SELECT * FROM ${from}`)).rows[0]?.['QUERY PLAN'];
    try {
      expect(await rows(postgres.quote.name({ schema: 'public', name: 'items' }))).toContain(' rows=400 ');
      expect(await rows('tenant.items')).toContain(' rows=70 ');
    } finally {
      await session.close();
    }
    const admin = await postgres.connect(twin.database.adminUrl);
    const trial = await postgres.hollow.whatIf(admin, snapshot);
    try {
      const [made] = await trial.create([
        { table: { schema: 'public', name: 'items' }, definition: '(state)', unique: false },
      ]);
      expect(made).toBeDefined();
    } finally {
      await trial.close();
      await admin.close();
    }
  } finally {
    await twin.sandbox.stop();
  }
});

describe('rows', () => {
  test('of a filled twin go where they belong, and its queries ask the right tables', async () => {
    const sandbox = await testSandbox();
    const made = await filledDatabase({ ...common, snapshot, sandbox, seed: 1, scale: 1 });
    expect(await asked(made.database, counts)).toEqual(['400 70 40 7']);
    const session = await postgres.connect(made.url, { readOnly: true });
    const { queries, excluded } = await snapshotQueries({
      engine: postgres,
      session,
      snapshot,
      leftOut: made.leftOut,
      seed: 1,
    }).finally(() => session.close());
    expect(excluded).toEqual([]);
    const fidelity = await measureFidelity({
      ...common,
      snapshot,
      twin: { url: made.url, adminUrl: made.database.adminUrl },
      workload: queries,
      scale: 1,
      kind: 'filled',
    });
    expect(fidelity.statistics.beyond.map(({ relation }) => relation)).toEqual([]);
    expect(fidelity.queries.map(({ replay }) => replay?.rows.direct)).toEqual([1, 1]);
  });

  test('of a seed too', async () => {
    const { output } = await run('seed', { snapshot: file, kind: 'development', rows: 60 }, { cwd: folder });
    const rows = output['rows'] as Readonly<Record<string, number>>;
    expect(rows['public.items']).toBe(60);
    expect(rows['tenant.items']).toBeGreaterThan(0);
  });
});

describe('a rehearsal', () => {
  const wayBack = 'ALTER TABLE "tenant"."items" DROP COLUMN "note";\nDROP TABLE "tenant"."made";\n';
  test('of files means what the files mean in production', async () => {
    const path = join(folder, 'up.sql');
    writeFileSync(
      path,
      'ALTER TABLE items ADD COLUMN note text;\nCREATE TABLE made (id bigint PRIMARY KEY);\n',
    );
    const { report, verdicts, out } = await rehearse({ files: [path], snapshot: file, rows: 300 });
    expect(verdicts).toMatchObject({ runs: 'proven' });
    expect(filesIn(out)['down.sql']).toBe(wayBack);
    expect(report.meta.limits.join('\n')).toContain('The database finds tenant before public');
  });

  test('of a command too', async () => {
    const path = join(folder, 'migrate.mjs');
    const pg = resolve('node_modules/pg/lib/index.js');
    writeFileSync(
      path,
      `import pg from ${JSON.stringify(pg)};
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await client.query('ALTER TABLE items ADD COLUMN note text');
await client.query('CREATE TABLE made (id bigint PRIMARY KEY, amount numeric)');
await client.end();
`,
    );
    const words = ['rehearse', '--quick', '--snapshot', file, '--rows', '300', '--no-load', '--json'];
    const out = scratch();
    const { stdout, stderr } = await call([...words, '--out', out, '--', 'node', path], { cwd: folder });
    expect(stderr, stdout).not.toContain('relation');
    const said = JSON.parse(stdout) as { claims: { id: string; verdict: string }[] };
    expect(said.claims, stdout).toContainEqual(expect.objectContaining({ id: 'runs', verdict: 'proven' }));
    expect(filesIn(out)['down.sql']).toBe(wayBack);
  });
});
