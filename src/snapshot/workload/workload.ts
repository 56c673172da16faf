/** The workload of a snapshot as queries that run: each with values for its parameters, its clock stopped, and what could not be used. */
import { DbdError } from '../../base/error.ts';
import { hash } from '../../base/hash.ts';
import { findTable } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';
import type {
  CapturedStatement,
  Engine,
  Moment,
  RestoredStructure,
  Session,
  Snapshot,
} from '../../engine/model.ts';
import { drawFromStatistics } from './draw.ts';
import type { CapturedQuery, ExcludedStatement, SnapshotQueries } from './model.ts';
import { namesOf } from './names.ts';
import { ratesOf } from './rates.ts';

export interface SnapshotQueriesOptions {
  readonly engine: Engine;
  /** On a database with the snapshot's structure, with or without rows; nothing is written. */
  readonly session: Session;
  readonly snapshot: Snapshot;
  /** Objects that the database lacks. */
  readonly leftOut?: RestoredStructure['leftOut'];
  /** Sets of values per query. */
  readonly sets?: number;
  readonly seed?: number;
}

/** Sets of values per query when nobody says otherwise. */
const usualSets = 10;

/** Makes queries of everything that was counted; what cannot be run is listed with its reason. */
export async function snapshotQueries(options: SnapshotQueriesOptions): Promise<SnapshotQueries> {
  const { engine, snapshot } = options;
  await engine.grammar.ready();
  const statements = merged(snapshot.workload.statements).toSorted((a, b) => b.calls - a.calls);
  const rates = ratesOf(snapshot);
  const moment = momentOf(snapshot);
  const names = namesOf(engine, statements);
  const queries: CapturedQuery[] = [];
  const excluded: ExcludedStatement[] = [];
  for (const [index, captured] of statements.entries()) {
    const name = names[index]!;
    // A statement's values must not depend on the others.
    const seed = (options.seed ?? 1) + Number.parseInt(hash(captured.sql).slice(0, 7), 16);
    const made = await queryOf({ ...options, seed }, captured, moment);
    if ('reason' in made) excluded.push({ name, captured, ...made });
    else queries.push({ ...made, name, captured, rate: rates.rateOf(captured) });
  }
  return { queries, excluded, limits: [...rates.limits, ...clockLimits(engine, snapshot, moment, queries)] };
}

/** Time of the snapshot on the source's clock, in the source's time zone. */
export function momentOf({ takenAt, settings }: Snapshot): Moment {
  return {
    at: takenAt,
    zone:
      settings.find(({ name, role }) => name.toLowerCase() === 'timezone' && role === undefined)?.value ??
      'UTC',
  };
}

type Made = Omit<CapturedQuery, 'name' | 'captured' | 'rate'> | { readonly reason: string };

async function queryOf(
  options: SnapshotQueriesOptions & { readonly seed: number },
  captured: CapturedStatement,
  moment: Moment,
): Promise<Made> {
  const { engine, session, snapshot, sets = usualSets, seed } = options;
  const { capturedSql, grammar, probe } = engine;
  if (captured.cut) return { reason: 'the server has cut its text off' };
  const run = capturedSql.runnable(captured.sql);
  if ('reason' in run) return run;
  const own = capturedSql.qualified(run.sql, pathOf(engine, snapshot, captured), snapshot.catalog);
  const statement = grammar.split(own)[0]!;
  const refused = grammar.refusal(statement);
  if (refused) return { reason: refused };
  const shape = grammar.shape(own);
  const tables = [...new Set(shape.tables.map(({ table }) => table))];
  if (shape.kind === 'other') return { reason: 'statements of its kind are not weighed' };
  if (tables.length === 0) return { reason: 'it reads no table' };
  if (tables.every((name) => capturedSql.isSystem(name) && !findTable(snapshot.catalog, name)))
    return { reason: "it reads the server's own catalogs" };

  const frozen = capturedSql.freeze(own, moment);
  let types: readonly string[];
  try {
    types = await probe.parameterTypes(session, frozen.sql);
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    return { reason: missing(options, tables) ?? error.message };
  }
  const common = {
    sql: frozen.sql,
    kind: shape.kind === 'read' ? ('read' as const) : ('write' as const),
    tables,
    types,
  };
  const left = frozen.left.map((one) => `${one}: not stopped`);
  if (types.length === 0) return { ...common, values: [[]], basis: 'known', told: left };

  const inForm = (value: string | null, at: number): string | null => {
    if (value === null) return null;
    const unit = run.units[at + 1];
    const whole = unit !== undefined && /^\s*[-+]?[\d.]+\s*$/.test(value) ? `${value} ${unit}` : value;
    return capturedSql.freezeValue(whole, types[at] ?? 'text', moment);
  };
  const known = captured.samples.map((sample) =>
    run.takes.map((number, at) => inForm(sample[number - 1] ?? null, at)),
  );
  const real = await thatPlan(engine, session, frozen.sql, known);
  if (real.length > 0) return { ...common, values: real, basis: 'known', told: left };

  const drawn = drawFromStatistics(
    { engine, snapshot, moment, seed, sets, inserts: shape.kind === 'insert' },
    capturedSql.places(own),
    types,
  );
  if (drawn.lacking.length > 0)
    return {
      ...common,
      values: [],
      basis: 'generic',
      told: [...left, `no values for ${drawn.lacking.join(', ')}`],
    };
  const values = Array.from({ length: sets }, (_, set) => drawn.columns.map((column) => column[set] ?? null));
  const [first] = await thatPlan(engine, session, frozen.sql, values.slice(0, 1));
  return first === undefined
    ? { ...common, values: [], basis: 'generic', told: [...left, 'the values that were drawn do not fit'] }
    : { ...common, values, basis: 'drawn', told: [...left, ...drawn.told] };
}

