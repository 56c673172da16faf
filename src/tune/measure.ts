import { SqlError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
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
  /** Median of the runs, milliseconds. */
  readonly ms: number;
  readonly runs: number;
  readonly buffers: number;
  readonly plan: readonly string[];
  readonly indexes: readonly string[];
}

export interface TimingOptions {
  /** Runs per query unless its time is used up first. */
  readonly runs: number;
  /** Milliseconds per query; at least two runs are made whatever they take. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

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
  options: TimingOptions,
): Promise<ReadonlyMap<string, Timing>> {
  const samples = new Map<string, number[]>(queries.map((query) => [query.claim, []]));
  const facts = new Map<string, { buffers: number; plan: readonly string[]; indexes: readonly string[] }>();
  for (const query of queries) {
    options.signal.throwIfAborted();
    facts.set(query.claim, await explained(session, query, engine));
  }
  for (let run = 0; run < options.runs; run++) {
    for (const query of queries) {
      options.signal.throwIfAborted();
      const own = samples.get(query.claim)!;
      if (own.length >= 2 && own.reduce((a, b) => a + b, 0) > options.budgetMs) continue;
      own.push(await once(session, query, query.values[run % query.values.length]!));
    }
  }
  return new Map(
    queries.map((query) => {
      const own = samples.get(query.claim)!;
      return [
        query.claim,
        { claim: query.claim, ms: median(own), runs: own.length, ...facts.get(query.claim)! },
      ];
    }),
  );
}

/** Milliseconds of one call; a call that is cut off by the session's limit counts with the time it had. */
export async function once(session: Session, query: Runnable, values: readonly unknown[]): Promise<number> {
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

/** Plan and buffers of a call with the first set of values, run for real. */
export async function explained(
  session: Session,
  query: Runnable,
  engine: Engine,
): Promise<{ buffers: number; plan: readonly string[]; indexes: readonly string[] }> {
  if (query.write) await session.run('BEGIN');
  try {
    const facts = await engine.stats.explain(session, query.sql, query.values[0]!, true);
    return {
      buffers: (facts.sharedHit ?? 0) + (facts.sharedRead ?? 0),
      plan: facts.nodes,
      indexes: facts.indexes,
    };
  } catch (error) {
    if (!(error instanceof SqlError && error.code === 'sql.timeout')) throw error;
  } finally {
    if (query.write) await session.run('ROLLBACK');
  }
  const facts = await engine.stats.explain(session, query.sql, query.values[0]!, false);
  return { buffers: Number.NaN, plan: facts.nodes, indexes: facts.indexes };
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

/** Middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
