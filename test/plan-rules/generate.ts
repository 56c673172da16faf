/** Makes the plans of the labelled set on real servers, and tries what is said to cure each statement. */
import { setTimeout } from 'node:timers/promises';
import type { Snapshot } from '../../src/engine/model.ts';
import type { Session } from '../../src/engine/session/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { plans } from '../../src/engines/postgres/plans/plans.ts';
import { missOf } from '../../src/rules/plan/reading/estimates.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Cure, PlanCase, PlanSchema, StoredPlan } from './model.ts';
import type { Known } from './stored.ts';

/** The sets of one server. */
export interface Made {
  readonly plans: readonly StoredPlan[];
  readonly known: Readonly<Record<string, Known>>;
  /** Cures that did not cure, and things that were said not to help and did. */
  readonly wrong: readonly string[];
}

/** Runs all cases on a server of this major. */
export async function makePlans(
  major: number,
  schemas: readonly PlanSchema[],
  cases: readonly PlanCase[],
  say: (text: string) => void,
): Promise<Made> {
  const made: StoredPlan[] = [];
  const known: Record<string, Known> = {};
  const wrong: string[] = [];
  for (const schema of schemas) {
    const own = cases.filter((one) => one.schema === schema.name);
    if (own.length === 0) continue;
    const sandbox = await startSandbox(postgres, {
      major,
      settings: { autovacuum: 'off', shared_buffers: '256MB', track_io_timing: 'on', ...schema.settings },
    });
    try {
      const database = await build(sandbox, schema);
      known[`${schema.name}-${major}`] = await capture(database);
      say(`${schema.name} on ${major}`);
      for (const one of own) {
        try {
          const stored = await run(sandbox, database, major, one);
          made.push(stored);
          const told = judge(stored);
          if (told) wrong.push(told);
        } catch (error) {
          wrong.push(`${one.name}: ${String(error)}`);
        }
      }
    } finally {
      await sandbox.stop();
    }
  }
  return { plans: made, known, wrong };
}

async function build(sandbox: Sandbox, schema: PlanSchema): Promise<SandboxDatabase> {
  const database = await sandbox.createDatabase();
  await sandbox.installExtension(database, 'pg_trgm');
  let session = await postgres.connect(database.adminUrl);
  try {
    for (const sql of schema.statements) {
      // Counters of changes reach the server when a session ends: before ANALYZE, or it would look stale.
      if (sql.startsWith('VACUUM')) {
        await session.close();
        await setTimeout(300);
        session = await postgres.connect(database.adminUrl);
      }
      await session.query(sql);
    }
  } finally {
    await session.close();
  }
  await setTimeout(300);
  return database;
}

async function capture(database: SandboxDatabase): Promise<Known> {
  const session = await postgres.connect(database.adminUrl);
  try {
    const snapshot: Snapshot = await postgres.capture.read(session, {
      probes: [],
      statementMs: 60_000,
      statements: 1,
      emit: () => undefined,
      signal: new AbortController().signal,
    });
    const { catalog, columns, extended, relations, activity, source } = snapshot;
    return {
      catalog,
      columns,
      extended,
      relations,
      activity: activity.tables,
      serverVersion: source.versionNumber,
    };
  } finally {
    await session.close();
  }
}

async function run(
  sandbox: Sandbox,
  database: SandboxDatabase,
  major: number,
  one: PlanCase,
): Promise<StoredPlan> {
  if (one.durable) await sandbox.durable(true);
  const session = await postgres.connect(database.adminUrl, { statementTimeoutMs: 60_000 });
  try {
    const inside = <T>(work: () => Promise<T>): Promise<T> => takenBack(session, one, work);
    // The first run of a session reads the catalog and fills the cache.
    if (!one.plain && !one.cold) await inside(() => explain(session, one.sql, false));
    const released = one.blocked ? await hold(database, one.blocked) : undefined;
    const plan = await inside(() => explain(session, one.sql, one.plain === true));
    await released?.();
    const otherValues =
      one.otherValues === undefined
        ? undefined
        : await inside(() => explain(session, one.otherValues!, one.plain === true));
    const generic =
      one.generic === undefined ? undefined : await inside(() => genericPlan(session, one.generic!));
    const unchanged =
      one.unchanged === undefined ? undefined : await inside(() => count(session, one.unchanged!));
    const cure = cureOf(one);
    const cured = cure ? await tryCure(session, one, cure, plan) : undefined;
    return {
      case: one,
      major,
      plan,
      ...(otherValues === undefined ? {} : { otherValues }),
      ...(generic === undefined ? {} : { generic }),
      ...(unchanged === undefined ? {} : { unchanged }),
      ...(cured === undefined ? {} : { cured }),
    };
  } finally {
    // What was written and taken back leaves pages that are no longer visible to all.
    if (
      /\b(?:insert|update|delete)\b/i.test(
        [one.sql, ...(one.before ?? []), ...(cureOf(one)?.first ?? [])].join(' '),
      ) ||
      cureOf(one)
    )
      await session.query('VACUUM');
    await session.close();
    if (one.durable) await sandbox.durable(false);
  }
}

