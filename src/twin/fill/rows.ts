import { DbdError, SqlError, fail } from '../../base/error.ts';
import { findTable } from '../../catalog/find.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import { numberKeys } from './columns.ts';
import { withImpliedLinks } from './implied.ts';
import { linkOnce, startCircles } from './circles.ts';
import { circlesOf } from './in-step.ts';
import { tryGenerators } from './generators.ts';
import type { FillHint, TableVolume } from '../model.ts';
import { expressionOf, startPlan, type PlanContext, type TablePlan } from './plan.ts';
import { startLets } from '../sampled/lets.ts';
import { settleTrial } from './trial.ts';

/** What {@link makeRows} needs. */
export interface RowsOptions {
  readonly engine: Engine;
  /** A session of the owner in which triggers and foreign keys rest. */
  readonly session: Session;
  readonly catalog: Catalog;
  readonly hints: readonly FillHint[];
  readonly seed: number;
  /** Tables whose rows are made together since their foreign keys form a circle; mostly one. */
  readonly tables: readonly { readonly table: Name; readonly rows: number }[];
  /** Days over which points in time are spread. */
  readonly windowDays: number;
  readonly until: Date;
  /** Numbers that keys must lie above: `schema.table.column` → the greatest. */
  readonly taken?: ReadonlyMap<string, number>;
  /** SQL over `n`, the row's number from 1, by `schema.table.column`. */
  readonly generators?: Readonly<Record<string, string>>;
}

/** Rows of one table as text; a column that is left to its default is not among the columns. */
export interface MadeRows {
  readonly table: Table;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Why the server may refuse some of the rows: no way was found to make all of them valid. */
  readonly doubt?: string;
}

/** Makes rows with all their values, keys included, that fit beside those that are there; throws `twin.fill` when there is no way to make any. */
export async function makeRows(options: RowsOptions): Promise<readonly MadeRows[]> {
  const { engine, session, tables } = options;
  const catalog = withImpliedLinks(options.catalog);
  const facts = await engine.fill.facts(
    session,
    tables.map(({ table }) => table),
  );
  await tryGenerators(
    options.generators,
    session,
    tables.flatMap(({ table }) => findTable(catalog, table) ?? []),
    new Map(facts.map((fact) => [keyOf(fact.table), fact])),
  );
  const volumes = new Map<string, TableVolume>();
  const context: PlanContext = {
    engine,
    session,
    catalog,
    seed: options.seed,
    facts: new Map(facts.map((fact) => [keyOf(fact.table), fact])),
    volumes,
    plans: new Map(),
    lets: startLets(),
    circles: circlesOf(tables.flatMap(({ table }) => findTable(catalog, table) ?? [])),
    turn: { last: Promise.resolve() },
    hints: options.hints,
    portion: { from: 0, to: 1 },
    beside: true,
    until: options.until.toISOString(),
    ...(options.taken ? { taken: options.taken } : {}),
    ...(options.generators ? { generators: new Map(Object.entries(options.generators)) } : {}),
  };
  const started: TablePlan[] = [];
  for (const { table: name, rows } of tables) {
    const table =
      findTable(catalog, name) ?? fail('twin.fill', `Table ${keyOf(name)} is not in the database.`);
    volumes.set(keyOf(table), await volumeOf(options, table, rows));
    const plan = await startPlan(table, context);
    await numberKeys(plan, context);
    context.plans.set(plan.key, plan);
    started.push(plan);
  }
  await startCircles(context);
  const made: MadeRows[] = [];
  for (const plan of started) {
    await linkOnce(plan, context);
    for (const sql of plan.before) await session.query(sql);
    const doubt = await settled(plan, context);
    made.push({ ...(await read(plan, context)), ...(doubt === undefined ? {} : { doubt }) });
  }
  return made;
}

async function volumeOf(
  { engine, session, windowDays }: RowsOptions,
  table: Table,
  rows: number,
): Promise<TableVolume> {
  const { rows: counted } = await session.query<{ rows: string }>(
    `SELECT count(*)::text AS rows FROM ${engine.quote.name(table)}`,
  );
  const all = Number(counted[0]!.rows) + rows;
  return {
    table,
    now: all,
    horizon: all,
    rows: all,
    basis: 'declared',
    scale: 1,
    slice: 1,
    perDay: all / windowDays,
  };
}

/** Looks for valid ways to make the values; when there are none, tells why and leaves the rows to be tried one by one. */
async function settled(plan: TablePlan, context: PlanContext): Promise<string | undefined> {
  if (plan.block.size === 0) return undefined;
  try {
    await settleTrial(plan, context.session, context);
    return undefined;
  } catch (error) {
    if (error instanceof DbdError && error.code === 'twin.fill') return error.message;
    throw error;
  }
}

async function read(plan: TablePlan, context: PlanContext): Promise<Omit<MadeRows, 'doubt'>> {
  const { start, size } = plan.block;
  const made = plan.columns.flatMap((column) => {
    const expression = expressionOf(plan, column.name, 'n');
    return expression === undefined ? [] : [{ name: column.name, type: column.fact.type, expression }];
  });
  if (size === 0) return { table: plan.table, columns: made.map(({ name }) => name), rows: [] };
  // The detour over the column's type gives the text that the stored value would have.
  const texts = made.map(({ type, expression }, i) => `((${expression})::${type})::text AS v${i}`);
  try {
    const { rows } = await context.session.query<Record<string, string | null>>(
      `SELECT ${['n', ...texts].join(', ')} FROM generate_series(${start + 1}::bigint, ${start + size}::bigint) AS g(n) ORDER BY n`,
    );
    return {
      table: plan.table,
      columns: made.map(({ name }) => name),
      rows: rows.map((row) => made.map((_, i) => row[`v${i}`] ?? null)),
    };
  } catch (error) {
    if (error instanceof SqlError)
      fail('twin.fill', `No rows could be made for table ${plan.key}: ${error.message}`, { cause: error });
    throw error;
  }
}
