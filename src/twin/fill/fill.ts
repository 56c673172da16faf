import { DbdError, SqlError, fail } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import { formatCount } from '../../base/units.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { numberKeys } from './columns.ts';
import { tellImplied, withImpliedLinks } from './implied.ts';
import { linkOnce, startCircles } from './circles.ts';
import { circlesOf } from './in-step.ts';
import { tryGenerators, type Generators } from './generators.ts';
import type { FillHint, FillResult, Refill, TableVolume } from '../model.ts';
import { notesOf } from './notes.ts';
import type { Portion } from './parents.ts';
import { startPlan, type PlanContext, type TablePlan } from './plan.ts';
import { startLets } from '../sampled/lets.ts';
import type { Known } from '../sampled/model.ts';
import { schedule } from './schedule.ts';
import { fillPlanOf, refuse, settleTrial } from './trial.ts';
import { verifyForeignKeys } from './verify.ts';
import { keyOf } from '../../catalog/identity.ts';

/** Rows per statement: often enough to stop quickly, seldom enough to cost nothing. */
const chunkRows = 200_000;
/** Rows of a table from which on its ranges are shared; small ranges keep the rows nearly in the order of their numbers, as time would have. */
const leastShared = 100_000;
const sharedChunkRows = 20_000;
/** A derived table that lacks less than this share of its rows is left as its sources made it. */
const leastRest = 0.1;
/** Sessions that fill tables at the same time, and those that help with large ones. */
const sessions = 2;
const helpers = 1;

export interface FillOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  readonly volumes: readonly TableVolume[];
  /** What the task tells about values. */
  readonly hints?: readonly FillHint[];
  readonly seed: number;
  /** Only these tables; others keep what they have. */
  readonly tables?: readonly Name[];
  /** Which share of the rows, so that growing sizes can be filled one after the other; 0 to 1 when left out. */
  readonly portion?: Portion;
  /** Derived tables: emptied, then filled by their statement after their sources. */
  readonly refill?: readonly Refill[];
  /** What a snapshot knows of the rows that these stand for, by {@link knowledgeOf}; preferred to everything that is made up. */
  readonly known?: Known;
  /** Rows of tables that others fill follow statistics: the limits name those that do not. */
  readonly besideKnown?: boolean;
  /** SQL over `n`, the row's number from 1, by `schema.table.column`: for columns whose values no one can guess. */
  readonly generators?: Readonly<Record<string, string>>;
  /** The tables have no keys and references yet: those who make them verify the rows and settle the tables. */
  readonly bare?: boolean;
  /** End of the time window; the present minute when left out. */
  readonly until?: Date;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Makes rows for every table inside the server, valid under all constraints, and verifies the foreign keys; throws `twin.fill` naming table and constraint. */
