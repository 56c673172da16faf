/** From the task to a planned change, tried on the bare structure so that its end state is a real catalog. */
import { applyChange } from '../apply/apply.ts';
import { SqlError } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Change, Wish } from '../change/model.ts';
import { planChange } from '../change/plan.ts';
import { design as designSchema } from '../design/design.ts';
import type { Design } from '../design/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import { withDeadline } from '../rehearse/doing.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import type { Task } from '../task/model.ts';
import type { Planned } from './model.ts';

/** Longest lock wait of a step, milliseconds; a limit of the task only shortens it. */
const defaultLockWaitMs = 1000;
/** Longest time the change gets on a structure without rows, milliseconds. */
const bareLimitMs = 30_000;

export interface PlanOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Bare structure of today. */
  readonly current: SandboxDatabase;
  readonly before: Catalog;
  readonly task: Task;
  /** Longest time the change may take, milliseconds. */
  readonly limitMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/**
 * Lock wait of each step, milliseconds: what the limits allow, and at most half of what a query may be blocked, since all queries
 * wait behind a step that waits for its lock.
 */
export function lockWaitOf(task: Task): number {
  const { limits } = task.requirements;
  return Math.min(
    defaultLockWaitMs,
    ...limits.flatMap((limit) => limit.lockWaitMs ?? []),
    ...limits.flatMap((limit) =>
      limit.blockedMs === undefined ? [] : Math.max(1, Math.floor(limit.blockedMs / 2)),
    ),
  );
}

/** Designs, plans and tries the change; `more` are wishes found later, such as indexes. */
export async function planTask(
  options: PlanOptions,
  more: readonly Wish[] = [],
  without: readonly string[] = [],
): Promise<Planned> {
  const { engine, task, before } = options;
  const design = designSchema({ task, catalog: before, engine });
  const wishes = [
    ...design.wishes.filter((wish) => !without.includes(wish.sql)),
    ...schemaWishes(engine, task),
    ...design.late,
    ...more,
  ];
  const first = plan(options, wishes);
  return tryOut(options, design, wishes, first);
}

function plan(
  { engine, before, sandbox, task }: PlanOptions,
  wishes: readonly Wish[],
  reverse?: readonly string[],
): Change {
  return planChange({
    engine,
    before,
    wishes,
    id: task.id,
    title: task.title,
    lockTimeoutMs: lockWaitOf(task),
    serverVersion: sandbox.serverVersion,
    rename: renamesOf(task),
    ...(reverse ? { reverse } : {}),
  });
}

/** Renames of the task; what it drops by name is no rename. */
function renamesOf({ requirements }: Task): Readonly<Record<string, string>> {
  const { rename, drop = [] } = requirements.change;
  return { ...Object.fromEntries(drop.map((target) => [target, 'no'])), ...rename };
}

/** The task's own SQL, statement by statement and in order. */
function schemaWishes(engine: Engine, task: Task): readonly Wish[] {
  const { schema } = task.requirements;
  if (schema === undefined) return [];
  return engine.grammar.split(schema).map((statement) => ({ sql: statement.sql, claims: [], reason: '' }));
}

async function tryOut(
  options: PlanOptions,
  design: Design,
  wishes: readonly Wish[],
  first: Change,
): Promise<Planned> {
  const { engine, sandbox, current } = options;
  const trial = await sandbox.createDatabase({ from: current });
  try {
    const session = await engine.connect(trial.ownerUrl, { application: 'dbd plan' });
    let after: Catalog;
    try {
      await withDeadline(
        { session, signal: options.signal, limitMs: Math.min(options.limitMs, bareLimitMs) },
        (signal) =>
          applyChange({
            engine,
            session,
            change: first,
            direction: 'up',
            emit: () => undefined,
            signal,
          }),
      );
      after = await engine.inspect(session);
      for (const { rule, broken } of design.nevers) await checkQuery(session, rule, broken);
    } finally {
      await session.close();
    }
    const unknown = first.phases.some((phase) => phase.steps.some((step) => step.undo === undefined));
    if (!unknown) return { design, change: first, after };
    const back = await engine.compare(trial.adminUrl, current.adminUrl);
    return { design, change: plan(options, wishes, back.statements), after };
  } finally {
    await sandbox.dropDatabase(trial);
  }
}

/** A function's body is not looked at when it is made: the query is planned once, so that a wrong name is told now. */
async function checkQuery(session: Session, rule: string, sql: string): Promise<void> {
  await session.query(`${sql} LIMIT 0`).catch((error: unknown) => {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError(error.code, `${rule}: ${error.message}`, error.statement, error.fields, {
      cause: error,
      hint: `Correct \`never\` of ${rule}; the row that is written is called NEW.`,
    });
  });
}
