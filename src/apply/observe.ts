/** Runs one statement with a watcher looking on. */
import { SqlError } from '../base/error.ts';
import type { HeldLock, Seen, Session, Watcher } from '../engine/model.ts';
import type { StatementRun } from './model.ts';

/** What is known of a statement before it runs. */
export type StatementFacts = Pick<
  StatementRun,
  'sql' | 'origin' | 'step' | 'session' | 'transaction' | 'attempts' | 'sampled'
>;

/** A statement's record, and what it threw. */
export interface Observed {
  readonly run: StatementRun;
  readonly error?: unknown;
}

/** Milliseconds between two looks at a statement that runs outside transactions. */
const sampleEveryMs = 2;

const nothing: Seen = { locks: [], rewrites: [], scans: [], skipped: [], walBytes: 0 };

/** Runs a statement inside the session's open transaction; its locks are read before the transaction ends. Never throws what the work throws. */
export async function observed(
  session: Session,
  watcher: Watcher | undefined,
  since: number,
  facts: StatementFacts,
  work: () => Promise<{ readonly count: number }>,
): Promise<Observed> {
  const mark = await watcher?.before(session.pid);
  const { at, ms, count, error } = await timed(work);
  const seen = watcher && mark ? await watcher.after(session.pid, mark) : nothing;
  return record(facts, seen, at - since, ms, count, error);
}

/** Runs a statement outside transactions, with its locks sampled meanwhile. */
export async function observedOutside(
  session: Session,
  watcher: Watcher | undefined,
  since: number,
  facts: StatementFacts,
  work: () => Promise<{ readonly count: number }>,
): Promise<Observed> {
  if (!watcher) return observed(session, watcher, since, facts, work);
  const mark = await watcher.before(session.pid);
  const sampling = await watcher.sample(session.pid, sampleEveryMs);
  const { at, ms, count, error } = await timed(work);
  const sampled: readonly HeldLock[] = await sampling.stop();
  const seen = await watcher.after(session.pid, mark);
  return record(facts, { ...seen, locks: sampled }, at - since, ms, count, error);
}

async function timed(
  work: () => Promise<{ readonly count: number }>,
): Promise<{ at: number; ms: number; count?: number; error?: unknown }> {
  const at = performance.now();
  try {
    const { count } = await work();
    return { at, ms: performance.now() - at, count };
  } catch (error) {
    return { at, ms: performance.now() - at, error };
  }
}

function record(
  facts: StatementFacts,
  seen: Seen,
  at: number,
  ms: number,
  count: number | undefined,
  error: unknown,
): Observed {
  const run: StatementRun = {
    ...facts,
    ...seen,
    at,
    ms,
    ...(count === undefined ? {} : { rows: count }),
    ...(error === undefined
      ? {}
      : {
          error: {
            message: error instanceof Error ? error.message : 'the statement failed',
            sqlstate: error instanceof SqlError ? error.fields.sqlstate : '',
            ...(error instanceof SqlError && error.fields.detail ? { detail: error.fields.detail } : {}),
          },
        }),
  };
  return { run, ...(error === undefined ? {} : { error }) };
}