export async function fillTwin(asked: FillOptions): Promise<FillResult> {
  const options = { ...asked, catalog: withImpliedLinks(asked.catalog) };
  const { engine, sandbox, database, catalog, signal } = options;
  const begin = performance.now();
  const refill = options.refill ?? [];
  const derived = new Set(refill.map((entry) => keyOf(entry.table)));
  const wanted = options.tables ? new Set(options.tables.map(keyOf)) : undefined;
  const tables = catalog.tables.filter(
    (table) => table.kind !== 'foreign' && !table.partitionOf && (wanted?.has(keyOf(table)) ?? true),
  );
  const plain = tables.filter((table) => !derived.has(keyOf(table)));
  const admin = await engine.connect(database.adminUrl, { application: 'dbd fill' });
  const workers: Session[] = [];
  const stop = (): void => {
    for (const worker of workers) void worker.cancel();
  };
  try {
    const rest = engine.fill.rest(sandbox.owner, database.name);
    await admin.run(rest.on);
    try {
      for (let i = 0; i < sessions + helpers; i++)
        workers.push(await engine.connect(database.ownerUrl, { application: 'dbd fill' }));
    } finally {
      await admin.run(rest.off);
    }
    signal.addEventListener('abort', stop);
    const forced = plain.filter((table) => table.rowSecurity === 'forced');
    for (const table of forced)
      await workers[0]!.query(`ALTER TABLE ${engine.quote.name(table)} NO FORCE ROW LEVEL SECURITY`);
    const first = await contextOf(options, workers[0]!, tables);
    await tryGenerators(generatorsOf(options), first.session, plain, first.facts);
    const plans = await startPlans(plain, first);
    const times = new Map<string, number>();
    const fillers = workers.slice(0, plain.length === 1 ? 1 : sessions);
    const free = workers.filter((worker) => !fillers.includes(worker));
    await schedule(plain, fillers, async (table, session) => {
      const at = performance.now();
      const plan = plans.get(keyOf(table))!;
      const others = plan.rows >= leastShared ? free.splice(0, helpers) : [];
      await fillTable(plan, { ...first, session }, options, others);
      free.push(...others);
      times.set(keyOf(table), performance.now() - at);
    });
    for (const entry of refill) {
      if (wanted && !wanted.has(keyOf(entry.table))) continue;
      const at = performance.now();
      await refillTable(entry, first, options);
      times.set(keyOf(entry.table), performance.now() - at);
    }
    for (const table of forced)
      await workers[0]!.query(`ALTER TABLE ${engine.quote.name(table)} FORCE ROW LEVEL SECURITY`);
    const filled = tables.filter((table) => times.has(keyOf(table)));
    await schedule(
      filled,
      workers,
      async (table, session) => {
        await engine.fill.advance(session, table);
        if (options.bare) return;
        await verifyForeignKeys(session, table, engine.quote);
        await engine.fill.settle(session, [table]);
      },
      false,
    );
    const limits = [...plans.values()].flatMap((plan) => [...tellImplied(plan.table), ...plan.limits]);
    return {
      tables: await measure(filled, times, admin, engine, catalog),
      ms: performance.now() - begin,
      limits: [...limits, ...notesOf(options, tables)],
    };
  } catch (error) {
    if (signal.aborted) fail('interrupted', 'Filling the twin was stopped.', { cause: error });
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all([...workers, admin].map((session) => session.close()));
  }
}

function generatorsOf({ generators, known }: FillOptions): Generators {
  return { ...Object.fromEntries(known?.generators ?? []), ...generators };
}

async function contextOf(
  options: FillOptions,
  session: Session,
  tables: readonly Table[],
): Promise<PlanContext> {
  const facts = await options.engine.fill.facts(session, tables);
  const until = options.until ?? new Date(Math.floor(Date.now() / 60_000) * 60_000);
  return {
    engine: options.engine,
    session,
    catalog: options.catalog,
    facts: new Map(facts.map((fact) => [keyOf(fact.table), fact])),
    volumes: new Map(options.volumes.map((volume) => [keyOf(volume.table), volume])),
    plans: new Map(),
    lets: startLets(),
    circles: circlesOf(tables),
    turn: { last: Promise.resolve() },
    ...(options.known ? { known: options.known } : {}),
    ...(options.generators ? { generators: new Map(Object.entries(options.generators)) } : {}),
    ...(options.bare ? { bare: true } : {}),
    hints: options.hints ?? [],
    portion: options.portion ?? { from: 0, to: 1 },
    until: until.toISOString(),
    seed: options.seed,
  };
}

/** Plans all tables as far as their own integer keys go, so that circles of foreign keys can be closed by arithmetic. */
async function startPlans(tables: readonly Table[], context: PlanContext): Promise<Map<string, TablePlan>> {
  for (const table of tables) {
    const plan = await startPlan(table, context);
    await numberKeys(plan, context);
    context.plans.set(plan.key, plan);
  }
  await startCircles(context);
  return context.plans;
}

