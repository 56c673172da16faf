/** Executes a change on a database; the rehearsal uses this very runner. */
import { fail } from '../base/error.ts';
import type { Engine, Seen } from '../engine/model.ts';
import { withRetries } from './locks.ts';
import type { StatementRun } from './model.ts';
import { observed } from './observe.ts';
import {
  placed,
  placeOf,
  retryOptions,
  withTries,
  type ApplyOptions,
  type Done,
  sessionFor,
} from './options.ts';
import { runOutside } from './outside.ts';
import { unitsOf, type Unit } from './units.ts';

export type { ApplyOptions } from './options.ts';

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

  const all = unitsOf(options.change, options.direction);
  const units = options.wanted ? all.filter(options.wanted) : all;
  try {
    for (const [i, unit] of units.entries()) {
      if (options.signal.aborted) fail('interrupted', 'The change was stopped between two transactions.');
      const { phase } = unit.steps[0]!;
      if (units[i - 1]?.steps[0]!.phase !== phase) await options.onPhase?.(phase, 'before');
      const done = (run: StatementRun): void => {
        runs.push(run);
        options.onStatement?.(run);
      };
      await runUnit(options, unit, since, done);
      if (units[i + 1]?.steps[0]!.phase !== phase) await options.onPhase?.(phase, 'after');
    }
  } finally {
    options.signal.removeEventListener('abort', cancel);
  }
  return runs;
}

async function runUnit(options: ApplyOptions, unit: Unit, since: number, done: Done): Promise<void> {
  const { journal } = options;
  if ((await journal?.before(unit)) === 'is done') return;
  try {
    if (unit.transaction === undefined) await runOutside(options, unit, since, done);
    else await runTransaction(options, unit, since, done);
  } catch (error) {
    await journal?.failed(unit, error);
    throw error;
  }
}

/** Statements of one transaction; when a lock is not granted the whole transaction is rolled back and tried again. */
async function runTransaction(options: ApplyOptions, unit: Unit, since: number, done: Done): Promise<void> {
  const { engine, watcher } = options;
  const session = sessionFor(options, unit);
  let buffered: StatementRun[] = [];
  const earlier: StatementRun[] = [];
  try {
    await withRetries(retryOptions(options, unit), async (attempt) => {
      buffered = [];
      const mark = await watcher?.before(session.pid);
      const lockMs = options.patience?.lockMs(unit.lockTimeoutMs) ?? unit.lockTimeoutMs;
      const began = performance.now();
      await session.run(`BEGIN; ${engine.locking.limit(lockMs, 'transaction')}; ${longest(engine, unit)}`);
      try {
        for (const entry of unit.steps) {
          for (const { sql } of engine.grammar.split(entry.sql)) {
            if (options.signal.aborted) fail('interrupted', 'The change was stopped between two statements.');
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
        await options.journal?.done(unit, attempt, performance.now() - began);
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

/** A transaction has the time of its slowest statement, and no limit where one of them has none. */
function longest(engine: Engine, unit: Unit): string {
  const limits = unit.steps.map(({ step }) => step.statementTimeoutMs ?? 0);
  return limits.includes(0) ? '' : engine.locking.longest(Math.max(...limits), 'transaction');
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
