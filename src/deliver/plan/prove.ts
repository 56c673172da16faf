/** A change is carried out on a copy, and a witness that knows nothing of the plan says where it led. */
import { applyChange } from '../../apply/apply.ts';
import { DbdError, SqlError } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import type { Change } from '../../change/model.ts';
import type { Engine, Observation, Session, WitnessDifference } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { Side, Tried } from './model.ts';

export interface ProofOptions {
  readonly engine: Engine;
  readonly from: Side;
  /** The wanted side, for a reader of another product where one is installed. */
  readonly to?: SandboxDatabase;
  /** What the witness saw of both sides. */
  readonly before: Observation;
  readonly wanted: Observation;
  readonly roles: boolean;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** What the witness sees of a side. */
export async function observed(
  engine: Engine,
  side: Pick<Side, 'sandbox' | 'database'>,
  roles: boolean,
): Promise<Observation> {
  return observedIn(engine, side.database, side.sandbox.owner, roles);
}

async function observedIn(
  engine: Engine,
  database: SandboxDatabase,
  owner: string,
  roles: boolean,
): Promise<Observation> {
  const session = await engine.connect(database.adminUrl, { application: 'dbd witness' });
  try {
    return await engine.witness.observe(session, { owner, roles });
  } finally {
    await session.close();
  }
}

/** Carries a change out on a copy of its start, looks, takes it back, and looks again; what fails is part of the result. */
export async function tried(options: ProofOptions, change: Change, form: Tried['form']): Promise<Tried> {
  const first = await triedWith(options, change, form, true);
  // Rows that do not allow a change say nothing about where it leads.
  if (!(first.failed instanceof SqlError) || !aboutRows.test(first.failed.fields.sqlstate ?? ''))
    return first;
  const bare = await triedWith(options, change, form, false);
  return bare.failed ? first : { ...bare, rows: first.failed };
}

/** SQLSTATE classes of values and promises that rows do not keep. */
const aboutRows = /^(?:22|23)/;

async function triedWith(
  options: ProofOptions,
  change: Change,
  form: Tried['form'],
  withRows: boolean,
): Promise<Tried> {
  const { engine, from, before, wanted } = options;
  const copy = await from.sandbox.createDatabase({ from: from.database });
  const look = (): Promise<Observation> => observedIn(engine, copy, from.sandbox.owner, options.roles);
  try {
    if (!withRows) await emptied(options, copy);
    const failed = await carried(options, copy, change, 'up');
    if (failed) return { change, form, failed };
    const left = engine.witness.compare(await look(), wanted);
    if (left.some(({ order }) => !order)) return { change, form, left };
    const third = options.to && (await thirdLook(engine, copy, options.to, from.sandbox.serverVersion));
    if (third && third.left.length > 0) return { change, form, left: third.left };
    const backFailed = await carried(options, copy, change, 'down');
    const back = backFailed
      ? { left: [], failed: backFailed }
      : { left: engine.witness.compare(await look(), before) };
    return { change, form, left, back, ...(third ? { third: third.by } : {}) };
  } finally {
    await from.sandbox.dropDatabase(copy);
  }
}

/** What a reader of another product finds different; undefined where none is installed that reads this server. */
async function thirdLook(
  { witness }: Engine,
  copy: SandboxDatabase,
  to: SandboxDatabase,
  serverVersion: number,
): Promise<{ readonly by: string; readonly left: readonly WitnessDifference[] } | undefined> {
  const third = await witness.third(copy.adminUrl, to.adminUrl, serverVersion);
  if (third === undefined || third.failed !== undefined) return undefined;
  const told =
    (side: 'before' | 'after') =>
    (line: string): WitnessDifference => ({
      path: `a statement of ${third.name}`,
      fact: 'its text',
      [side]: line,
    });
  return { by: third.name, left: [...third.before.map(told('before')), ...third.after.map(told('after'))] };
}

/** Takes all rows out of a copy; what its own triggers object to is found out by carrying the change out. */
async function emptied({ engine, from }: ProofOptions, copy: SandboxDatabase): Promise<void> {
  const names = from.catalog.tables
    .filter(({ kind }) => kind !== 'foreign')
    .map((table) => engine.quote.full(table));
  if (names.length === 0) return;
  const session = await engine.connect(copy.ownerUrl, { application: 'dbd plan' });
  await session
    .query(`TRUNCATE ${names.join(', ')}`)
    .catch(() => undefined)
    .finally(() => session.close());
}

/** Runs a change on a copy; what the change may fail with is handed back. `between` is what others do after each phase but the last. */
export async function carried(
  { engine, from, signal }: ProofOptions,
  copy: SandboxDatabase,
  change: Change,
  direction: 'up' | 'down',
  between?: () => Promise<void>,
): Promise<DbdError | undefined> {
  const last = change.phases.at(-1)?.number;
  const steps = change.phases.flatMap((phase) => phase.steps);
  const session = await engine.connect(copy.ownerUrl, { application: 'dbd plan' });
  const superuser = steps.some((one) => one.superuser)
    ? handing(await engine.connect(copy.adminUrl, { application: 'dbd plan' }), () =>
        engine.intake.handOver(copy.adminUrl, from.sandbox.owner),
      )
    : undefined;
  try {
    await applyChange({
      engine,
      session,
      ...(superuser ? { superuser } : {}),
      change,
      direction,
      emit: () => undefined,
      signal,
      ...(between
        ? {
            onPhase: async (phase, when) => {
              if (when === 'after' && phase.number !== last) await between();
            },
          }
        : {}),
    });
    return undefined;
  } catch (error) {
    if (error instanceof DbdError && error.code !== 'interrupted') return error;
    throw error;
  } finally {
    await Promise.all([session.close(), superuser?.close()]);
  }
}

/** A superuser's session after each of whose statements the owner can work with what it has made. */
function handing(session: Session, handOver: () => Promise<void>): Session {
  return {
    pid: session.pid,
    announced: session.announced,
    serverVersion: session.serverVersion,
    query: async (sql, values) => {
      const result = await session.query(sql, values);
      await handOver();
      return result as never;
    },
    analyse: (sql) => session.analyse(sql),
    run: async (sql) => {
      await session.run(sql);
      if (sql === 'COMMIT') await handOver();
    },
    cancel: () => session.cancel(),
    close: () => session.close(),
  };
}
