/** Where the database that is tuned comes from: a snapshot, a running server, or a task that is not built yet. */
import { fail } from '../../base/error.ts';
import { step, type Emit } from '../../base/event.ts';
import type { Config } from '../../config/model.ts';
import type { CapturedWorkload, Engine, Session, Snapshot } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { readSnapshot } from '../../snapshot/file.ts';
import { readTask } from '../../task/task.ts';
import { GroupedCalls } from '../../tune/work/grouped.ts';
import type { TableVolume } from '../../twin/model.ts';
import { prepareQueries } from '../../workload/prepare.ts';
import { checkTaskSql } from '../check-task.ts';
import { withCurrent } from '../current/with-current.ts';
import { tunedParts } from '../measuring/tuned-parts.ts';
import type { TaskSource } from '../model.ts';
import { buildTwin } from '../twin/twin.ts';
import { planTask } from '../wanted.ts';

/** What is tuned, as it was named. */
export type TuneSource =
  | { readonly kind: 'snapshot'; readonly path: string; readonly shown: string }
  | { readonly kind: 'database'; readonly url: string }
  | { readonly kind: 'task'; readonly task: TaskSource };

/** What is known of it. */
export interface Known {
  readonly snapshot: Snapshot;
  /** For people; never with a password. */
  readonly title: string;
  /** Statements of a task's access patterns, with their targets, milliseconds. */
  readonly patterns?: { readonly captured: CapturedWorkload; readonly targets: ReadonlyMap<string, number> };
  /** A filled database that stands already, and how many rows were declared; `now` is the horizon's. */
  readonly filled?: {
    readonly sandbox: Sandbox;
    readonly database: SandboxDatabase;
    readonly volumes: readonly TableVolume[];
  };
  readonly limits: readonly string[];
}

export interface SourceOptions {
  readonly engine: Engine;
  readonly config: Config;
  readonly source: TuneSource;
  /** Rows of a task's twin. */
  readonly rows: number;
  readonly quick: boolean;
  readonly seed: number;
  /** Longest time of a statement, milliseconds. */
  readonly limitMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Statements of a running server that are looked at, busiest first. */
const mostStatements = 5000;
/** Sets of values per access pattern. */
const sets = 8;
const secondsOfDay = 86_400;

/** Does the work with what is known of the source; throws what reading it throws. */
export async function withSource<T>(options: SourceOptions, work: (known: Known) => Promise<T>): Promise<T> {
  const { source, emit } = options;
  switch (source.kind) {
    case 'snapshot': {
      const snapshot = await step(emit, 'read the snapshot', () => readSnapshot(source.path));
      return work({ snapshot, title: source.shown, limits: unseenBy(snapshot) });
    }
    case 'database': {
      const snapshot = await capture(options, source.url);
      return work({ snapshot, title: snapshot.source.database, limits: unseenBy(snapshot) });
    }
    case 'task':
      return withTask(options, source.task, work);
  }
}

/** What the reading role may not see: advice cannot rest on it. */
function unseenBy({ unseen }: Snapshot): readonly string[] {
  return unseen.map(
    ({ what, why, grant }) =>
      `Not seen are ${what}: ${why}.${grant === undefined ? '' : ` \`${grant.replace(/;$/, '')}\` opens it.`}`,
  );
}

/** Reads a running database in one read-only transaction, as `dbd snapshot` does; nothing is written to a file. */
export async function capture(
  { engine, limitMs, emit, signal }: Pick<SourceOptions, 'engine' | 'limitMs' | 'emit' | 'signal'>,
  url: string,
): Promise<Snapshot> {
  const session = await engine.connect(url, { application: 'dbd tune' });
  try {
    return await step(emit, 'read the database', () => read(engine, session, limitMs, signal));
  } catch (error) {
    if (signal.aborted) fail('interrupted', 'The work was stopped.', { cause: error });
    throw error;
  } finally {
    await session.close();
  }
}

function read(engine: Engine, session: Session, statementMs: number, signal: AbortSignal): Promise<Snapshot> {
  return engine.capture.read(session, {
    probes: [],
    statementMs,
    statements: mostStatements,
    emit: () => undefined,
    signal,
  });
}

/** The task's change is planned, built and filled; the filled database is what a snapshot is taken of. */
async function withTask<T>(
  options: SourceOptions,
  source: TaskSource,
  work: (known: Known) => Promise<T>,
): Promise<T> {
  const { engine, config, rows, quick, seed, limitMs, emit, signal } = options;
  const task = readTask(source);
  checkTaskSql(engine, task);
  if (task.requirements.access.length === 0)
    fail('usage.missing-input', 'The task declares no access pattern, so there is nothing to tune for.', {
      hint: 'Write `access:` patterns with `sql:` and `rate:` into its block.',
    });
  const { extensions } = task.requirements;
  return withCurrent({ engine, config, extensions, limitMs, emit, signal }, async (current, sandbox) => {
    const planned = await step(emit, 'design and plan the change', () =>
      planTask({
        engine,
        sandbox,
        current: current.database,
        before: current.catalog,
        task,
        limitMs,
        emit,
        signal,
      }),
    );
    if (planned.change.questions.length > 0)
      fail('usage.missing-input', 'The task has open questions, so its structure is not known.', {
        hint: '`dbd task` asks them.',
      });
    const { production } = current;
    const twin = await buildTwin({
      engine,
      sandbox,
      current: current.database,
      before: current.catalog,
      planned,
      task,
      rows,
      ...(production ? { snapshot: production.snapshot } : {}),
      config,
      seed,
      limitMs,
      emit,
      signal,
    });
    const { database } = twin.sizes.at(-1)!;
    const parts = task.requirements.access.flatMap((access) => tunedParts(engine, access));
    const session = await engine.connect(database.adminUrl, { application: 'dbd tune' });
    const { snapshot, prepared } = await (async () => ({
      snapshot: await read(engine, session, limitMs, signal),
      prepared: await prepareQueries(
        engine,
        session,
        planned.after,
        parts.map(({ query }) => query),
        { seed, sets: quick ? sets / 2 : sets },
      ),
    }))().finally(() => session.close());
    const grouped = new GroupedCalls(engine);
    for (const { name, sql, values, rate } of prepared.queries)
      for (const set of values)
        grouped.add({
          sql: `/* name: ${name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '_')} */ ${sql}`,
          parameters: set.map(textOf),
          calls: Math.max(1, Math.round((rate.perSecond * secondsOfDay) / values.length)),
        });
    return work({
      snapshot,
      title: task.id,
      patterns: {
        captured: {
          source: `access patterns of ${task.id}, at their declared rates`,
          statements: grouped.statements(),
        },
        targets: new Map(
          parts.flatMap(({ query: { name, p95 } }) => (p95 === undefined ? [] : [[name, p95] as const])),
        ),
      },
      filled: {
        sandbox,
        database,
        volumes: twin.volumes.map((volume) => ({ ...volume, now: Math.max(volume.now, volume.horizon) })),
      },
      limits: [
        'Rows and statistics are those of a twin filled from the declared volumes, not of production.',
        ...prepared.excluded.map(({ name, reason }) => `${name} could not be run: ${reason}`),
      ],
    });
  });
}

/** Drawn values are texts, numbers, or null. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
