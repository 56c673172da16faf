/** Executes a change on a database; the rehearsal uses this very runner. */
import { fail, SqlError } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import type { Change } from '../change/model.ts';
import type { Engine, Seen, Session, Watcher } from '../engine/model.ts';
import { withRetries } from './locks.ts';
import type { StatementRun } from './model.ts';
import { unitsOf, type Direction, type Unit, type UnitStep } from './units.ts';
import { observed, observedOutside } from './observe.ts';

export interface ApplyOptions {
  readonly engine: Engine;
  /** A session of the unprivileged owner. */
  readonly session: Session;
  readonly change: Change;
  readonly direction: Direction;
  /** Sees locks, rewrites and scans of each statement; without it these stay empty. */
  readonly watcher?: Watcher;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** `performance.now()` from which the statements' times count; default: now. */
  readonly since?: number;
  /** Called after each statement has ended and its transaction is over. */
  readonly onStatement?: (run: StatementRun) => void;
  /** Called before the first and after the last statement of each phase. */
  readonly onPhase?: (
    phase: { readonly number: number; readonly name: string },
    when: 'before' | 'after',
  ) => Promise<void>;
}

/** Batches of one batched step after which it is taken for endless. */
const maxBatches = 100_000;

/**
 * Runs the change's transactions in order. A failing step throws `SqlError` that names file and step, after its
 * transaction was rolled back; steps of earlier transactions stay.
 */
export async function applyChange(options: ApplyOptions): Promise<readonly StatementRun[]> {
  await options.engine.grammar.ready();
  const runs: StatementRun[] = [];
  const since = options.since ?? performance.now();
  const cancel = (): void => void options.session.cancel().catch(() => undefined);
  options.signal.addEventListener('abort', cancel, { once: true });

  const units = unitsOf(options.change, options.direction);
  try {
    for (const [i, unit] of units.entries()) {
      if (options.signal.aborted) fail('interrupted', 'The change was stopped between two transactions.');
      const { phase } = unit.steps[0]!;
      if (units[i - 1]?.steps[0]!.phase !== phase) await options.onPhase?.(phase, 'before');
      const done = (run: StatementRun): void => {
        runs.push(run);
        options.onStatement?.(run);
      };
      if (unit.transaction === undefined) await runOutside(options, unit, since, done);
      else await runTransaction(options, unit, since, done);
      if (units[i + 1]?.steps[0]!.phase !== phase) await options.onPhase?.(phase, 'after');
    }
  } finally {
    options.signal.removeEventListener('abort', cancel);
  }
  return runs;
}

type Done = (run: StatementRun) => void;

/** Statements of one transaction; when a lock is not granted the whole transaction is rolled back and tried again. */
async function runTransaction(options: ApplyOptions, unit: Unit, since: number, done: Done): Promise<void> {
  const { engine, session, watcher } = options;
  let buffered: StatementRun[] = [];
  const earlier: StatementRun[] = [];
  try {
    await withRetries(retryOptions(options, unit), async (attempt) => {
      buffered = [];
      const mark = await watcher?.before(session.pid);
      await session.run(`BEGIN; ${engine.locking.limit(unit.lockTimeoutMs, 'transaction')}`);
      try {
        for (const entry of unit.steps) {
          for (const { sql } of engine.grammar.split(entry.sql)) {
            const facts = {
              ...placeOf(entry),
              transaction: unit.transaction!,
              attempts: attempt,
              sampled: false,
              session: 1,
              sql,
            };
            const run = await observed(session, watcher, since, facts, () => session.query(sql));
            buffered.push(run.run);
            if (run.error !== undefined) throw placed(run.error, entry);
          }
        }
        await session.run('COMMIT');
      } catch (error) {
        await session.run('ROLLBACK').catch(() => undefined);
        if (engine.locking.retryable(error)) earlier.push(...buffered.slice(-1));
        throw error;
      }
      if (watcher && mark) buffered = withLateRewrites(engine, buffered, await watcher.rewritten(mark));
    });
  } finally {
    for (const run of buffered) done(withTries(run, earlier));
  }
}

