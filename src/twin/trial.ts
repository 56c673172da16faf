import { SqlError, fail } from '../base/error.ts';
import type { FillPlan, Quote, Session } from '../engine/model.ts';
import type { Condition } from './conditions.ts';
import { nothing } from './columns.ts';
import { uniqueSets } from './keys.ts';
import {
  CircularColumns,
  expressionOf,
  type ColumnPlan,
  type PlanContext,
  type RowMake,
  type TablePlan,
} from './plan.ts';

/** Combinations of value makers that are tried for one condition. */
const maxCombinations = 400;
const maxRepairs = 40;
/** Rows of a trial, from each end of the numbers and from the middle. */
const trialRows = 100;
/** Longest time a trial may take, milliseconds: a check that sleeps or loops must not hold the twin for ever. */
const trialLimitMs = 10_000;

/** Rows of a table by number, ready for the engine. */
export function fillPlanOf(plan: TablePlan, seed: number, from: number, to: number): FillPlan {
  const columns = plan.columns.flatMap((column) => {
    const expression = expressionOf(plan, column.name, 'n');
    return expression === undefined ? [] : [{ name: column.name, type: column.fact.type, expression }];
  });
  return { table: plan.table, from, to, seed, columns };
}

/** Inserts a few hundred rows and takes them back, and changes the makers until the server accepts the rows; throws `twin.fill` naming table and constraint. */
export async function settleTrial(plan: TablePlan, session: Session, context: PlanContext): Promise<void> {
  for (let repair = 0; repair <= maxRepairs; repair++) {
    const error = await tryRows(plan, session, context);
    if (!error) return;
    if (error.code === 'sql.timeout') tooSlow(plan, error);
    if (repair === maxRepairs || !(await mend(plan, error, session, context))) refuse(plan, error);
  }
}

function tooSlow(plan: TablePlan, cause: SqlError): never {
  return fail(
    'twin.fill',
    `Table ${plan.key} could not be filled: ${3 * trialRows} rows took longer than ${trialLimitMs / 1000} s.`,
    {
      hint: 'Look at its checks, defaults and generated columns: one of them sleeps, loops or reads much.',
      cause,
      details: { table: plan.key },
    },
  );
}

/** Ends with the error that says why a table could not be filled. */
export function refuse(plan: TablePlan, error: SqlError): never {
  const constraint = error.fields.constraint ?? error.fields.column;
  return fail(
    'twin.fill',
    `Table ${plan.key} could not be filled${constraint ? ` under ${constraint}` : ''}: ${error.message}`,
    {
      hint: 'Give the column examples in the task, or load a few rows with the schema.',
      cause: error,
      details: { table: plan.key, ...(constraint === undefined ? {} : { constraint }) },
    },
  );
}

async function tryRows(
  plan: TablePlan,
  session: Session,
  context: PlanContext,
): Promise<SqlError | undefined> {
  const { start, size } = plan.block;
  const middle = start + Math.floor(size / 2);
  const spans =
    size <= 4 * trialRows
      ? [[start, start + size]]
      : [
          [start, start + trialRows],
          [middle, middle + trialRows],
          [start + size - trialRows, start + size],
        ];
  await session.run('BEGIN');
  const limit = setTimeout(() => void session.cancel().catch(() => undefined), trialLimitMs);
  try {
    for (const [from, to] of spans as [number, number][]) {
      for (const sql of context.engine.fill.statements(fillPlanOf(plan, context.seed, from + 1, to + 1)))
        await session.query(sql);
    }
    return undefined;
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  } finally {
    clearTimeout(limit);
    await session.run('ROLLBACK');
  }
}

/** Changes something about the plan so that this error may not come again; false when nothing is left to try. */
async function mend(
  plan: TablePlan,
  error: SqlError,
  session: Session,
  context: PlanContext,
): Promise<boolean> {
  const { sqlstate, constraint, column } = error.fields;
  if (sqlstate === '23514') {
    const named = plan.conditions.filter((condition) => condition.name === constraint);
    for (const condition of named.length > 0 ? named : plan.conditions) {
      if (named.length === 0 && (await holds(plan, [condition], session, context.engine.quote))) continue;
      if (await search(plan, condition, session, context)) return true;
    }
    return false;
  }
  if (sqlstate === '23P01') {
    const apart = plan.table.constraints.find((one) => one.name === constraint)?.columns ?? [];
    return plan.columns.filter((candidate) => apart.includes(candidate.name)).some(advanceColumn);
  }
  if (sqlstate === '23502') return advanceColumn(plan.columns.find((candidate) => candidate.name === column));
  if (sqlstate === '23505') {
    const set = uniqueSets(plan.table, context.engine.quote).find(
      (candidate) => candidate.name === constraint,
    );
    return plan.columns.filter((candidate) => set?.columns.includes(candidate.name)).some(advanceColumn);
  }
  for (const candidate of plan.columns) {
    const expression = expressionOf(plan, candidate.name, 'n');
    if (expression === undefined) continue;
    if (
      !(await evaluates(`SELECT ${assigned(expression, candidate)} FROM ${numbers(plan)}`, session)) &&
      advanceColumn(candidate)
    )
      return true;
  }
  return false;
}

function advanceColumn(column: ColumnPlan | undefined): boolean {
  if (!column || column.chosen + 1 >= column.candidates.length) return false;
  column.chosen += 1;
  return true;
}