/** Schemas in which the statement's role looked for tables: its own setting, else the database's. */
function pathOf(
  { capturedSql }: Engine,
  { settings }: Snapshot,
  { role }: CapturedStatement,
): readonly string[] {
  const paths = settings.filter(({ name }) => name === 'search_path');
  const found =
    (role === undefined ? undefined : paths.find((one) => one.role === role)) ??
    paths.find((one) => one.role === undefined);
  return capturedSql.pathOf(found?.value ?? '"$user", public', role);
}

/** The sets that the server can plan with: a value may have another form than the parameter's type wants. */
async function thatPlan(
  { stats }: Engine,
  session: Session,
  sql: string,
  sets: readonly (readonly (string | null)[])[],
): Promise<readonly (readonly (string | null)[])[]> {
  const good: (readonly (string | null)[])[] = [];
  for (const values of sets) {
    try {
      await stats.explain(session, sql, values, false);
      good.push(values);
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
    }
  }
  return good;
}

function missing(
  { leftOut = [], snapshot }: Pick<SnapshotQueriesOptions, 'leftOut' | 'snapshot'>,
  tables: readonly string[],
): string | undefined {
  for (const name of tables) {
    const table = findTable(snapshot.catalog, name);
    const paths = table
      ? [`table ${printName(table)}`]
      : [`table ${name}`, `view ${name}`, `view public.${name}`];
    const found = leftOut.find(({ path }) => paths.some((one) => path === one || path.startsWith(`${one} `)));
    if (found) return `${found.path} was left out: ${found.why}`;
  }
  return undefined;
}

/** One statement for all roles that called it. */
function merged(statements: readonly CapturedStatement[]): readonly CapturedStatement[] {
  const found = new Map<string, CapturedStatement>();
  for (const one of statements) {
    const key = `${one.id} ${one.sql}`;
    const before = found.get(key);
    found.set(key, before === undefined ? one : sum(before, one));
  }
  return [...found.values()];
}

function sum(a: CapturedStatement, b: CapturedStatement): CapturedStatement {
  const calls = a.calls + b.calls;
  const totalMs = a.totalMs + b.totalMs;
  const { role, ...rest } = a;
  return {
    ...rest,
    ...(role !== undefined && role === b.role ? { role } : {}),
    calls,
    totalMs,
    meanMs: totalMs / Math.max(1, calls),
    minMs: Math.min(a.minMs, b.minMs),
    maxMs: Math.max(a.maxMs, b.maxMs),
    deviationMs: Math.max(a.deviationMs, b.deviationMs),
    rows: a.rows + b.rows,
    hit: a.hit + b.hit,
    read: a.read + b.read,
    dirtied: a.dirtied + b.dirtied,
    written: a.written + b.written,
    tempRead: a.tempRead + b.tempRead,
    tempWritten: a.tempWritten + b.tempWritten,
    ...(a.walBytes === undefined && b.walBytes === undefined
      ? {}
      : { walBytes: (a.walBytes ?? 0) + (b.walBytes ?? 0) }),
    samples: [...a.samples, ...b.samples],
  };
}

/** Views that read the clock: their text is the structure's, so it is not stopped. */
function clockLimits(
  { capturedSql, quote }: Engine,
  { catalog }: Snapshot,
  moment: Moment,
  queries: readonly CapturedQuery[],
): readonly string[] {
  const named = new Set(queries.flatMap(({ tables }) => tables));
  const reading = catalog.views.filter(
    (view) =>
      (named.has(view.name) || named.has(`${view.schema}.${view.name}`)) &&
      capturedSql.freeze(view.definition, moment).replaced.length > 0,
  );
  return reading.length === 0
    ? []
    : [
        `The clock inside the views ${reading.map((view) => quote.name(view)).join(', ')} runs on; only the clock of the statements is stopped at the snapshot's time.`,
      ];
}
