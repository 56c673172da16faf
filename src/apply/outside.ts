/** Steps that stand outside transactions: concurrent builds and batched loops. */
import { fail, SqlError } from '../base/error.ts';
import type { Session, Statement } from '../engine/model.ts';
import { backfill } from './backfill.ts';
import { withRetries } from './locks.ts';
import type { StatementRun } from './model.ts';
import { observed, observedOutside } from './observe.ts';
import {
  placed,
  placeOf,
  retryOptions,
  sessionFor,
  withTries,
  type ApplyOptions,
  type Done,
} from './options.ts';
import type { Unit } from './units.ts';

/** Batches of one batched step after which it is taken for endless. */
const maxBatches = 100_000;

/** Runs one such step, its lock waits limited and tried again. */
export async function runOutside(
  options: ApplyOptions,
  unit: Unit,
  since: number,
  done: Done,
): Promise<void> {
  const entry = unit.steps[0]!;
  const began = performance.now();
  let attempts = 1;
  if (entry.step.batch && options.keeper && options.direction === 'up') {
    await runPaced(options, unit, since, done);
    await options.journal?.done(unit, attempts, performance.now() - began);
    return;
  }
  for (const statement of options.engine.grammar.split(entry.sql))
    attempts = Math.max(attempts, await runAlone(options, unit, statement, since, done));
  await options.journal?.done(unit, attempts, performance.now() - began);
}

/** A backfill in batches that the keeper paces, instead of the loop of its own text. */
async function runPaced(options: ApplyOptions, unit: Unit, since: number, done: Done): Promise<void> {
  const { engine, watcher, signal } = options;
  const session = sessionFor(options, unit);
  const entry = unit.steps[0]!;
  const facts = { ...placeOf(entry), attempts: 1, sampled: false, session: 1, sql: entry.sql };
  const run = await observed(session, watcher, since, facts, () =>
    backfill({ engine, session, batch: entry.step.batch!, signal, keeper: options.keeper!(entry) }),
  );
  done(run.run);
  if (run.error !== undefined) throw placed(run.error, entry);
}

/** One statement of it; returns the number of tries. */
async function runAlone(
  options: ApplyOptions,
  unit: Unit,
  statement: Statement,
  since: number,
  done: Done,
): Promise<number> {
  const { engine, watcher } = options;
  const session = sessionFor(options, unit);
  const entry = unit.steps[0]!;
  const { sql } = statement;
  const lockMs = (): number => options.patience?.lockMs(unit.lockTimeoutMs) ?? unit.lockTimeoutMs;
  const earlier: StatementRun[] = [];
  let last: StatementRun | undefined;
  try {
    await withRetries(
      { ...retryOptions(options, unit), between: () => mend(options, session, statement) },
      async (attempt) => {
        const facts = { ...placeOf(entry), attempts: attempt, sampled: true, session: 1, sql };
        const run = entry.step.batched
          ? await observed(session, watcher, since, { ...facts, sampled: false }, () =>
              batches(options, sql, lockMs()),
            )
          : await observedOutside(session, watcher, since, facts, async () => {
              const waits = engine.locking.limit(waitsAlone.test(sql) ? 0 : lockMs(), 'session');
              const limit = entry.step.statementTimeoutMs ?? 0;
              await session.run(limit > 0 ? `${waits}; ${engine.locking.longest(limit, 'session')}` : waits);
              try {
                return await session.query(sql);
              } finally {
                const none = `${engine.locking.limit(0, 'session')}; ${engine.locking.longest(0, 'session')}`;
                await session.run(none).catch(() => undefined);
              }
            });
        if (last) earlier.push(last);
        last = run.run;
        if (run.error !== undefined) throw placed(run.error, entry);
      },
    );
    return last?.attempts ?? 1;
  } catch (error) {
    // What was there before is not ours to take away.
    if (!(error instanceof SqlError && error.fields.sqlstate === '42P07'))
      await mend(options, session, statement);
    throw error;
  } finally {
    if (last) done(withTries(last, earlier));
  }
}

// Concurrent forms wait for old transactions while nobody queues behind them; a limit would only leave an invalid index.
const waitsAlone = /\bconcurrently\b/i;

/** A concurrent build that failed leaves an invalid index that later tries would trip over, or pass over in silence; only what is half built is taken away. */
async function mend(options: ApplyOptions, session: Session, statement: Statement): Promise<void> {
  try {
    const left = await options.engine.history.aftermath(session, statement);
    if (left.state === 'half') for (const sql of left.mend) await session.query(sql);
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
