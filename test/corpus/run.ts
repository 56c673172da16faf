/** Takes a pair from one structure to the other on a copy, and says where that led. */
import type {
  Observation,
  PlannedStatement,
  Rename,
  Session,
  WitnessDifference,
} from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import type { Pair } from './read.ts';
import { lostValues, rowsOf } from './rows.ts';

export interface Verdict {
  readonly pair: string;
  readonly direction: 'there' | 'back';
  /** `silent`: the witness sees nothing, and another product's reader does. */
  readonly verdict: 'converged' | 'silent' | 'refused' | 'failed' | 'different' | 'values' | 'not loaded';
  /** The plan's own reading saw nothing wrong. */
  readonly told: string;
  readonly statements: readonly string[];
}

/** Roles that pairs grant to. */
export const pairRoles = ['reader', 'writer', '"Team ""X"""'] as const;

export async function makeRoles(sandbox: Sandbox): Promise<void> {
  const database = await sandbox.createDatabase();
  await withSession(database.adminUrl, (session) =>
    session.run(
      pairRoles
        .map((role) => `CREATE ROLE ${role} NOLOGIN; GRANT ${role} TO ${sandbox.owner} WITH ADMIN OPTION`)
        .join(';'),
    ),
  );
  await sandbox.dropDatabase(database);
}

