/** Figures of a bench from its calls. */
import type { LoadResult, PreparedQuery, QueryFigures } from '../model.ts';
import { percentile } from '../percentile.ts';
import { Histogram } from './histogram.ts';
import type { BenchFigures } from './model.ts';

/** Messages of failures that are shown per query. */
const shownMessages = 3;

/** Calls that were answered before the measured time was over. */
export function answeredInTime(figures: QueryFigures, durationMs: number): number {
  return figures.calls.filter(({ at, ms, ok }) => ok && at + ms <= durationMs).length;
}

/** Figures of every query of a load; `offered` is what was scheduled. */
export function benchFigures(
  result: LoadResult,
  queries: readonly PreparedQuery[],
  loop: 'open' | 'closed',
  targets: ReadonlyMap<string, number>,
): readonly BenchFigures[] {
  const seconds = result.durationMs / 1000;
  return result.queries.map((one) => {
    const done = one.calls.flatMap(({ ms, ok }) => (ok ? [ms] : []));
    const histogram = new Histogram();
    for (const ms of done) histogram.add(ms);
    const at = (share: number) => percentile(done, share);
    const target = targets.get(one.name);
    const kind = queries.find(({ name }) => name === one.name)?.kind ?? 'read';
    return {
      name: one.name,
      kind,
      ...(target === undefined ? {} : { target }),
      ...(loop === 'open' ? { offered: one.scheduled / seconds } : {}),
      achieved: answeredInTime(one, result.durationMs) / seconds,
      completed: one.completed,
      failed: one.failed,
      timedOut: one.timedOut,
      states: one.states,
      messages: Object.keys(one.errors).slice(0, shownMessages),
      ...(done.length === 0
        ? {}
        : {
            p50: at(0.5)!,
            p90: at(0.9)!,
            p95: at(0.95)!,
            p99: at(0.99)!,
            max: done.reduce((a, b) => Math.max(a, b), 0),
          }),
      buckets: histogram.buckets(),
    };
  });
}
