/** Steps that stand outside transactions: concurrent builds and batched loops. */
import { fail } from '../base/error.ts';
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
  const { engine, watcher } = options;
  const session = sessionFor(options, unit);
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
