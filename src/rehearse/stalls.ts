/** Who waited how long, and for what. */
import type { LoadResult, QueryFigures } from '../workload/model.ts';
import type { Stall, StatementRun } from './model.ts';

/** A statement's time, `performance.now()` milliseconds. */
export interface Span {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** A load beside an action: its calls, when it began, the action's time and the statements in it. */
export interface Beside {
  readonly baseline: LoadResult;
  readonly during: LoadResult;
  /** `performance.now()` from which the load's calls count. */
  readonly startedAt: number;
  readonly action: { readonly from: number; readonly to: number };
  readonly spans: readonly Span[];
}

/** The longest call of each query while the action ran, worst first. */
export function stallsOf(beside: Beside): Stall[] {
  return beside.during.queries
    .flatMap((query) =>
      callsBeside(beside, query)
        .toSorted((a, b) => b.ms - a.ms)
        .slice(0, 1),
    )
    .toSorted((a, b) => b.ms - a.ms);
}

/** The longest call that each statement held up, in the statements' order. */
export function statementStallsOf(beside: Beside): Stall[] {
  const worst = new Map<string, Stall>();
  for (const stall of beside.during.queries.flatMap((query) => callsBeside(beside, query))) {
    if (stall.during !== undefined && stall.ms > (worst.get(stall.during)?.ms ?? 0))
      worst.set(stall.during, stall);
  }
  return [...new Set(beside.spans.map((span) => span.label))].flatMap((label) => worst.get(label) ?? []);
}

/** A query's calls that were under way while the action ran; `during` names the statement that shares most time with one that took longer than any in the baseline. Times count from the action's beginning. */
export function callsBeside({ baseline, startedAt, action, spans }: Beside, query: QueryFigures): Stall[] {
  const before = baseline.queries.find((one) => one.name === query.name)?.calls ?? [];
  const usual = before.reduce((most, call) => Math.max(most, call.ms), 0);
  return query.calls.flatMap((call): Stall[] => {
    const from = startedAt + call.at;
    if (from + call.ms < action.from || from > action.to) return [];
    const during = call.ms > usual ? overlapping(spans, from, from + call.ms) : undefined;
    return [
      { query: query.name, ms: call.ms, at: from - action.from, ...(during === undefined ? {} : { during }) },
    ];
  });
}

/** Label of the span that shares most time with the interval. */
export function overlapping(spans: readonly Span[], from: number, to: number): string | undefined {
  let best: Span | undefined;
  let most = 0;
  for (const span of spans) {
    const shared = Math.min(span.to, to) - Math.max(span.from, from);
    if (shared > most) [best, most] = [span, shared];
  }
  return best?.label;
}

/** Calls that failed with a message that the same query did not fail with before. */
export function newFailures(baseline: LoadResult, during: LoadResult): number {
  return during.queries.reduce((sum, query) => {
    const known = baseline.queries.find((one) => one.name === query.name)?.errors ?? {};
    return (
      sum +
      Object.entries(query.errors).reduce((n, [message, count]) => (message in known ? n : n + count), 0)
    );
  }, 0);
}

/** The times of executed statements, their earlier tries included; `since` is what the runs' times count from. */
export function spansOf(runs: readonly StatementRun[], since: number): Span[] {
  return runs.flatMap((run) =>
    [...(run.tries ?? []), { at: run.at, ms: run.ms }].map(({ at, ms }) => ({
      label: run.sql,
      from: since + at,
      to: since + at + ms,
    })),
  );
}