/** A value as an assignment would store it: too long a text is an error, not cut. */
function assigned(expression: string, column: ColumnPlan): string {
  return `CASE WHEN length((${expression})::text) >= 0 THEN (${expression})::${column.fact.type} END`;
}

/** Looks for makers of the columns of a condition with which it and its neighbours hold for a sample of rows. */
async function search(
  plan: TablePlan,
  condition: Condition,
  session: Session,
  context: PlanContext,
): Promise<boolean> {
  const columns = plan.columns.filter(
    (column) => condition.columns.includes(column.name) && column.candidates.length > 0,
  );
  if (columns.length === 0) return false;
  const options = columns.map((column) => optionsOf(column, columns, context));
  const names = new Set(columns.map((column) => column.name));
  const others = plan.conditions.filter(
    (other) => other !== condition && other.columns.some((name) => names.has(name)),
  );
  const before = columns.map((column) => ({ candidates: column.candidates, chosen: column.chosen }));
  for (const choice of combinations(options.map((list) => list.length))) {
    columns.forEach((column, i) => {
      column.candidates = options[i]!;
      column.chosen = choice[i]!;
    });
    if (await holds(plan, [condition, ...others], session, context.engine.quote)) return true;
  }
  columns.forEach((column, i) => Object.assign(column, before[i]));
  return false;
}

/** Makers of a column for conditions over several: its own, none at all, only for its share of the rows, and values beside another column's. */
function optionsOf(
  column: ColumnPlan,
  columns: readonly ColumnPlan[],
  context: PlanContext,
): readonly RowMake[] {
  const own = column.candidates.slice(column.chosen).concat(column.candidates.slice(0, column.chosen));
  const more: RowMake[] = [];
  const optional = columns.filter((candidate) => candidate.nullable);
  if (column.nullable && columns.length > 1) {
    const turn = optional.indexOf(column);
    more.push((n, other) => `CASE WHEN ${n} % ${optional.length} = ${turn} THEN ${own[0]!(n, other)} END`);
  }
  // Alone, a column that may be empty is left so only when no maker's values are accepted.
  if (column.nullable && columns.length === 1) return [...own, nothing(column)];
  if (column.nullable) more.push(nothing(column));
  if (!column.fixed) {
    for (const partner of columns) {
      if (partner === column || partner.fact.family !== column.fact.family) continue;
      more.push(
        (_n, other) => context.engine.fill.after(other(partner.name), column.fact) ?? 'NULL',
        (_n, other) => `(${other(partner.name)})::${column.fact.type}`,
      );
    }
  }
  return [...own.slice(0, 1), ...more, ...(column.fixed && own.length < 2 ? [] : own.slice(1))];
}

/** Index vectors in the order of their sum; those with all indexes equal come early, since columns often change together. */
function* combinations(sizes: readonly number[]): Generator<readonly number[]> {
  const smallest = Math.min(...sizes);
  let given = 0;
  for (let i = 0; i < smallest && i < 4; i++) {
    given += 1;
    yield sizes.map(() => i);
  }
  const total = sizes.reduce((sum, size) => sum + size - 1, 0);
  for (let sum = 0; sum <= total; sum++) {
    for (const vector of vectors(sizes, sum)) {
      if (given++ > maxCombinations) return;
      yield vector;
    }
  }
}

function* vectors(sizes: readonly number[], sum: number): Generator<readonly number[]> {
  if (sizes.length === 0) {
    if (sum === 0) yield [];
    return;
  }
  const [first, ...rest] = sizes;
  for (let i = 0; i < first! && i <= sum; i++) for (const tail of vectors(rest, sum - i)) yield [i, ...tail];
}

async function holds(
  plan: TablePlan,
  conditions: readonly Condition[],
  session: Session,
  quote: Quote,
): Promise<boolean> {
  const needed = new Set(conditions.flatMap((condition) => condition.columns));
  try {
    const row = plan.columns
      .filter((column) => needed.has(column.name))
      .map(
        (column) =>
          `${expressionOf(plan, column.name, 'n') ?? `NULL::${column.fact.type}`} AS ${quote.identifier(column.name)}`,
      );
    const tests = conditions.map((condition) => `coalesce((${condition.predicate}), true)`);
    const result = await session.query<{ ok: boolean }>(
      `SELECT coalesce(bool_and(${tests.join(' AND ')}), true) AS ok FROM (SELECT ${row.join(', ')} FROM ${numbers(plan)}) t`,
    );
    return result.rows[0]!.ok;
  } catch (error) {
    if (error instanceof SqlError || error instanceof CircularColumns) return false;
    throw error;
  }
}

async function evaluates(sql: string, session: Session): Promise<boolean> {
  try {
    await session.query(sql);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

/** A sample of row numbers from the first to the last. */
function numbers(plan: TablePlan): string {
  const { start, size } = plan.block;
  const step = Math.max(1, Math.floor(size / 200));
  return `(SELECT n FROM generate_series(${start + 1}::bigint, ${start + size}::bigint, ${step}::bigint) AS s(n) UNION SELECT ${start + size}::bigint UNION SELECT n FROM generate_series(${start + 1}::bigint, ${start + Math.min(size, 20)}::bigint) AS s(n)) AS g`;
}
