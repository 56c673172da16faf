/** What the same statements cost before and after, with the noise of both. */
import type { CapturedStatement, Engine, Snapshot } from '../../engine/model.ts';
import { countersOf } from '../../snapshot/diff/counters.ts';
import type { Span, StatementFigures } from './model.ts';

/** Calls on each side below which nothing is said. */
export const fewest = 30;
/** Share of the mean, and milliseconds, from which on a difference matters. */
const matters = { share: 0.2, ms: 0.05 };
/** Standard errors that a difference must exceed: of 1,000 alike statements about one is called different. */
const sigmas = 3;

/** Pairs statements by their text; what the counters say of the time between is taken by difference, or as it is where they began again. */
export function statementFigures(
  before: Snapshot,
  after: Snapshot,
  { capturedSql, grammar }: Engine,
): readonly StatementFigures[] {
  const anew = countersOf(before, after).workload === 'began again';
  const keyOf = (sql: string): string => capturedSql.key(sql);
  const [was, is] = [together(before, keyOf), together(after, keyOf)];
  return [...is].flatMap(([key, one]): StatementFigures[] => {
    const old = was.get(key);
    const span = anew || !old || one.calls < old.calls ? one : between(old, one);
    if (
      span.calls === 0 ||
      !/^\s*(?:\/\*[\s\S]*?\*\/\s*)?(?:select|insert|update|delete|merge|with)\b/i.test(one.sql) ||
      /\/\* dbd/.test(one.sql)
    )
      return [];
    const tables = tablesOf(one.sql, grammar);
    const figures = { sql: one.sql, tables, after: spanOf(span) };
    if (!old) return [{ ...figures, verdict: 'new' }];
    const [a, b] = [spanOf(old), spanOf(span)];
    const ms = b.meanMs - a.meanMs;
    const noise = sigmas * Math.sqrt(a.deviationMs ** 2 / a.calls + b.deviationMs ** 2 / b.calls);
    const limit = Math.max(matters.ms, matters.share * a.meanMs);
    const verdict =
      a.calls < fewest || b.calls < fewest
        ? 'few'
        : ms > limit && ms > noise
          ? 'slower'
          : -ms > limit && -ms > noise
            ? 'faster'
            : Math.abs(ms) + noise > limit
              ? 'noisy'
              : 'alike';
    return [{ ...figures, before: a, change: { ms, noise }, verdict }];
  });
}

interface Sums {
  readonly sql: string;
  readonly calls: number;
  readonly total: number;
  readonly squares: number;
}

/** Statements with one text under several roles are one. */
function together({ workload }: Snapshot, keyOf: (sql: string) => string): ReadonlyMap<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const one of workload.statements) {
    const key = keyOf(one.sql);
    const known = sums.get(key);
    const own = sumsOf(one);
    sums.set(
      key,
      known
        ? {
            sql: one.sql,
            calls: known.calls + own.calls,
            total: known.total + own.total,
            squares: known.squares + own.squares,
          }
        : own,
    );
  }
  return sums;
}

/** Mean and deviation are those of the whole population, so their sums can be taken apart again. */
function sumsOf({ sql, calls, totalMs, deviationMs }: CapturedStatement): Sums {
  const mean = calls > 0 ? totalMs / calls : 0;
  return { sql, calls, total: totalMs, squares: calls * (deviationMs ** 2 + mean ** 2) };
}

const between = (old: Sums, one: Sums): Sums => ({
  sql: one.sql,
  calls: one.calls - old.calls,
  total: one.total - old.total,
  squares: one.squares - old.squares,
});

function spanOf({ calls, total, squares }: Sums): Span {
  const meanMs = total / calls;
  return { calls, meanMs, deviationMs: Math.sqrt(Math.max(0, squares / calls - meanMs ** 2)) };
}

function tablesOf(sql: string, grammar: Engine['grammar']): readonly string[] {
  try {
    return [...new Set(grammar.shape(sql).tables.map(({ table }) => table))];
  } catch {
    return [];
  }
}
