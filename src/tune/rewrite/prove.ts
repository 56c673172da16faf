/** Rewrites that are offered: equal on small databases made to tell them apart, equal on the filled twin, and faster there. */
import { SqlError } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine, Rewrite, Session } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { ValueSet, WorkQuery } from '../advice/model.ts';
import { answer, fewestWithRows, same, taken, tryOnWorlds, type Equality } from './equal.ts';
import type { ProvenRewrite } from './model.ts';
import { isTimeout, timeInTurns, type Calls, type Timed } from './timed.ts';

export interface ProveRewritesOptions {
  readonly engine: Engine;
  readonly catalog: Catalog;
  /** The structure without rows; what is put into it is taken back. */
  readonly empty: SandboxDatabase;
  /** Rows like production's. */
  readonly filled: SandboxDatabase;
  readonly queries: readonly WorkQuery[];
  /** Time zone of production's sessions. */
  readonly zone?: string;
  readonly worlds?: number;
  readonly seed?: number;
  /** Longest that a statement may take, milliseconds. */
  readonly timeoutMs?: number;
  /** Rewrites of a query; the engine's own when absent. */
  readonly rewritesOf?: (query: WorkQuery) => readonly Rewrite[];
  readonly signal: AbortSignal;
}

/** Milliseconds that a statement may take on the filled twin, and on a world of a few rows. */
const longestMs = 10_000;
const worldMs = 5_000;
/** Sets of values that rows are compared for, those of the largest share first. */
const mostSets = 4;

/** Tries every rewrite of every read; those that are offered come first, the greatest gain before the others. Statements that cannot be rewritten are not listed. */
export async function proveRewrites(options: ProveRewritesOptions): Promise<readonly ProvenRewrite[]> {
  const { engine, empty, filled, timeoutMs = longestMs } = options;
  const found: ProvenRewrite[] = [];
  const small = await engine.connect(empty.ownerUrl, { statementTimeoutMs: worldMs });
  try {
    const large = await engine.connect(filled.ownerUrl, { statementTimeoutMs: timeoutMs });
    try {
      for (const query of options.queries) {
        options.signal.throwIfAborted();
        found.push(...(await proveQuery(query, options, small, large)));
      }
    } finally {
      await large.close();
    }
  } finally {
    await small.close();
  }
  const gain = ({ before, after }: ProvenRewrite): number => (before && after ? before.ms - after.ms : 0);
  return found.toSorted(
    (a, b) => Number(b.verdict === 'offered') - Number(a.verdict === 'offered') || gain(b) - gain(a),
  );
}

async function proveQuery(
  query: WorkQuery,
  options: ProveRewritesOptions,
  small: Session,
  large: Session,
): Promise<readonly ProvenRewrite[]> {
  const { engine, catalog, zone, worlds, seed, signal } = options;
  if (query.kind !== 'read') return [];
  let rewrites: readonly Rewrite[];
  try {
    rewrites = options.rewritesOf?.(query) ?? engine.rewrites.of(query.sql, catalog);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return [];
  }
  const equalities = await tryOnWorlds({
    engine,
    session: small,
    catalog,
    sql: query.sql,
    sets: query.sets,
    rewrites,
    ...(zone === undefined ? {} : { zone }),
    ...(worlds === undefined ? {} : { worlds }),
    ...(seed === undefined ? {} : { seed }),
    signal,
  });
  const proven: ProvenRewrite[] = [];
  for (const equality of equalities) proven.push(await judged(query, equality, options, large));
  return proven;
}

async function judged(
  query: WorkQuery,
  equality: Equality,
  options: ProveRewritesOptions,
  session: Session,
): Promise<ProvenRewrite> {
  const { rewrite, worlds, counterexample, unable } = equality;
  const common = { query: query.name, rewrite, worlds, sql: rewrite.sql, compared: 0 };
  if (unable !== undefined) return { ...common, verdict: 'not-proven', because: unable };
  if (counterexample)
    return {
      ...common,
      verdict: 'refuted',
      because: `A database of a few rows tells the two apart: ${said(counterexample.original)} without it, ${said(counterexample.rewritten)} with it.`,
      counterexample,
    };
  if (worlds.withRows < fewestWithRows)
    return {
      ...common,
      verdict: 'not-proven',
      because: `It had rows in ${worlds.withRows} of ${worlds.calls} calls on small databases; fewer than ${fewestWithRows} prove nothing.`,
    };
  const sets = query.sets.toSorted((a, b) => b.share - a.share).slice(0, mostSets);
  const needed = options.engine.capturedSql.places(query.sql).length;
  if (sets.length === 0 && needed > 0)
    return { ...common, verdict: 'not-proven', because: 'There are no values for its parameters.' };
  try {
    return await onTwin(query, equality, sets.length > 0 ? sets : [noValues], options, session);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const because = isTimeout(error)
      ? `It was cut off on the filled twin after ${options.timeoutMs ?? longestMs} ms; on small databases its rows were the same in ${plural(worlds.calls, 'call')}.`
      : `It could not be run on the filled twin: ${error.message}`;
    return { ...common, verdict: 'not-proven', because };
  }
}