async function withSession<T>(url: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await postgres.connect(url, { application: 'corpus', statementTimeoutMs: 20_000 });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

type Altered = (statements: readonly PlannedStatement[]) => readonly PlannedStatement[];

/** Both directions of a pair that has a database for itself. */
export async function runPair(
  sandbox: Sandbox,
  pair: Pair,
  altered: Altered = (statements) => statements,
): Promise<readonly Verdict[]> {
  const made: SandboxDatabase[] = [];
  const make = async (from?: SandboxDatabase): Promise<SandboxDatabase> => {
    const database = await sandbox.createDatabase(from ? { from } : {});
    made.push(database);
    return database;
  };
  try {
    const [from, to] = [await make(), await make()];
    try {
      await load(sandbox, from, pair, pair.from);
      await load(sandbox, to, pair, pair.to);
    } catch (error) {
      return [verdict(pair, 'there', 'not loaded', said(error), [])];
    }
    const there = await runDirection(sandbox, pair, 'there', from, to, make, altered);
    if (pair.only === 'there') return [there];
    return [there, await runDirection(sandbox, pair, 'back', to, from, make, altered)];
  } finally {
    for (const database of made) await dropped(sandbox, database);
  }
}

/** Both directions of many pairs in one database, each in a schema of its own; where not all converge, each alone. */
export async function runTogether(sandbox: Sandbox, pairs: readonly Pair[]): Promise<readonly Verdict[]> {
  const all = together(pairs);
  const verdicts = await runPair(sandbox, all);
  if (verdicts.every(({ verdict: kind }) => kind === 'converged'))
    return pairs.flatMap((pair) => verdicts.map((one) => ({ ...one, pair: pair.name })));
  const found: Verdict[] = [];
  for (const pair of pairs) found.push(...(await runPair(sandbox, pair)));
  // What goes wrong only in company is a fault as well.
  return found.every(({ verdict: kind }) => kind === 'converged')
    ? [...found, ...verdicts.filter(({ verdict: kind }) => kind !== 'converged')]
    : found;
}

function together(pairs: readonly Pair[]): Pair {
  const side = (which: 'from' | 'to'): string =>
    pairs
      .map((pair, at) => `CREATE SCHEMA p${at}; SET search_path = p${at};\n${pair.both}\n${pair[which]}`)
      .join('\n');
  return {
    ...pairs[0]!,
    name: `together: ${pairs.map(({ name }) => name).join(', ')}`,
    both: '',
    from: side('from'),
    to: side('to'),
    values: pairs.flatMap(({ values }, at) => values.map((value) => `p${at}.${value}`)),
  };
}

/** A subscription keeps its database, whatever it is connected to. */
async function dropped(sandbox: Sandbox, database: SandboxDatabase): Promise<void> {
  await withSession(database.adminUrl, async (session) => {
    const { rows } = await session.query<{ name: string }>(
      `SELECT quote_ident(subname) AS name FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    for (const { name } of rows) {
      await session.run(`ALTER SUBSCRIPTION ${name} DISABLE`);
      await session.run(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
      await session.run(`DROP SUBSCRIPTION ${name}`);
    }
  });
  await sandbox.dropDatabase(database);
}

async function load(sandbox: Sandbox, database: SandboxDatabase, pair: Pair, sql: string): Promise<void> {
  for (const extension of pair.extensions) await sandbox.installExtension(database, extension);
  await withSession(pair.superuser ? database.adminUrl : database.ownerUrl, (session) =>
    session.run(`${pair.both}\n${sql}`),
  );
}

async function runDirection(
  sandbox: Sandbox,
  pair: Pair,
  direction: 'there' | 'back',
  start: SandboxDatabase,
  goal: SandboxDatabase,
  make: (from?: SandboxDatabase) => Promise<SandboxDatabase>,
  altered: Altered,
): Promise<Verdict> {
  // Who loads is who runs the change.
  const owner = pair.superuser ? new URL(start.adminUrl).username : sandbox.owner;
  const renames = direction === 'there' ? pair.renames : pair.renames.map(turned);
  const signal = AbortSignal.timeout(60_000);
  let statements: readonly PlannedStatement[] = [];
  const end = (kind: Verdict['verdict'], told: string): Verdict =>
    verdict(
      pair,
      direction,
      kind,
      told,
      statements.map(({ sql }) => sql),
    );
  try {
    const planned = await postgres.planner.plan(
      { adminUrl: start.adminUrl, owner },
      { adminUrl: goal.adminUrl, owner },
      { renames, roles: false, signal },
    );
    statements = altered(planned.statements);
    if (planned.refused.length > 0)
      return end(
        pair.refused ? 'converged' : 'refused',
        planned.refused.map(({ path, why }) => `${path}: ${why}`).join('; '),
      );
  } catch (error) {
    return end('failed', `planner: ${said(error)}`);
  }
  const copy = await make(pair.shared ? undefined : start);
  if (pair.shared) await load(sandbox, copy, pair, direction === 'there' ? pair.from : pair.to);
  const wanted = await observed(goal, owner);
  const before = await withSession(copy.adminUrl, rowsOf);
  try {
    await applied(copy, statements, pair.superuser ? copy.adminUrl : copy.ownerUrl);
  } catch (error) {
    return end('failed', said(error));
  }
  const left = postgres.witness.compare(await observed(copy, owner), wanted).filter(({ order }) => !order);
  if (left.length > 0) return end('different', left.slice(0, 8).map(printed).join('; '));
  const third = await postgres.witness.third(copy.adminUrl, goal.adminUrl, sandbox.serverVersion);
  if (third && (third.failed ?? third.before[0] ?? third.after[0]) !== undefined)
    return end(
      'silent',
      `${third.name}: ${third.failed ?? ''} ${third.before.slice(0, 4).join(' | ')} instead of ${third.after.slice(0, 4).join(' | ')}`,
    );
  const lost = await withSession(copy.adminUrl, async (session) =>
    lostValues(session, before, await rowsOf(session), renames, pair.values),
  );
  return lost.length > 0 ? end('values', lost.join('; ')) : end('converged', '');
}

function turned({ kind, from, to }: Rename): Rename {
  return { kind, from: to!, to: from };
}

async function observed(database: SandboxDatabase, owner: string): Promise<Observation> {
  return withSession(database.adminUrl, (session) => postgres.witness.observe(session, { owner }));
}

/** The statements as a person would run them: in transactions as far as they allow it, by the owner as far as it may. */
export async function applied(
  copy: SandboxDatabase,
  statements: readonly PlannedStatement[],
  url: string,
): Promise<void> {
  await withSession(url, (owner) =>
    withSession(copy.adminUrl, async (superuser) => {
      let open: Session | undefined;
      // Bodies that are texts name their tables as the search path of their author finds them.
      for (const each of [owner, superuser]) await each.run('SET check_function_bodies = off');
      const close = async (): Promise<void> => {
        await open?.run('COMMIT');
        open = undefined;
      };
      for (const statement of statements) {
        const session = statement.superuser ? superuser : owner;
        if (statement.alone !== undefined || open !== session) await close();
        if (statement.alone !== 'outside' && open === undefined) {
          await session.run('BEGIN');
          open = session;
        }
        await session.run(statement.sql).catch((cause: unknown) => {
          throw new Error(`${said(cause)} — ${statement.sql}`, { cause });
        });
        if (statement.alone === 'own transaction') await close();
      }
      await close();
    }),
  );
}

export function printed({ path, fact, before, after }: WitnessDifference): string {
  return `${path} ${fact}: ${before ?? 'missing'} instead of ${after ?? 'missing'}`;
}

function verdict(
  pair: Pair,
  direction: Verdict['direction'],
  kind: Verdict['verdict'],
  told: string,
  statements: readonly string[],
): Verdict {
  return { pair: pair.name, direction, verdict: kind, told, statements };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