async function runOutside(options: ApplyOptions, unit: Unit, since: number, done: Done): Promise<void> {
  const { engine, session, watcher } = options;
  const entry = unit.steps[0]!;
  for (const { sql, kind } of engine.grammar.split(entry.sql)) {
    const between =
      kind === 'IndexStmt' && options.direction === 'up' && entry.step.undo ? entry.step.undo : undefined;
    let last: StatementRun | undefined;
    const earlier: StatementRun[] = [];
    try {
      await withRetries(
        {
          ...retryOptions(options, unit),
          ...(between ? { between: () => dropHalfBuilt(options, between) } : {}),
        },
        async (attempt) => {
          const facts = { ...placeOf(entry), attempts: attempt, sampled: true, session: 1, sql };
          const run = entry.step.batched
            ? await observed(session, watcher, since, { ...facts, sampled: false }, () =>
                batches(options, sql, unit.lockTimeoutMs),
              )
            : await observedOutside(session, watcher, since, facts, async () => {
                await session.run(
                  engine.locking.limit(waitsAlone.test(sql) ? 0 : unit.lockTimeoutMs, 'session'),
                );
                try {
                  return await session.query(sql);
                } finally {
                  await session.run(engine.locking.limit(0, 'session')).catch(() => undefined);
                }
              });
          if (last) earlier.push(last);
          last = run.run;
          if (run.error !== undefined) throw placed(run.error, entry);
        },
      );
    } catch (error) {
      if (between) await dropHalfBuilt(options, between);
      throw error;
    } finally {
      if (last) done(withTries(last, earlier));
    }
  }
}

// Concurrent forms wait for old transactions while nobody queues behind them; a limit would only leave an invalid index.
const waitsAlone = /\bconcurrently\b/i;

/** A concurrent build that failed leaves an invalid index that later tries would trip over, or pass over in silence; only an invalid one is dropped. */
async function dropHalfBuilt(options: ApplyOptions, undo: string): Promise<void> {
  const { engine, session } = options;
  try {
    const invalid = (await engine.inspect(session)).tables.flatMap((table) =>
      table.indexes.filter((index) => !index.valid),
    );
    if (!invalid.some((index) => undo.includes(index.name))) return;
    for (const { sql } of engine.grammar.split(undo)) await session.query(sql);
  } catch {
    // What made the build fail is the error that counts.
  }
}

/** Repeats one batch, each in a transaction of its own, until it affects no row. */
async function batches(
  options: ApplyOptions,
  sql: string,
  lockTimeoutMs: number,
): Promise<{ readonly count: number }> {
  const { engine, session, signal } = options;
  let total = 0;
  for (let batch = 0; batch < maxBatches; batch++) {
    if (signal.aborted) fail('interrupted', 'The change was stopped between two batches.');
    await session.run(`BEGIN; ${engine.locking.limit(lockTimeoutMs, 'transaction')}`);
    try {
      const { count } = await session.query(sql);
      await session.run('COMMIT');
      if (count === 0) return { count: total };
      total += count;
    } catch (error) {
      await session.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
  return fail(
    'change.refused',
    `A batched step still found rows after ${maxBatches} batches; it would never end.`,
  );
}

/** The statement's earlier tries, whose waiting held others up too. */
function withTries(run: StatementRun, earlier: readonly StatementRun[]): StatementRun {
  const tries = earlier.filter((one) => one.sql === run.sql && one !== run).map(({ at, ms }) => ({ at, ms }));
  return tries.length === 0 ? run : { ...run, tries };
}

function retryOptions(options: ApplyOptions, unit: Unit) {
  const { engine, emit, signal } = options;
  const { origin, step } = unit.steps[0]!;
  return { engine, emit, signal, name: `${origin}, step ${step.id}`, lockTimeoutMs: unit.lockTimeoutMs };
}

function placeOf(entry: UnitStep): { readonly origin: string; readonly step: string } {
  return { origin: entry.origin, step: entry.step.id };
}

function placed(error: unknown, entry: UnitStep): unknown {
  if (!(error instanceof SqlError)) return error;
  const more = {
    cause: error,
    details: { origin: entry.origin, step: entry.step.id },
    ...(error.hint ? { hint: error.hint } : {}),
  };
  return new SqlError(
    error.code,
    `${entry.origin}, step ${entry.step.id}: ${error.message}`,
    error.statement,
    error.fields,
    more,
  );
}

/** New storage that shows only after the commit belongs to the statement that names the table; the first one if several do. */
function withLateRewrites(
  engine: Engine,
  runs: readonly StatementRun[],
  rewritten: readonly string[],
): StatementRun[] {
  const late = rewritten.filter((table) => !runs.some((run) => run.rewrites.includes(table)));
  if (late.length === 0) return [...runs];
  const owner = (table: string): number =>
    Math.max(
      0,
      runs.findIndex((run) => holds(run, table) && names(engine, run.sql, table)),
    );
  return runs.map((run, i) => ({
    ...run,
    rewrites: [...run.rewrites, ...late.filter((table) => owner(table) === i)],
  }));
}

function holds(run: Seen, table: string): boolean {
  return run.locks.some((lock) => lock.relation === table && lock.mode === 'ACCESS EXCLUSIVE');
}

function names(engine: Engine, sql: string, table: string): boolean {
  const bare = table.slice(table.indexOf('.') + 1);
  return engine.grammar
    .split(sql)
    .some((statement) => engine.grammar.touches(statement).some((name) => name.name === bare));
}
