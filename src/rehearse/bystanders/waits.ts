/** What each statement did to those who were there: whom it held up, and how sure it could be of its locks. */
import type { Locking } from '../../engine/model.ts';
import type { StatementRun } from '../model.ts';
import { callsBeside, type Beside } from '../stalls.ts';
import type { Holder, StatementWait } from './model.ts';

export interface WaitsOptions {
  readonly locking: Locking;
  readonly seen: Beside;
  /** The statements as they ran beside the load. */
  readonly runs: readonly StatementRun[];
  /** `performance.now()` that their times count from. */
  readonly since: number;
  /** The same statements in quiet, whose locks were watched. */
  readonly quiet: readonly StatementRun[];
  readonly holders: readonly Holder[];
  /** Lock limit of a statement, milliseconds; undefined where it waits as long as it takes. */
  readonly limitOf: (run: StatementRun) => number | undefined;
  readonly lag?: (from: number, to: number) => { readonly lagBytes: number; readonly lagMs: number };
}

/** One entry per statement that ran beside the load. */
export function waitsOf(options: WaitsOptions): readonly StatementWait[] {
  const { locking, seen, runs, since, quiet, holders, limitOf, lag } = options;
  const calls = seen.during.queries.flatMap((query) =>
    callsBeside(seen, query).filter((call) => call.during !== undefined),
  );
  return runs.map((run): StatementWait => {
    const held = calls.filter((call) => call.during === run.sql);
    const spans = [...(run.tries ?? []), { at: run.at, ms: run.ms }].map(({ at, ms }) => ({
      from: since + at,
      to: since + at + ms,
    }));
    const limitMs = limitOf(run);
    const locks = newLocks(quiet, run);
    const met = holderOf(locking, locks, holders);
    const chance = met === undefined ? undefined : chanceOf(limitMs, met.ms);
    const last = spans.at(-1)!;
    return {
      sql: run.sql,
      ...(run.origin === undefined ? {} : { origin: run.origin }),
      ...(run.step === undefined ? {} : { step: run.step }),
      attempts: run.attempts,
      granted: run.error === undefined,
      ...(limitMs === undefined ? {} : { limitMs }),
      worstMs: held.reduce((most, call) => Math.max(most, call.ms), 0),
      calls: held.length,
      waitedMs: held.reduce((sum, call) => sum + call.ms, 0),
      failed: failedWithin(seen, spans),
      ...(chance === undefined ? {} : { chance }),
      ...(met === undefined ? {} : { holder: met }),
      ...(lag ? lag(spans[0]!.from, last.to) : {}),
    };
  });
}

/** Locks that the statement took in quiet and that its transaction did not hold already. */
function newLocks(quiet: readonly StatementRun[], run: StatementRun): StatementRun['locks'] {
  const at = quiet.findIndex((one) => one.sql === run.sql && one.origin === run.origin);
  if (at < 0) return [];
  const { transaction, session } = quiet[at]!;
  const held = quiet
    .slice(0, at)
    .filter((one) => transaction !== undefined && one.transaction === transaction && one.session === session)
    .flatMap((one) => one.locks.map(({ relation, mode }) => `${mode} ${relation}`));
  return quiet[at]!.locks.filter(({ relation, mode }) => !held.includes(`${mode} ${relation}`));
}

/** The holder that stays longest among those whose lock excludes one that the statement takes. */
function holderOf(
  locking: Locking,
  locks: StatementRun['locks'],
  holders: readonly Holder[],
): Holder | undefined {
  return holders
    .filter((holder) =>
      locks.some((lock) => holder.tables.includes(lock.relation) && locking.conflict(lock.mode, holder.mode)),
    )
    .toSorted((a, b) => b.ms - a.ms)[0];
}

/**
 * Chance that a try gets its lock which begins at a random moment of a holder's stay: the holder must leave within the limit, and moments are
 * spread evenly. Without a limit it waits until it gets it.
 */
export function chanceOf(limitMs: number | undefined, holderMs: number): number {
  return limitMs === undefined || limitMs <= 0 ? 1 : Math.min(1, limitMs / holderMs);
}

/** Calls that did not answer while the statement ran or waited. */
function failedWithin(
  { during, startedAt }: Beside,
  spans: readonly { readonly from: number; readonly to: number }[],
): number {
  return during.queries
    .flatMap((query) => query.calls)
    .filter((call) => !call.ok)
    .filter((call) => {
      const from = startedAt + call.at;
      return spans.some((span) => from < span.to && from + call.ms > span.from);
    }).length;
}

/** Lock limits as the statements' own texts set them, each until the next one of its session, or the end of the transaction where it is local to it. */
export function limitsInText(
  locking: Locking,
  runs: () => readonly StatementRun[],
): (run: StatementRun) => number | undefined {
  return (run) => {
    let session = 0;
    let local: { readonly transaction: number | undefined; readonly ms: number } | undefined;
    for (const one of runs()) {
      if (one === run) break;
      const ms = one.session === run.session && !one.error ? locking.limitIn(one.sql) : undefined;
      if (ms === undefined) continue;
      if (/\blocal\b/i.test(one.sql.slice(0, 80))) local = { transaction: one.transaction, ms };
      else session = ms;
    }
    const limit = local !== undefined && local.transaction === run.transaction ? local.ms : session;
    return limit > 0 ? limit : undefined;
  };
}
