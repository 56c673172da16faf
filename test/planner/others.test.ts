import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Planned, Rename } from '../../src/engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { pairsIn, together, type Pair } from './others/pairs.ts';

const own = await pairsIn('./own.sql');
const alone = await pairsIn('./alone.sql');
const roles = ['app1', 'app2', 'app3'];

// The corpus looks at 15 on every run; these pairs do with `npm run corpus`.
const majors = process.env.DBD_WHOLE === '1' ? [18, 15] : [18];

describe.each(majors)('kinds beside tables on PostgreSQL %i', (major) => {
  let here: Sandbox;
  let there: Sandbox;
  const extra = new Set<string>();

  beforeAll(async () => {
    await postgres.grammar.ready();
    const request = major === 18 ? {} : { major };
    [here, there] = await Promise.all([startSandbox(postgres, request), startSandbox(postgres, request)]);
  }, 60_000);
  afterAll(() => Promise.all([here.stop(), there.stop()]));

  async function loaded(sandbox: Sandbox, text: string): Promise<SandboxDatabase> {
    const database = await sandbox.createDatabase();
    const options = {
      text: `${roles.map((role) => `GRANT ${role} TO CURRENT_USER;`).join('\n')}\n${text}`,
      place: 'pair.sql',
      installExtension: (name: string, schema?: string, version?: string) =>
        sandbox.installExtension(database, name, {
          ...(schema === undefined ? {} : { schema }),
          ...(version === undefined ? {} : { version }),
        }),
      whole: { adminUrl: database.adminUrl },
    };
    const result = await postgres.intake
      .script(database.ownerUrl, options)
      .catch((error: unknown) => clean(sandbox, [database]).then(() => Promise.reject(error)));
    for (const role of result.roles ?? []) extra.add(role);
    expect(result.leftOut.filter((left) => !/default_tablespace/.test(left))).toEqual([]);
    return database;
  }

  interface At {
    readonly sandbox: Sandbox;
    readonly database: SandboxDatabase;
  }

  async function planned(
    from: At,
    to: At,
    withRoles: boolean,
    renames: readonly Rename[] = [],
  ): Promise<Planned> {
    const side = ({ sandbox, database }: At) => ({ adminUrl: database.adminUrl, owner: sandbox.owner });
    return postgres.planner.plan(side(from), side(to), {
      renames,
      roles: withRoles,
      signal: new AbortController().signal,
    });
  }

  async function applied({ statements }: Planned, { sandbox, database }: At): Promise<void> {
    const owner = await postgres.connect(database.ownerUrl);
    const admin = await postgres.connect(database.adminUrl);
    try {
      for (const { sql, superuser } of statements) {
        await (superuser ? admin : owner).query(sql);
        if (superuser) await postgres.intake.handOver(database.adminUrl, sandbox.owner);
      }
    } finally {
      await Promise.all([owner.close(), admin.close()]);
    }
  }

  async function differences(a: At, b: At, withRoles: boolean) {
    const observe = async ({ sandbox, database }: At) => {
      const session = await postgres.connect(database.adminUrl);
      return postgres.witness
        .observe(session, { owner: sandbox.owner, roles: withRoles })
        .finally(() => session.close());
    };
    return postgres.witness.compare(await observe(a), await observe(b));
  }

  async function led(from: At, to: At, withRoles: boolean): Promise<Planned> {
    if (!withRoles) await made(from.database);
    const plan = await planned(from, to, withRoles);
    expect(plan.refused).toEqual([]);
    await applied(plan, from);
    expect(await differences(from, to, withRoles)).toEqual([]);
    expect((await planned(from, to, withRoles)).statements).toEqual([]);
    return plan;
  }

  /** The way there and the way back. */
  async function bothWays({ from, to }: Pair): Promise<readonly Planned[]> {
    const one = { sandbox: here, database: await loaded(here, from) };
    const other = { sandbox: there, database: await loaded(there, to) };
    const again = { sandbox: here, database: await here.createDatabase({ from: one.database }) };
    try {
      return [await led(one, other, false), await led(other, again, false)];
    } finally {
      await clean(here, [again.database, one.database]);
      await clean(there, [other.database]);
    }
  }

  async function oneWay(from: string, to: string): Promise<void> {
    const one = { sandbox: here, database: await loaded(here, from) };
    const other = { sandbox: there, database: await loaded(there, to) };
    try {
      await led(one, other, true);
    } finally {
      await clean(here, [one.database]);
      await clean(there, [other.database]);
    }
  }

  /** Roles that the wanted side names are taken for granted. */
  async function made({ adminUrl }: SandboxDatabase): Promise<void> {
    const admin = await postgres.connect(adminUrl);
    for (const role of extra)
      await admin.run(
        `DO $$ BEGIN CREATE ROLE ${postgres.quote.identifier(role)}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
      );
    await admin.close();
    await postgres.intake.handOver(adminUrl, here.owner);
  }

  async function clean(sandbox: Sandbox, databases: readonly SandboxDatabase[]): Promise<void> {
    for (const [at, database] of databases.entries()) {
      const admin = await postgres.connect(database.adminUrl);
      const { rows } = await admin.query<{ name: string }>(
        `SELECT quote_ident(rolname) AS name FROM pg_roles WHERE oid >= 16384 AND NOT rolsuper AND rolname <> $1`,
        [sandbox.owner],
      );
      for (const { name } of rows) await admin.run(`DROP OWNED BY ${name} CASCADE`);
      if (at === databases.length - 1) {
        for (const { name } of rows) await admin.run(`DROP ROLE ${name}`);
        await admin.run('ALTER ROLE CURRENT_USER RESET ALL');
      }
      await admin.close();
      await sandbox.dropDatabase(database);
    }
    extra.clear();
  }

  test('lead from one structure to the other and back, side by side in one database', async () => {
    expect(own.length).toBeGreaterThanOrEqual(50);
    for (const { statements } of await bothWays(together(own)))
      expect(statements.length).toBeGreaterThan(100);
  }, 60_000);

  test.each(alone.map((pair: Pair) => [pair.name, pair] as const))(
    '%s: there and back',
    async (name, pair) => {
      const { common } = pair;
      const [from, to] = [common + pair.from, common + pair.to];
      if (name !== 'roles') await bothWays({ ...pair, from, to });
      else {
        await oneWay(from, to);
        await oneWay(to, from);
      }
    },
    60_000,
  );

  test('what cannot be planned is refused by name, and equal on both sides it is none of our business', async () => {
    const common =
      'CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw; GRANT USAGE ON FOREIGN SERVER s TO app1;';
    const mapping = (secret: string) =>
      `CREATE USER MAPPING FOR app1 SERVER s OPTIONS (user 'bob', password '${secret}');`;
    const one = { sandbox: here, database: await loaded(here, common + mapping('one')) };
    const other = { sandbox: there, database: await loaded(there, common + mapping('two')) };
    const same = { sandbox: here, database: await here.createDatabase({ from: one.database }) };
    try {
      const plan = await planned(one, other, false);
      expect(plan.refused).toEqual([
        { path: 'user mapping s for app1', why: 'one of its options is a secret, which nobody prints' },
      ]);
      expect(JSON.stringify(plan)).not.toMatch(/'one'|'two'/);
      expect(await planned(one, same, false)).toMatchObject({ statements: [], refused: [] });
    } finally {
      await clean(here, [same.database, one.database]);
      await clean(there, [other.database]);
    }
  });

  test('labels and attributes are asked about, and renamed when answered', async () => {
    const one = {
      sandbox: here,
      database: await loaded(
        here,
        "CREATE TYPE mood AS ENUM ('ok', 'bad'); CREATE TYPE place AS (x int, y int); CREATE TABLE t (m mood, p place);",
      ),
    };
    const other = {
      sandbox: there,
      database: await loaded(
        there,
        "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TYPE place AS (x int, z int); CREATE TABLE t (m mood, p place);",
      ),
    };
    try {
      const asked = await planned(one, other, false);
      expect(asked.questions.map(({ kind, from, to }) => `${kind} ${from} ${to}`).toSorted()).toEqual([
        'attribute public.place.y public.place.z',
        'label public.mood.bad public.mood.sad',
      ]);
      expect(asked.statements.map(({ because }) => because).join()).toContain(
        "a row with 'bad' makes this fail",
      );
      const plan = await planned(one, other, false, asked.questions);
      expect(plan.statements.map(({ sql }) => sql)).toEqual([
        "ALTER TYPE public.mood RENAME VALUE 'bad' TO 'sad'",
        'ALTER TYPE public.place RENAME ATTRIBUTE y TO z',
      ]);
      await applied(plan, one);
      expect(await differences(one, other, false)).toEqual([]);
    } finally {
      await clean(here, [one.database]);
      await clean(there, [other.database]);
    }
  });

  test('a statement that is left out is missed by the witness', async () => {
    const one = {
      sandbox: here,
      database: await loaded(here, 'CREATE VIEW v AS SELECT 1 AS a; GRANT SELECT ON v TO app1;'),
    };
    const other = {
      sandbox: there,
      database: await loaded(there, 'CREATE VIEW v AS SELECT 1 AS a, 2 AS b;'),
    };
    try {
      const plan = await planned(one, other, false);
      expect(plan.statements.map(({ sql }) => sql.replaceAll(/\s+/g, ' '))).toEqual([
        'CREATE OR REPLACE VIEW public.v AS SELECT 1 AS a, 2 AS b',
        'REVOKE SELECT ON TABLE public.v FROM app1',
      ]);
      await applied({ ...plan, statements: plan.statements.slice(0, 1) }, one);
      expect(await differences(one, other, false)).toHaveLength(1);
    } finally {
      await clean(here, [one.database]);
      await clean(there, [other.database]);
    }
  });
});
