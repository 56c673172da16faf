/** Production's own queries run on a filled twin, their figures per call against what production counted. */
import { DbdError } from '../../base/error.ts';
import type { Engine, Replay, Session } from '../../engine/model.ts';
import type { CapturedQuery } from '../../snapshot/workload/model.ts';
import { leastBlocks, leastRowsPerCall, ratioOf } from './marks.ts';
import type { Pair, QueryReplay } from './model.ts';
import { rolledBack } from './rolled-back.ts';

/** Calls of one query, at most. */
const mostRuns = 20;
/** Milliseconds below which two times are the same: the clock and the protocol decide there. */
const leastMs = 0.1;

/** Runs a query with each of its values and takes it back; the first call is run once before, so that caches are as warm as those of a busy server. After `until`, by `performance.now()`, one call has to do. */
export async function replayQuery(
  engine: Engine,
  session: Session,
  query: CapturedQuery,
  scale: number,
  until = Infinity,
): Promise<QueryReplay | { readonly reason: string }> {
  const sets = query.values.slice(0, mostRuns);
  const run = (values: readonly unknown[]): Promise<Replay> =>
    rolledBack(session, query.kind, () => engine.stats.replay(session, query.sql, values));
  const runs: Replay[] = [];
  const refused: string[] = [];
  for (const [i, values] of [sets[0]!, ...sets].entries()) {
    if (runs.length > 0 && performance.now() > until) break;
    try {
      const replay = await run(values);
      if (i > 0) runs.push(replay);
    } catch (error) {
      if (!(error instanceof DbdError) || error.code === 'interrupted') throw error;
      refused.push(error.message);
    }
  }
  if (runs.length === 0) return { reason: refused[0] ?? 'it has no values' };
  const mean = (of: (replay: Replay) => number): number =>
    runs.reduce((sum, one) => sum + of(one), 0) / runs.length;
  const { captured } = query;
  const calls = Math.max(1, captured.calls);
  return {
    runs: runs.length,
    rows: pair(
      captured.rows / calls,
      mean(({ rows }) => rows),
      scale,
      leastRowsPerCall,
    ),
    blocks: pair(
      (captured.hit + captured.read) / calls,
      mean(({ hit, read }) => hit + read),
      scale,
      leastBlocks,
    ),
    temp: pair(
      (captured.tempRead + captured.tempWritten) / calls,
      mean(({ tempRead, tempWritten }) => tempRead + tempWritten),
      scale,
      leastBlocks,
    ),
    ...(captured.walBytes === undefined
      ? {}
      : {
          walBytes: pair(
            captured.walBytes / calls,
            mean(({ walBytes }) => walBytes),
            scale,
            8192,
          ),
        }),
    ms: pair(
      captured.meanMs,
      mean(({ ms }) => ms),
      scale,
      leastMs,
    ),
  };
}

/** A figure of production and of the twin. On a smaller twin what is read by key stays and what is read as a whole shrinks: the twin is right anywhere between the two. */
export function pair(there: number, here: number, scale: number, least: number): Pair {
  const [low, high] = [Math.min(there, there * scale), Math.max(there, there * scale)];
  const expected = Math.min(high, Math.max(low, here));
  return { there, here, ratio: ratioOf(expected, here, least), direct: ratioOf(there, here, least) };
}
