import type { Catalog, Name, Table } from '../../catalog/model.ts';
import { findTable, periodOf } from '../../catalog/find.ts';
import { fail } from '../../base/error.ts';
import type { Engine, Session } from '../../engine/model.ts';
import { numberKeys } from './columns.ts';
import { linkTable } from './links.ts';
import type { FillHint, TableVolume } from '../model.ts';
import { expressionOf, startPlan, type PlanContext } from './plan.ts';
import { startLets } from '../sampled/lets.ts';
import { fillPlanOf, settleTrial } from './trial.ts';
import { keyOf } from '../../catalog/identity.ts';

export interface InsertOptions {
  readonly engine: Engine;
  /** A session of the owner; numbered copies of keys are made in it. */
  readonly session: Session;
  readonly catalog: Catalog;
  readonly volumes: readonly TableVolume[];
  readonly hints?: readonly FillHint[];
  readonly seed: number;
  readonly table: Name;
  /** Rows to make beyond those that are there. */
  readonly rows: number;
}

/** New rows for a table that is filled already. */
export interface Inserts {
  /** One row, with parameters; columns with defaults are left to them. */
  readonly sql: string;
  /** Values, as text, of one row each. */
  readonly values: readonly (readonly (string | null)[])[];
  /** Statements that insert all the rows at once, for the session that was given. */
  readonly batch: readonly string[];
}

/** A default would give every row the same place among those that must keep apart. */
function isApart(table: Table, column: string): boolean {
  return table.constraints.some(
    (one) => (one.kind === 'exclude' || periodOf(one) === column) && one.columns.includes(column),
  );
}

/** Makes rows that could be inserted next, valid under all constraints; throws `twin.fill` when no such rows were found. */
export async function makeInserts(options: InsertOptions): Promise<Inserts> {
  const { engine, session, catalog, seed } = options;
  const { quote } = engine;
  const table =
    findTable(catalog, options.table) ??
    fail('twin.fill', `Table ${keyOf(options.table)} is not in the database.`);
  const { rows: counted } = await session.query<{ rows: string }>(
    `SELECT count(*)::text AS rows FROM ${quote.name(table)}`,
  );
  const existing = Number(counted[0]!.rows);
  const known = new Map(options.volumes.map((volume) => [keyOf(volume.table), volume]));
  const key = keyOf(table);
  const usual: TableVolume = known.get(key) ?? {
    table,
    now: existing,
    horizon: existing,
    rows: existing,
    basis: 'assumed',
    scale: 1,
    slice: 1,
    perDay: 0,
  };
  const facts = await engine.fill.facts(session, [table]);
  const context: PlanContext = {
    engine,
    session,
    catalog,
    seed: seed + 1,
    facts: new Map(facts.map((fact) => [keyOf(fact.table), fact])),
    volumes: new Map([...known, [key, { ...usual, rows: existing + options.rows, basis: 'declared' }]]),
    plans: new Map(),
    lets: startLets(),
    hints: options.hints ?? [],
    portion: { from: 0, to: 1 },
    beside: true,
    until: new Date().toISOString(),
  };
  const plan = await startPlan(table, context);
  await numberKeys(plan, context);
  context.plans.set(key, plan);
  await linkTable(plan, context);
  for (const sql of plan.before) await session.query(sql);
  await settleTrial(plan, session, context);
  const given = plan.columns.filter((column) => {
    const declared = table.columns.find((candidate) => candidate.name === column.name)!;
    return (
      declared.identity === undefined &&
      (declared.default === undefined || isApart(table, column.name)) &&
      expressionOf(plan, column.name, 'n') !== undefined
    );
  });
  const names = given.map((column) => quote.identifier(column.name)).join(', ');
  const texts = given
    .map((column, i) => `(${expressionOf(plan, column.name, 'n')!})::text AS v${i}`)
    .join(', ');
  const { rows } =
    given.length === 0
      ? { rows: [] }
      : await session.query<Record<string, string | null>>(
          `SELECT ${texts} FROM generate_series(1::bigint, ${plan.rows}::bigint) AS g(n)`,
        );
  const places = given.map((column, i) => `$${i + 1}::text::${column.fact.type}`).join(', ');
  return {
    sql:
      given.length === 0
        ? `INSERT INTO ${quote.name(table)} DEFAULT VALUES`
        : `INSERT INTO ${quote.name(table)} (${names}) VALUES (${places})`,
    values: rows.length === 0 ? [[]] : rows.map((row) => given.map((_, i) => row[`v${i}`] ?? null)),
    batch: engine.fill.statements(fillPlanOf(plan, seed, 1, plan.rows + 1)),
  };
}
