/** Who waited how long, and for what. */
import type { LoadResult } from '../workload/model.ts';
import type { Stall, StatementRun } from './model.ts';

/** A statement's time, `performance.now()` milliseconds. */
export interface Span {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** The longest call of each query while the action ran, worst first; `during` names the statement that overlaps it most, where the call took longer than any of the query's calls in the baseline. Times count from the action's beginning. */
export function stallsOf(
  baseline: LoadResult,
  load: LoadResult,
  startedAt: number,
  action: { readonly from: number; readonly to: number },
  spans: readonly Span[],
): Stall[] {
  return load.queries
    .flatMap((query): Stall[] => {
      const beside = query.calls.filter(
        (call) => startedAt + call.at + call.ms >= action.from && startedAt + call.at <= action.to,
      );
      if (beside.length === 0) return [];
      const worst = beside.reduce((a, b) => (b.ms > a.ms ? b : a));
      const from = startedAt + worst.at;
      const before = baseline.queries.find((one) => one.name === query.name)?.calls ?? [];
      const usual = before.reduce((most, call) => Math.max(most, call.ms), 0);
      const during = worst.ms > usual ? overlapping(spans, from, from + worst.ms) : undefined;
      return [
        {
          query: query.name,
          ms: worst.ms,
          at: from - action.from,
          ...(during === undefined ? {} : { during }),
        },
      ];
    })
    .toSorted((a, b) => b.ms - a.ms);
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
