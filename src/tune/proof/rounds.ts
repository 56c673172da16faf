/** Runs a query on two databases in turns. */
import { SqlError } from '../../base/error.ts';
import type { Engine, PlanFacts, Promised, Session } from '../../engine/model.ts';
import { percentile } from '../../workload/percentile.ts';
import type { ValueSet, WorkQuery } from '../advice/model.ts';
import { compareResults, fingerprint, type Comparison, type Fingerprint } from './compare.ts';
import type { Measured, Ratio, Sides } from './model.ts';

/** Fewest rounds: the extremes of so many hold the median with more than 98 % confidence. */
export const fewestRounds = 7;
/** Cheap queries get more rounds, as long as they took less than so many milliseconds together. */
const mostRounds = 15;
const cheapMs = 120;
/** Sets of values of one query that are run, those of the largest share first. */
const mostSets = 6;
/** A round that takes longer than this keeps only the sets that fit, milliseconds. */
const longRoundMs = 3000;

/** One of two databases. */
export interface Side {
  readonly session: Session;
  /** The session is in a transaction that its owner takes back. */
  readonly nested?: boolean;
  /** Another text for the same parameters, instead of the query's. */
  readonly sql?: string;
}

export interface RoundsOptions {
  readonly engine: Engine;
  readonly before: Side;
  readonly after: Side;
  readonly rounds?: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What the rounds of one query showed. */
export interface Rounds {
  readonly before: Measured;
  readonly after: Measured;
  readonly ratio: Ratio;
  readonly sets: number;
  readonly comparison: Comparison;
  readonly plans: { readonly before: readonly PlanFacts[]; readonly after: readonly PlanFacts[] };
  readonly buffers?: Sides;
  /** Both sides do the same steps for all sets of values. */
  readonly samePlan: boolean;
}

/** Why a query could not be measured. */
export interface Unable {
  readonly unable: string;
  /** It fails only with the change. */
  readonly onlyAfter?: boolean;
}

/** Measures in rounds: each runs all sets of values on both sides, the side that begins changing from round to round. Everything a call writes is taken back. */
export async function measureRounds(
  query: WorkQuery,
  promised: Promised,
  options: RoundsOptions,
): Promise<Rounds | Unable> {
  const { engine, before, after, timeoutMs, signal } = options;
  if (query.sets.length === 0) return { unable: query.told[0] ?? 'There are no values for its parameters.' };
  const warmed: Warmed[] = [];
  let spent = 0;
  for (const set of query.sets.toSorted((a, b) => b.share - a.share).slice(0, mostSets)) {
    signal.throwIfAborted();
    if (warmed.length > 0 && spent > longRoundMs) break;
    const found = await warm(query, set, promised, options);
    if ('unable' in found) return found;
    warmed.push(found);
    spent += found.before.ms + found.after.ms;
  }
  const [one, other, ratios]: [number[], number[], number[]] = [[], [], []];
  const shares = warmed.reduce((sum, { set }) => sum + set.share, 0) || 1;
  const wanted = Math.max(fewestRounds, options.rounds ?? fewestRounds);
  const begin = performance.now();
  for (let round = 0; round < Math.max(wanted, mostRounds); round += 1) {
    if (round >= wanted && performance.now() - begin > cheapMs) break;
    let [here, there] = [0, 0];
    for (const { set, before: first, after: second } of warmed) {
      signal.throwIfAborted();
      const turns = [
        async () =>
          (here +=
            (set.share / shares) * (first.cut ? timeoutMs : (await call(query, set, before, options)).ms)),
        async () =>
          (there +=
            (set.share / shares) * (second.cut ? timeoutMs : (await call(query, set, after, options)).ms)),
      ];
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    }
    one.push(here);
    other.push(there);
    ratios.push(there / here);
  }
  const plans = { before: warmed.map((set) => set.before.plan), after: warmed.map((set) => set.after.plan) };
  const cut = { before: warmed.some((set) => set.before.cut), after: warmed.some((set) => set.after.cut) };
  const pages = { before: pagesOf(plans.before), after: pagesOf(plans.after) };
  return {
    before: measured(one, cut.before),
    after: measured(other, cut.after),
    ratio: ratioOf(ratios),
    sets: warmed.length,
    comparison: worst(warmed.map((set) => set.comparison)),
    plans,
    ...(Number.isFinite(pages.before + pages.after) ? { buffers: pages } : {}),
    samePlan: plans.before.every((plan, i) => engine.stats.comparePlans(plan, plans.after[i]!).identical),
  };
}

/** The median of ratios with the distribution-free interval of its order statistics. */
export function ratioOf(ratios: readonly number[]): Ratio {
  const { value, low, high, n } = percentile(ratios, 0.5)!;
  return { value, low, high, n };
}

function measured(ms: readonly number[], cut: boolean): Measured {
  const { value, low, high, n } = percentile(ms, 0.5)!;
  return { ms: value, low, high, n, ...(cut ? { atLeast: true } : {}) };
}

interface Warmed {
  readonly set: ValueSet;
  readonly before: Call & { readonly plan: PlanFacts };
  readonly after: Call & { readonly plan: PlanFacts };
  readonly comparison: Comparison;
}

/** First calls, which nobody times: caches fill, rows are compared, plans are read. */
async function warm(
  query: WorkQuery,
  set: ValueSet,
  promised: Promised,
  options: RoundsOptions,
): Promise<Warmed | Unable> {
  const first = await tried(() => call(query, set, options.before, options, true));
  if ('unable' in first) return { unable: `It could not be run: ${first.unable}` };
  const second = await tried(() => call(query, set, options.after, options, true));
  if ('unable' in second) return { unable: `It fails with the change: ${second.unable}`, onlyAfter: true };
  const before = { ...first, plan: await planned(query, set, options.before, first.cut, options) };
  const after = { ...second, plan: await planned(query, set, options.after, second.cut, options) };
  if (!first.print || !second.print) {
    const side = first.print ? 'with the change' : second.print ? 'without it' : 'on both sides';
    const because = `It was cut off after ${options.timeoutMs} ms ${side}.`;
    return { set, before, after, comparison: { results: 'not-compared', because } };
  }
  let comparison = compareResults(first.print, second.print, promised, first.print);
  if (comparison.results !== 'same') {
    const again = await call(query, set, options.before, options, true);
    comparison = compareResults(first.print, second.print, promised, again.print ?? first.print);
  }
  return { set, before, after, comparison };
}

interface Call {
  readonly ms: number;
  readonly cut: boolean;
  readonly print?: Fingerprint;
}

/** One call in a transaction that is taken back; only the statement is timed. Throws `SqlError` for anything but the time limit. */
async function call(
  query: WorkQuery,
  set: ValueSet,
  side: Side,
  { timeoutMs }: RoundsOptions,
  keep = false,
): Promise<Call> {
  return takenBack(side, async () => {
    const begin = performance.now();
    try {
      const result = await side.session.query(side.sql ?? query.sql, set.values);
      const ms = performance.now() - begin;
      return { ms, cut: false, ...(keep ? { print: fingerprint(result) } : {}) };
    } catch (error) {
      if (error instanceof SqlError && error.code === 'sql.timeout') return { ms: timeoutMs, cut: true };
      throw error;
    }
  });
}

/** A plan with figures, or without where it would be cut off again. */
function planned(
  query: WorkQuery,
  set: ValueSet,
  side: Side,
  cut: boolean,
  { engine }: RoundsOptions,
): Promise<PlanFacts> {
  return takenBack(side, () =>
    engine.stats.explain(side.session, side.sql ?? query.sql, set.values, !cut),
  ).catch((error: unknown) => {
    if (!(error instanceof SqlError && error.code === 'sql.timeout')) throw error;
    return takenBack(side, () =>
      engine.stats.explain(side.session, side.sql ?? query.sql, set.values, false),
    );
  });
}

/** Runs work that leaves nothing behind, in a transaction or behind a savepoint of the one that is open. */
export async function takenBack<T>({ session, nested }: Side, work: () => Promise<T>): Promise<T> {
  await session.query(nested ? 'SAVEPOINT dbd_call' : 'BEGIN');
  try {
    return await work();
  } finally {
    await session.query(nested ? 'ROLLBACK TO SAVEPOINT dbd_call' : 'ROLLBACK');
  }
}

async function tried<T>(work: () => Promise<T>): Promise<T | { readonly unable: string }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { unable: error.message };
  }
}

const order: readonly Comparison['results'][] = ['differ', 'not-compared', 'volatile', 'open', 'same'];

/** Of the sets of values the one that says least good. */
function worst(all: readonly Comparison[]): Comparison {
  return all.toSorted((a, b) => order.indexOf(a.results) - order.indexOf(b.results))[0]!;
}

/** Mean pages of a call; NaN where one was not run to its end. */
function pagesOf(plans: readonly PlanFacts[]): number {
  const pages = plans.map(({ sharedHit, sharedRead = 0 }) => (sharedHit ?? Number.NaN) + sharedRead);
  return Math.round(pages.reduce((sum, value) => sum + value, 0) / pages.length);
}
