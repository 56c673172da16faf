/** What was measured, as results. */
import { keyOf } from '../../catalog/identity.ts';
import type { WorkQuery } from '../advice/model.ts';
import { verdictOf } from './judged.ts';
import type { ProvenDrop, ProvenIndex, ProvenQuery, Proof, WriteCost } from './model.ts';
import type { ProveOptions } from './options.ts';
import type { DropPiece, IndexPiece } from './standing.ts';
import type { Trial } from './trial.ts';
import { doubtOf } from './useful.ts';

/** Every query with its figures; those below the fidelity mark keep them and prove nothing. */
export function provenQueries(options: ProveOptions, trial: Trial): readonly ProvenQuery[] {
  return options.queries.map((query) => provenQuery(options, trial, query));
}

function provenQuery(options: ProveOptions, trial: Trial, query: WorkQuery): ProvenQuery {
  const { name, kind, callsPerDay } = query;
  const seen = trial.seen.get(name);
  if (!seen || 'unable' in seen)
    return {
      name,
      kind,
      callsPerDay,
      sets: 0,
      results: 'not-compared',
      planBefore: [],
      planAfter: [],
      uses: [],
      verdict: 'not-proven',
      because: seen?.unable ?? 'It was not run.',
    };
  const doubt = doubtOf(options, name);
  const judged = verdictOf(seen);
  const used = new Set(seen.plans.after.flatMap(({ indexes }) => indexes));
  const unexplained = trial.unexplained.has(name) && judged.verdict === 'slower';
  return {
    name,
    kind,
    callsPerDay,
    before: seen.before,
    after: seen.after,
    ratio: seen.ratio,
    sets: seen.sets,
    ...(seen.buffers ? { buffers: seen.buffers } : {}),
    results: seen.comparison.results,
    ...(seen.comparison.because === undefined ? {} : { resultsBecause: seen.comparison.because }),
    planBefore: seen.plans.before[0]!.nodes,
    planAfter: seen.plans.after[0]!.nodes,
    uses: trial.pieces
      .filter((piece) => piece.kind === 'index' && used.has(piece.name.name))
      .map(({ id }) => id),
    ...(doubt === undefined
      ? {
          ...judged,
          ...(unexplained
            ? { because: `${judged.because} No single piece of the set explains it.` }
            : kind === 'write' && judged.verdict === 'slower'
              ? { because: `${judged.because} It writes, and keeps the new indexes.` }
              : {}),
        }
      : {
          verdict: 'not-proven',
          because: `Below the fidelity mark: ${doubt} Here: ${judged.because}`,
        }),
  };
}

/** An index with what building it and writing through it took. */
export function provenIndex(
  { volumes }: ProveOptions,
  { name, candidate, sql, carried, bytes, table, id }: IndexPiece,
  queries: readonly ProvenQuery[],
  cost: WriteCost | string | undefined,
): ProvenIndex {
  const volume = volumes.find((one) => keyOf(one.table) === keyOf(table));
  const growth = volume && volume.rows > 0 ? volume.now / volume.rows : undefined;
  return {
    name,
    candidate,
    sql,
    online: carried.online,
    buildMs: carried.ms,
    lock: carried.lock,
    blocks: carried.blocks,
    bytes,
    ...(growth === undefined ? {} : { bytesThere: bytes * growth, buildMsThere: carried.ms * growth }),
    serves: queries
      .filter(({ verdict, uses }) => verdict === 'faster' && uses.includes(id))
      .map((query) => query.name),
    ...(typeof cost === 'object' ? { writes: cost } : {}),
    ...(typeof cost === 'string' ? { writesNotMeasured: cost } : {}),
  };
}

/** A dropped index and what bringing it back takes. */
export function provenDrop({ candidate, sql, undo, bytes, carried }: DropPiece, undoMs: number): ProvenDrop {
  return { candidate, sql, undo, undoMs, bytes, lock: carried.lock };
}

/** A day's time of the queries that prove something; one that is neither faster nor slower takes the same on both sides, since noise is no gain. */
export function totalOf(queries: readonly ProvenQuery[]): Proof['total'] {
  const measured = queries.filter(
    ({ verdict, before, after }) => verdict !== 'not-proven' && before && after,
  );
  if (measured.length === 0) return undefined;
  const sum = (side: 'before' | 'after'): number =>
    measured.reduce(
      (all, query) => all + query.callsPerDay * query[query.verdict === 'same' ? 'before' : side]!.ms,
      0,
    );
  return { beforeMs: sum('before'), afterMs: sum('after'), queries: measured.length };
}