const noValues: ValueSet = { values: [], share: 1, kind: 'common' };

function said(rows: readonly string[] | string): string {
  return typeof rows === 'string' ? `the error “${rows}”` : plural(rows.length, 'row');
}

async function onTwin(
  query: WorkQuery,
  { rewrite, worlds }: Equality,
  sets: readonly ValueSet[],
  options: ProveRewritesOptions,
  session: Session,
): Promise<ProvenRewrite> {
  const { engine, catalog, signal } = options;
  const common = { query: query.name, rewrite, worlds, sql: rewrite.sql };
  await session.query('BEGIN READ ONLY');
  try {
    let next = new Map<ValueSet, readonly unknown[]>();
    if (rewrite.pages) next = await deepPages(query, rewrite, sets, options, session);
    else
      for (const { values } of sets) {
        signal.throwIfAborted();
        const before = await rowsOf(options, session, engine.rewrites.settled(query.sql, catalog)!, values);
        const after = await answer(
          { engine, session },
          engine.rewrites.settled(rewrite.sql, catalog) ?? rewrite.sql,
          taken(values, rewrite),
        );
        if (!same(before, after, engine.rewrites.ordered(query.sql)))
          return {
            ...common,
            verdict: 'refuted',
            compared: sets.length,
            because: `Its rows differ on the filled twin: ${said(before)} without it, ${said(after)} with it.`,
          };
      }
    const chosen = rewrite.pages ? sets.filter((set) => next.has(set)) : sets;
    if (chosen.length === 0)
      return {
        ...common,
        verdict: 'not-proven',
        compared: 0,
        because: 'No page of it begins after the first row.',
      };
    const timed = await timeInTurns(
      session,
      callsOf(
        query.sql,
        chosen.map(({ values }) => values),
      ),
      callsOf(
        rewrite.sql,
        chosen.map((set) => next.get(set) ?? taken(set.values, rewrite)),
      ),
      signal,
    );
    return { ...common, ...verdictOf(timed, rewrite, worlds.calls, chosen.length, engine) };
  } finally {
    await session.query('ROLLBACK');
  }
}

function callsOf(sql: string, sets: readonly (readonly unknown[])[]): Calls {
  return sets.map((values) => ({ sql, values }));
}

async function rowsOf(
  { engine }: ProveRewritesOptions,
  session: Session,
  sql: string,
  values: readonly unknown[],
): Promise<readonly string[]> {
  const { rows } = await session.query<{ row: string }>(engine.rewrites.asText(sql), values);
  return rows.map(({ row }) => row);
}

/** Values of the page that each set asks for by its offset, and whether its rows are those that follow the row before it. */
async function deepPages(
  query: WorkQuery,
  rewrite: Rewrite,
  sets: readonly ValueSet[],
  { engine }: ProveRewritesOptions,
  session: Session,
): Promise<Map<ValueSet, readonly unknown[]>> {
  const found = new Map<ValueSet, readonly unknown[]>();
  const pages = rewrite.pages!;
  const at = engine.capturedSql.places(query.sql).findIndex(({ kind }) => kind === 'offset');
  const written = /\boffset\s+(\d+)/i.exec(query.sql)?.[1];
  for (const set of sets) {
    const offset = Number(at >= 0 ? set.values[at] : (written ?? 0));
    if (!Number.isInteger(offset) || offset < 1) continue;
    const { rows } = await session.query<Record<string, string>>(
      `${engine.rewrites.asText(pages.whole, pages.last)} LIMIT 1 OFFSET ${offset - 1}`,
      pages.wholeTakes.map((place) => set.values[place]),
    );
    const last = rows[0];
    if (last)
      found.set(set, [...taken(set.values, rewrite), ...pages.last.map((_, key) => last[`key_${key + 1}`])]);
  }
  return found;
}

function verdictOf(
  timed: Timed,
  rewrite: Rewrite,
  calls: number,
  compared: number,
  engine: Engine,
): Pick<ProvenRewrite, 'verdict' | 'because' | 'sql' | 'compared' | 'before' | 'after' | 'ratio'> {
  const { before, after, ratio, figures } = timed;
  const equal = rewrite.pages
    ? `Walked to the end, its pages held the same rows in ${plural(calls, 'call')} on small databases`
    : `Its rows were the same in ${plural(calls, 'call')} on small databases and for ${plural(compared, 'set')} of values on the filled twin`;
  const because = `${equal}; ${figures}${timed.faster ? '' : ', which is no gain'}.`;
  return {
    verdict: timed.faster ? 'offered' : 'not-faster',
    sql: timed.faster ? engine.rewrites.explained(rewrite.sql, commentOf(rewrite)) : rewrite.sql,
    because,
    compared,
    before,
    after,
    ratio,
  };
}

/** The reason that stands in the text; figures would be out of date there. */
function commentOf({ rule, because, provided, contract }: Rewrite): string {
  return [
    `${rule}: ${because}.`,
    ...(provided.length > 0 ? [`Provided: ${provided.join('; ')}.`] : []),
    ...(contract === undefined ? [] : [contract]),
  ].join(' ');
}
