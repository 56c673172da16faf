/** Whether two texts return the same rows on many small databases. */
import { SqlError } from '../../base/error.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { Engine, Rewrite, Session } from '../../engine/model.ts';
import { random } from '../../workload/random.ts';
import type { ValueSet } from '../advice/model.ts';
import type { Counterexample, WorldCount, WorldTable } from './model.ts';
import { walkPages } from './pages.ts';
import { tablesOf } from './tables.ts';
import { wantedOf, worldValues } from './values.ts';
import { makeWorld, singleWorld } from './world.ts';

export interface EqualOptions {
  readonly engine: Engine;
  /** On a database with the structure and without rows; everything is taken back. */
  readonly session: Session;
  readonly catalog: Catalog;
  readonly sql: string;
  readonly sets: readonly ValueSet[];
  readonly rewrites: readonly Rewrite[];
  /** Time zone of production, tried before the others. */
  readonly zone?: string;
  readonly worlds?: number;
  readonly seed?: number;
  readonly signal: AbortSignal;
}

/** What the worlds said of one rewrite. */
export interface Equality {
  readonly rewrite: Rewrite;
  readonly worlds: WorldCount;
  readonly counterexample?: Counterexample;
  /** Why it cannot be compared at all. */
  readonly unable?: string;
}

/** Worlds that each rewrite is tried on. */
export const manyWorlds = 48;
/** Calls in each world, with values of their own. */
const callsPerWorld = 2;
/** Calls with rows that equality rests on at least. */
export const fewestWithRows = 5;

/** Tries every rewrite on the same worlds; one that differs once is not tried further. */
export async function tryOnWorlds(options: EqualOptions): Promise<readonly Equality[]> {
  const { engine, session, catalog, sql, rewrites, signal, worlds = manyWorlds, seed = 1 } = options;
  const unable = unableOf(options);
  if (unable !== undefined || rewrites.length === 0)
    return rewrites.map((rewrite) => ({
      rewrite,
      worlds: { tried: 0, calls: 0, withRows: 0 },
      ...(unable === undefined ? {} : { unable }),
    }));
  const tables = tablesOf(sql, catalog, engine);
  const trials = rewrites.map((rewrite) => trialOf(rewrite, options));
  const zones = [...new Set([...(options.zone ? [options.zone] : []), ...engine.rewrites.worlds.zones])];
  for (let world = 0; world < worlds; world++) {
    signal.throwIfAborted();
    if (trials.every(({ counterexample }) => counterexample)) break;
    await session.query('BEGIN');
    try {
      await oneWorld(options, tables, trials, {
        seed: world <= singleWorld ? world : seed + world,
        zone: zones[world % zones.length]!,
      });
    } finally {
      await session.query('ROLLBACK');
    }
  }
  return trials.map(({ rewrite, counts, counterexample, unable: why }) => ({
    rewrite,
    worlds: counts,
    ...(counterexample ? { counterexample } : {}),
    ...(why === undefined ? {} : { unable: why }),
  }));
}

interface Trial {
  readonly rewrite: Rewrite;
  /** Both texts with ties broken; of pages there is no second one. */
  readonly original: string;
  readonly rewritten: string;
  readonly counts: { tried: number; calls: number; withRows: number };
  counterexample?: Counterexample;
  unable?: string;
}

/** What makes any comparison worthless. */
function unableOf({ engine, catalog, sql }: EqualOptions): string | undefined {
  const open = engine.trials.promised(sql, catalog).open.filter((why) => !why.startsWith('LIMIT'));
  if (open.length > 0) return `Its text leaves its rows open: ${open.join('; ')}.`;
  return engine.rewrites.settled(sql, catalog) === undefined
    ? 'Ties of its order cannot be broken, so that equal rows could not be told from others.'
    : undefined;
}

function trialOf(rewrite: Rewrite, { engine, catalog, sql }: EqualOptions): Trial {
  const original = engine.rewrites.settled(sql, catalog)!;
  const rewritten = engine.rewrites.settled(rewrite.sql, catalog);
  return {
    rewrite,
    original,
    rewritten: rewritten ?? rewrite.sql,
    counts: { tried: 0, calls: 0, withRows: 0 },
    ...(rewritten === undefined && !rewrite.pages ? { unable: 'Ties of its order cannot be broken.' } : {}),
  };
}

async function oneWorld(
  options: EqualOptions,
  tables: readonly Table[],
  trials: readonly Trial[],
  { seed, zone }: { readonly seed: number; readonly zone: string },
): Promise<void> {
  const { engine, session, catalog, sql, sets } = options;
  await session.query(engine.rewrites.worlds.zone(zone));
  const hints = engine.rewrites.worlds.hints(
    sql,
    sets.flatMap(({ values }) => values),
  );
  const world = await makeWorld(
    { engine, session, catalog, tables, hints, wanted: wantedOf(sql, engine) },
    seed,
  );
  for (const trial of trials) trial.counts.tried += 1;
  const places = engine.capturedSql.places(sql);
  const next = random(seed * 104_729 + 3);
  for (let call = 0; call < (places.length === 0 ? 1 : callsPerWorld); call++) {
    const values = worldValues(sql, places, sets, world, next);
    const found = { seed, zone, values, tables: shown(world) };
    const [first] = trials;
    const original = await answer(options, first!.original, values);
    // A text that fails says nothing about its rows, except where pages never ask for an offset.
    for (const trial of trials) {
      if (trial.counterexample || trial.unable !== undefined) continue;
      if (trial.rewrite.pages) {
        const difference = await walkPages(options, trial.rewrite, trial.rewrite.pages, values);
        if (difference === 'failed') continue;
        count(trial, difference.whole);
        if (difference.pages)
          trial.counterexample = { ...found, original: difference.whole, rewritten: difference.pages };
        continue;
      }
      if (typeof original === 'string') continue;
      count(trial, original);
      const rewritten = await answer(options, trial.rewritten, taken(values, trial.rewrite));
      if (!same(original, rewritten, engine.rewrites.ordered(sql)))
        trial.counterexample = { ...found, original, rewritten };
    }
  }
}

function count({ counts }: Trial, rows: readonly string[]): void {
  counts.calls += 1;
  if (rows.length > 0) counts.withRows += 1;
}

/** Parameters of the new text. */
export function taken(values: readonly unknown[], { takes }: Pick<Rewrite, 'takes'>): readonly unknown[] {
  return takes ? takes.map((at) => values[at]) : values;
}

/** Rows as texts in their order, or the error. */
export async function answer(
  { engine, session }: Pick<EqualOptions, 'engine' | 'session'>,
  sql: string,
  values: readonly unknown[],
): Promise<readonly string[] | string> {
  await session.query('SAVEPOINT dbd_answer');
  try {
    const { rows } = await session.query<{ row: string }>(engine.rewrites.asText(sql), values);
    return rows.map(({ row }) => row);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await session.query('ROLLBACK TO SAVEPOINT dbd_answer');
    return error.message;
  }
}

/** As sequences where the text asks for an order, else as multisets. */
export function same(
  original: readonly string[],
  rewritten: readonly string[] | string,
  ordered: boolean,
): boolean {
  if (typeof rewritten === 'string' || original.length !== rewritten.length) return false;
  const [a, b] = ordered
    ? [original, rewritten]
    : [original.toSorted(compareText), rewritten.toSorted(compareText)];
  return a.every((row, at) => row === b[at]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Tables without what no reader needs. */
function shown(world: readonly WorldTable[]): readonly WorldTable[] {
  return world.map(({ table: { schema, name }, columns, rows }) => ({
    table: { schema, name },
    columns,
    rows,
  }));
}