async function fillTable(
  plan: TablePlan,
  context: PlanContext,
  options: FillOptions,
  others: readonly Session[] = [],
): Promise<void> {
  const { session, engine } = context;
  const { signal, emit } = options;
  if (plan.rows === 0) return;
  const begin = performance.now();
  await linkOnce(plan, context);
  if (plan.block.size === 0) return;
  for (const sql of plan.before) await session.query(sql);
  await settleTrial(plan, session, context);
  const last = plan.block.start + plan.block.size;
  const shared = others.length > 0 && plan.block.size >= leastShared;
  const step = shared ? sharedChunkRows : chunkRows;
  let next = plan.block.start;
  const work = async (own: Session): Promise<void> => {
    while (next < last) {
      signal.throwIfAborted();
      const from = next;
      next = Math.min(last, from + step);
      for (const sql of engine.fill.statements(fillPlanOf(plan, context.seed, from + 1, next + 1))) {
        try {
          await own.query(sql);
        } catch (error) {
          next = last;
          if (error instanceof SqlError && error.fields.sqlstate.startsWith('23')) refuse(plan, error);
          throw error;
        }
      }
    }
  };
  const help = async (other: Session): Promise<void> => {
    for (const sql of plan.before) await other.query(sql);
    await work(other);
  };
  const ended = await Promise.allSettled([work(session), ...(shared ? others.map(help) : [])]);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  emit({
    kind: 'step',
    step: `fill ${plan.key}`,
    ms: performance.now() - begin,
    note: `${formatCount(plan.block.size)} rows`,
  });
}

async function refillTable(entry: Refill, context: PlanContext, options: FillOptions): Promise<void> {
  const { session, engine, catalog } = context;
  const name = engine.quote.name(entry.table);
  const kind = entry.kind ?? 'summary';
  // TRUNCATE leaves no dead rows behind, but a table that others reference refuses it.
  if (kind !== 'settle')
    await session.query(`TRUNCATE ${name}`).catch(() => session.query(`DELETE FROM ${name}`));
  try {
    if (entry.sql !== '') await session.query(entry.sql);
  } catch (error) {
    if (error instanceof DbdError) {
      fail(
        'twin.fill',
        `Derived table ${keyOf(entry.table)} could not be filled from its sources: ${error.message}`,
        { cause: error },
      );
    }
    throw error;
  }
  if (kind !== 'summary') return;
  // A summary may outlive its sources: what they no longer explain is made like any other rows.
  const table = catalog.tables.find((candidate) => keyOf(candidate) === keyOf(entry.table));
  const volume = context.volumes.get(keyOf(entry.table));
  if (!table || !volume) return;
  const rows = Math.floor(volume.rows * context.portion.to);
  const whole = { from: 0, to: 1 };
  const volumes = new Map([
    ...context.volumes,
    [keyOf(table), { ...volume, rows, basis: 'declared' as const }],
  ]);
  const rest: PlanContext = { ...context, volumes, portion: whole, plans: new Map() };
  const plan = await startPlan(table, rest);
  if (plan.rows < rows * leastRest) return;
  await numberKeys(plan, rest);
  rest.plans.set(plan.key, plan);
  await fillTable(plan, rest, { ...options, portion: whole });
}

async function measure(
  tables: readonly Table[],
  times: ReadonlyMap<string, number>,
  session: Session,
  engine: Engine,
  catalog: Catalog,
): Promise<FillResult['tables']> {
  const sizes = new Map(
    (await engine.stats.sizes(session))
      .filter(({ kind }) => kind === 'table')
      .map(({ name, bytes }) => [keyOf(name), bytes]),
  );
  // Rows of a partitioned table and their bytes are in its partitions.
  const whole = (table: Table): number =>
    catalog.tables
      .filter(({ partitionOf }) => partitionOf && keyOf(partitionOf) === keyOf(table))
      .reduce((sum, part) => sum + whole(part), sizes.get(keyOf(table)) ?? 0);
  const result: FillResult['tables'][number][] = [];
  for (const table of tables) {
    const { rows } = await session.query<{ rows: string }>(
      `SELECT count(*)::text AS rows FROM ${engine.quote.name(table)}`,
    );
    result.push({
      table: { schema: table.schema, name: table.name },
      rows: Number(rows[0]!.rows),
      ms: times.get(keyOf(table))!,
      bytes: whole(table),
    });
  }
  return result;
}
