import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Planned, Rename } from '../../src/engine/model.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { pairsIn } from '../corpus/read.ts';
import { applied, makeRoles, runPair, runTogether, type Verdict } from '../corpus/run.ts';
import { need } from '../support/require.ts';

const folder = new URL('pairs/', import.meta.url).pathname;
const pairsOf = (file: string) => pairsIn(file, readFileSync(`${folder}${file}.sql`, 'utf8'));
const debian = '/usr/lib/postgresql/15/bin';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox(postgres);
  await makeRoles(sandbox);
});
afterAll(() => sandbox.stop());

/** No statement reaches this: an existing table keeps its columns as its own. */
const unreachable = 'inheritance/the parent goes and the child stays';

const all = ['mixed', 'renames', 'partitions', 'inheritance'].flatMap(pairsOf);

const shown = (verdicts: readonly Verdict[]) =>
  verdicts.map(({ pair, direction, verdict, told }) => `${pair} ${direction}: ${verdict} ${told}`);

test('pairs on PostgreSQL 18 converge in both directions, with their rows', async () => {
  const pairs = all.filter(({ alone, name }) => !alone && name !== unreachable);
  const verdicts = await runTogether(sandbox, pairs);
  expect(verdicts).toHaveLength(2 * pairs.length);
  expect(shown(verdicts.filter(({ verdict }) => verdict !== 'converged'))).toEqual([]);
});

test.each(all.filter(({ alone }) => alone).map((pair) => [pair.name, pair] as const))(
  '%s on PostgreSQL 18 converges in both directions',
  async (_name, pair) => {
    expect(shown((await runPair(sandbox, pair)).filter(({ verdict }) => verdict !== 'converged'))).toEqual(
      [],
    );
  },
);

test('what no statement reaches is refused by name', async () => {
  const verdicts = await runPair(
    sandbox,
    all.find(({ name }) => name === unreachable)!,
  );
  expect(shown(verdicts)).toEqual([
    `${unreachable} there: converged `,
    expect.stringMatching(/ back: refused table public\.c inherits: .*id, t$/),
  ]);
});

test.skipIf(!need(existsSync(debian), 'PostgreSQL 15 of Debian'))(
  'pairs on PostgreSQL 15 converge in both directions, with their rows',
  async () => {
    const old = await startSandbox(postgres, { named: debian });
    try {
      await makeRoles(old);
      const pairs = all.filter(({ alone, since, name }) => !alone && since <= 15 && name !== unreachable);
      const verdicts = await runTogether(old, pairs);
      expect(verdicts).toHaveLength(2 * pairs.length);
      expect(shown(verdicts.filter(({ verdict }) => verdict !== 'converged'))).toEqual([]);
    } finally {
      await old.stop();
    }
  },
);

async function made(sql: string) {
  const database = await sandbox.createDatabase();
  const session = await postgres.connect(database.ownerUrl);
  await session.run(sql).finally(() => session.close());
  return database;
}

async function planned(from: string, to: string, renames: readonly Rename[] = []): Promise<Planned> {
  const [before, after] = [await made(from), await made(to)];
  const side = ({ adminUrl }: { readonly adminUrl: string }) => ({ adminUrl, owner: sandbox.owner });
  return postgres.planner.plan(side(before), side(after), {
    renames,
    roles: false,
    signal: new AbortController().signal,
  });
}

const sqlOf = ({ statements }: Planned): readonly string[] => statements.map(({ sql }) => sql);

