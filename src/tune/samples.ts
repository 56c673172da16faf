import { DbdError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { PreparedQuery } from '../workload/model.ts';

/** Fewest samples a verdict rests on. */
export const fewestSamples = 20;
/** Samples from which a 95th percentile has an upper end with 95 % confidence. */
const wantedSamples = 80;
/** Back-to-back calls go on this long for more samples, and at most this long for the fewest. */
const topUpMs = 2500;
const longestTopUpMs = 15_000;

/** Sets of values whose rows are looked at, and how long that may take, milliseconds. */
const metSets = 10;
const metMs = 2000;

/** How many sets of values meet no row at all: a call that finds nothing is fast, and shows nothing about one that does. */
export async function emptiness(
  engine: Engine,
  session: Session,
  query: PreparedQuery,
  signal: AbortSignal,
): Promise<{ readonly sets: number; readonly empty: number }> {
  const begin = performance.now();
  const every = Math.max(1, Math.floor(query.values.length / metSets));
  let [sets, empty] = [0, 0];
  for (const values of query.values.filter((_, i) => i % every === 0).slice(0, metSets)) {
    if (signal.aborted || performance.now() - begin > metMs) break;
    if (query.kind === 'write') await session.run('BEGIN');
    try {
      const facts = await engine.stats.explain(session, query.sql, values, true);
      sets += 1;
      const nothing = query.kind === 'write' ? facts.met === 0 : facts.rows === 0 || facts.met === 0;
      if (nothing) empty += 1;
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      break;
    } finally {
      if (query.kind === 'write') await session.run('ROLLBACK');
    }
  }
  return { sets, empty };
}

/** A few calls that nobody counts: a fresh clone has a cold cache and an empty plan. */
export async function warm(session: Session, query: PreparedQuery): Promise<void> {
  if (query.kind === 'write') return;
  for (const values of query.values.slice(-3)) {
    const ran = await session.query(query.sql, values).then(
      () => true,
      () => false,
    );
    if (!ran) return;
  }
}

/** Back-to-back calls until there are enough samples, or the time for them is used up. */
export async function topUp(
  session: Session,
  query: PreparedQuery,
  samples: number[],
  from: number,
  signal: AbortSignal,
): Promise<void> {
  const begin = performance.now();
  for (let i = from; samples.length < wantedSamples; i++) {
    const spent = performance.now() - begin;
    if (signal.aborted || spent > (samples.length < fewestSamples ? longestTopUpMs : topUpMs)) return;
    // Each insert needs a row of its own: values that were sent already may be unique.
    if (query.kind === 'write' && i >= query.values.length) return;
    const at = performance.now();
    try {
      await session.query(query.sql, query.values[i % query.values.length]!);
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      return;
    }
    samples.push(performance.now() - at);
  }
}
