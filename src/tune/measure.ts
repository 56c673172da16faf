import { SqlError } from '../base/error.ts';
import type { Engine, PlanFacts, Session } from '../engine/model.ts';
import type { TuneQuery } from './model.ts';

/** A query ready to be timed. */
export interface Runnable {
  readonly claim: string;
  /** Text with `$n` parameters. */
  readonly sql: string;
  readonly values: readonly (readonly unknown[])[];
  readonly write: boolean;
}

/** What timing a query showed. */
export interface Timing {
  readonly claim: string;
  /** Mean over the sets of values of the best run of each, milliseconds: noise only ever adds time, but a value that is slow counts. */
  readonly ms: number;
  /** Best run per set of values, milliseconds; undefined for sets that were not run. */
  readonly sets: readonly (number | undefined)[];
  readonly runs: number;
  readonly buffers: number;
  readonly plan: readonly string[];
  readonly indexes: readonly string[];
}

/** A query gets this many runs if they are cheap, and goes through its sets of values. */
const manyRuns = 30;
/** A query whose runs took {@link enoughMs} together stops here. */
const fewRuns = 7;
const enoughMs = 300;
/** A query stops after two runs when they took this long. */
const longMs = 1200;
/** Sets of values that a plan is read for. */
const explainedSets = 3;

/** Turns queries into runnable ones; `:name` parameters become positions. */
export function runnable(queries: readonly TuneQuery[], engine: Engine): readonly Runnable[] {
  return queries.map((query) => {
    const { sql } = engine.grammar.parameters(query.sql);
    return {
      claim: query.claim,
      sql: engine.grammar.split(sql)[0]?.sql ?? sql,
      values: query.values.length > 0 ? query.values : [[]],
      write: engine.grammar.shape(query.sql).kind !== 'read',
    };
  });
}

/** Times queries in turns, each turn with the next set of values, so that a slow minute of the machine meets all of them; writes are taken back. */
export async function timeQueries(
  session: Session,
  queries: readonly Runnable[],
  engine: Engine,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Timing>> {
  const samples = new Map<string, number[]>(queries.map((query) => [query.claim, []]));
  const facts = new Map<string, { buffers: number; plan: readonly string[]; indexes: readonly string[] }>();
  for (const query of queries) {
    signal.throwIfAborted();
    const begin = performance.now();
    const found = await explained(session, query, engine);
    facts.set(query.claim, found);
    // What the limit cut off once counts with the time it had, and is not run again.
    if (Number.isNaN(found.buffers)) samples.get(query.claim)!.push(performance.now() - begin);
  }
  for (let run = 0; run < manyRuns; run++) {
    for (const query of queries) {
      signal.throwIfAborted();
      const own = samples.get(query.claim)!;
      if (Number.isNaN(facts.get(query.claim)!.buffers)) continue;
      const spent = own.reduce((a, b) => a + b, 0);
      if ((own.length >= fewRuns && spent > enoughMs) || (own.length >= 2 && spent > longMs)) continue;
      own.push(await once(session, query, query.values[run % query.values.length]!));
    }
  }
  return new Map(
    queries.map((query) => {
      const own = samples.get(query.claim)!;
      return [
        query.claim,
        {
          claim: query.claim,
          ms: mean(bestOf(own, query.values.length)),
          sets: bestOf(own, query.values.length),
          runs: own.length,
          ...facts.get(query.claim)!,
        },
      ];
    }),
  );
}

/** Milliseconds of one call; a call that is cut off by the session's limit counts with the time it had. */
async function once(session: Session, query: Runnable, values: readonly unknown[]): Promise<number> {
  if (query.write) await session.run('BEGIN');
  const begin = performance.now();
  try {
    await session.query(query.sql, values);
    return performance.now() - begin;
  } catch (error) {
    if (error instanceof SqlError && error.code === 'sql.timeout') return performance.now() - begin;
    throw error;
  } finally {
    if (query.write) await session.run('ROLLBACK');
  }
}

/** Buffers as the mean of calls with the first sets of values, run for real, and the plan of the first. */
async function explained(
  session: Session,
  query: Runnable,
  engine: Engine,
): Promise<{ buffers: number; plan: readonly string[]; indexes: readonly string[] }> {
  const facts: PlanFacts[] = [];
  let cut = false;
  for (const values of query.values.slice(0, explainedSets)) {
    if (query.write) await session.run('BEGIN');
    try {
      facts.push(await engine.stats.explain(session, query.sql, values, true));
    } catch (error) {
      if (!(error instanceof SqlError && error.code === 'sql.timeout')) throw error;
      cut = true;
      break;
    } finally {
      if (query.write) await session.run('ROLLBACK');
    }
  }
  const first = facts[0] ?? (await engine.stats.explain(session, query.sql, query.values[0]!, false));
  const touched = facts.map((one) => (one.sharedHit ?? 0) + (one.sharedRead ?? 0));
  return {
    buffers: cut ? Number.NaN : Math.round(mean(touched)),
    plan: first.nodes,
    indexes: [...new Set([first, ...facts].flatMap((one) => one.indexes))],
  };
}

/** Extra milliseconds per row that an index costs a batch of inserts: with it and without it in turns, each taken back. */
export async function writeCost(
  session: Session,
  index: string,
  batch: readonly string[],
  rows: number,
  pairs: number,
): Promise<number> {
  const [without, withIt]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    for (const [drop, into] of [
      [true, without],
      [false, withIt],
    ] as const) {
      await session.run('BEGIN');
      try {
        if (drop) await session.query(`DROP INDEX ${index}`);
        const begin = performance.now();
        for (const sql of batch) await session.query(sql);
        into.push(performance.now() - begin);
      } finally {
        await session.run('ROLLBACK');
      }
    }
  }
  // The least disturbed run of each kind: noise only ever adds time.
  return Math.max(0, Math.min(...withIt) - Math.min(...without)) / rows;
}

/** Mean of two timings over the sets of values that both ran, so that the same calls are compared. */
export function paired(
  before: Timing,
  after: Timing,
): { readonly beforeMs: number; readonly afterMs: number } {
  const both = before.sets.map((ms, i) => ms !== undefined && after.sets[i] !== undefined);
  return {
    beforeMs: mean(before.sets.filter((_, i) => both[i])),
    afterMs: mean(after.sets.filter((_, i) => both[i])),
  };
}

/** Run number `i` used set `i % sets`. */
function bestOf(runs: readonly number[], sets: number): readonly (number | undefined)[] {
  return Array.from({ length: sets }, (_, set) => {
    const own = runs.filter((_ms, run) => run % sets === set);
    return own.length > 0 ? Math.min(...own) : undefined;
  });
}

function mean(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