test('asks about likely renames, says what is lost without an answer, and asks nothing when told that it is none', async () => {
  const [from, to] = [
    'CREATE TABLE t (id int, email text NOT NULL, n int)',
    'CREATE TABLE t (id int, mail text NOT NULL, n int)',
  ];
  const asked = await planned(from, to);
  expect(asked.questions).toEqual([
    { kind: 'column', from: 'public.t.email', to: 'public.t.mail', likeness: expect.closeTo(0.95, 1) },
  ]);
  expect(asked.statements.map(({ does, loses }) => [does, loses])).toEqual([
    ['make', undefined],
    ['drop', 'the values of the column email'],
  ]);
  const column = { kind: 'column', from: 'public.t.email' } as const;
  expect((await planned(from, to, [{ ...column, to: undefined }])).questions).toEqual([]);
  const answered = await planned(from, to, [{ ...column, to: 'public.t.mail' }]);
  expect(answered.questions).toEqual([]);
  expect(sqlOf(answered)).toEqual([
    'ALTER TABLE public.t RENAME COLUMN email TO mail',
    'ALTER TABLE public.t RENAME CONSTRAINT t_email_not_null TO t_mail_not_null',
  ]);
  const wrong = await planned(from, to, [{ ...column, from: 'public.t.gone', to: 'public.t.mail' }]);
  expect(wrong.refused).toEqual([
    { path: 'column public.t.gone', why: 'there is nothing of this name to rename' },
  ]);
});

test('does not ask about unlike things', async () => {
  const { questions } = await planned(
    'CREATE TABLE t (id int, a int); CREATE TABLE u (x int, y int)',
    'CREATE TABLE t (id int, b text); CREATE TABLE w (p text, q text)',
  );
  expect(questions).toEqual([]);
});

test('writes what a table is made of where it is made, and its keys to others behind', async () => {
  expect(
    sqlOf(
      await planned(
        '',
        `CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Na""me" text NOT NULL DEFAULT 'x', b int CHECK (b > 0) REFERENCES a2 (id));`.replace(
          /^/,
          'CREATE TABLE a2 (id int PRIMARY KEY);',
        ),
      ),
    ),
  ).toEqual([
    `CREATE TABLE public.a (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  "Na""me" text NOT NULL DEFAULT 'x'::text,
  b integer,
  CONSTRAINT a_b_check CHECK ((b > 0)),
  CONSTRAINT a_pkey PRIMARY KEY (id)
)`,
    'CREATE TABLE public.a2 (\n  id integer NOT NULL,\n  CONSTRAINT a2_pkey PRIMARY KEY (id)\n)',
    'ALTER TABLE public.a ADD CONSTRAINT a_b_fkey FOREIGN KEY (b) REFERENCES public.a2(id)',
  ]);
});

test('writes nothing to either side, and a plan that lacks a statement leaves a difference', async () => {
  const [from, to] = [
    await made('CREATE TABLE t (a int)'),
    await made('CREATE TABLE u (b bigint DEFAULT 3)'),
  ];
  const side = ({ adminUrl }: { readonly adminUrl: string }) => ({ adminUrl, owner: sandbox.owner });
  const observed = async (database: { readonly adminUrl: string }) => {
    const session = await postgres.connect(database.adminUrl);
    return postgres.witness.observe(session, { owner: sandbox.owner }).finally(() => session.close());
  };
  const before = await observed(from);
  const { statements } = await postgres.planner.plan(side(from), side(to), {
    renames: [
      { kind: 'table', from: 'public.t', to: 'public.u' },
      { kind: 'column', from: 'public.t.a', to: 'public.u.b' },
    ],
    roles: false,
    signal: new AbortController().signal,
  });
  expect(postgres.witness.compare(before, await observed(from))).toEqual([]);
  expect(statements.map(({ does }) => does)).toEqual(['rename', 'rename', 'alter', 'make']);
  for (const left of statements.keys()) {
    const copy = await sandbox.createDatabase({ from });
    const rest = statements.filter((_statement, at) => at !== left);
    // A statement may need the one that is missing: that shows it as well.
    const alike = await applied(copy, rest, copy.ownerUrl).then(
      async () => postgres.witness.compare(await observed(copy), await observed(to)).length === 0,
      () => false,
    );
    expect([statements[left]!.sql, alike]).toEqual([statements[left]!.sql, false]);
  }
});