async function takenBack<T>(session: Session, one: PlanCase, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN');
  try {
    for (const [name, value] of Object.entries(one.settings ?? {}))
      await session.query(`SET LOCAL ${name} = '${value}'`);
    for (const sql of one.before ?? []) await session.query(sql);
    return await work();
  } finally {
    await session.query('ROLLBACK');
  }
}

async function explain(session: Session, sql: string, plain: boolean): Promise<string> {
  const options = plain
    ? 'SETTINGS, VERBOSE, FORMAT JSON'
    : 'ANALYZE, BUFFERS, WAL, SETTINGS, VERBOSE, FORMAT JSON';
  return textOf(await session.query<{ 'QUERY PLAN': unknown }>(`EXPLAIN (${options}) ${sql}`));
}

/** The plan of a prepared statement whose values are unknown. */
async function genericPlan(session: Session, sql: string): Promise<string> {
  await session.query("SET LOCAL plan_cache_mode = 'force_generic_plan'");
  await session.query(`PREPARE generic_one AS ${sql}`);
  const text = textOf(await session.query('EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE generic_one(1)'));
  await session.query('DEALLOCATE generic_one');
  return text;
}

function textOf({ rows }: { readonly rows: readonly { readonly 'QUERY PLAN': unknown }[] }): string {
  const raw = rows[0]!['QUERY PLAN'];
  return typeof raw === 'string' ? raw : JSON.stringify(raw);
}

async function count(session: Session, sql: string): Promise<{ readonly rows: number; readonly of: number }> {
  const { rows } = await session.query<{ rows: string; of: string }>(sql);
  return { rows: Number(rows[0]!.rows), of: Number(rows[0]!.of) };
}

/** What is tried on a case. */
function cureOf(one: PlanCase): Cure | undefined {
  return one.cure ?? one.noCure;
}

/** Holds rows in another session; the function waits until they were given back. */
async function hold(
  database: SandboxDatabase,
  { by, ms }: { readonly by: string; readonly ms: number },
): Promise<() => Promise<void>> {
  const other = await postgres.connect(database.adminUrl);
  await other.query('BEGIN');
  await other.query(by);
  const released = setTimeout(ms)
    .then(() => other.query('ROLLBACK'))
    .then(() => other.close());
  return () => released;
}

/** Times as fast with the cure as without, medians of five; for estimates how much smaller the worst miss is. */
async function tryCure(session: Session, one: PlanCase, cure: Cure, plan: string): Promise<number> {
  if (cure.miss !== undefined) {
    const after = await takenBack(session, one, async () => {
      for (const sql of cure.first ?? []) await session.query(sql);
      return explain(session, cure.sql ?? one.sql, false);
    });
    return worst(plan) / Math.max(1, worst(after));
  }
  const time = (with_: Cure | undefined): Promise<number> =>
    takenBack(session, { ...one, settings: { ...one.settings, ...with_?.settings } }, async () => {
      for (const sql of with_?.first ?? []) await session.query(sql);
      const times: number[] = [];
      for (let turn = 0; turn < 5; turn++) {
        await session.query('SAVEPOINT turn');
        const [read] = plans.read(await explain(session, with_?.sql ?? one.sql, false));
        times.push((read!.executionMs ?? 0) + (cure.planning ? (read!.planningMs ?? 0) : 0));
        await session.query('ROLLBACK TO turn');
      }
      return times.toSorted((a, b) => a - b)[2]!;
    });
  return (await time(undefined)) / Math.max(0.001, await time(cure));
}

function worst(text: string): number {
  const [plan] = plans.read(text);
  const misses = plan!.nodes
    .filter(({ actual }) => (actual?.rows ?? 0) >= 100 || actual?.loops === 1)
    .map((node) => missOf(node)?.ratio ?? 1);
  return Math.max(1, ...misses);
}

/** What is wrong with a label, if anything is. */
function judge({ case: one, cured, major }: StoredPlan): string | undefined {
  if (cured === undefined) return undefined;
  const said = `${one.name} (${major}): ${cured.toFixed(2)} times`;
  if (one.cure) return cured < (one.cure.gain ?? 2) ? `${said} with the cure` : undefined;
  return cured >= 2 ? `${said} with what should not help` : undefined;
}
