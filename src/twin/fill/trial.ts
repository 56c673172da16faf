import { SqlError, fail } from '../../base/error.ts';
import type { FillPlan, Session } from '../../engine/model.ts';
import { mentioned } from './conditions.ts';
import { copyOf } from './copy.ts';
import { uniqueSets, type UniqueSet } from './keys.ts';
import { expressionOf, type ColumnPlan, type PlanContext, type TablePlan } from './plan.ts';
import { holds, search, staged, type Looking } from './search.ts';

const maxRepairs = 40;
/** Rows of a trial, from each end of the numbers and from the middle; a table of so many altogether is tried whole. */
const trialRows = 100;
const wholeRows = 5000;
/** Rows for which a condition is looked at, and for one that failed again after that. */
const sampleRows = 200;
const wideSampleRows = 5000;
/** Longest time a trial may take, milliseconds: a check that sleeps or loops must not hold the twin for ever. */
const trialLimitMs = 10_000;

/** Rows of a table by number, ready for the engine. */
export function fillPlanOf(plan: TablePlan, seed: number, from: number, to: number): FillPlan {
  const columns = plan.columns.flatMap((column) => {
    const expression = expressionOf(plan, column.name, 'n');
    return expression === undefined ? [] : [{ name: column.name, type: column.fact.type, expression }];
  });
  const stages = plan.lets.stages(columns.map((column) => column.expression));
  return { table: plan.table, from, to, seed, columns, stages };
}

/** Inserts a few hundred rows and takes them back, and changes the makers until the server accepts the rows; throws `twin.fill` naming table and constraint. */
export async function settleTrial(plan: TablePlan, session: Session, context: PlanContext): Promise<void> {
  const seen = new Set<string>();
  let looked = plan.block.size <= wholeRows;
  for (let repair = 0; repair <= maxRepairs; repair++) {
    const error = await tryRows(plan, session, context);
    if (!error) {
      if (looked || !(await mendRare(plan, session, { ...context, rows: wideSampleRows }))) return;
      looked = true;
      continue;
    }
    if (error.code === 'sql.timeout') tooSlow(plan, error);
    const { constraint = '' } = error.fields;
    const rows = seen.has(constraint) ? wideSampleRows : sampleRows;
    seen.add(constraint);
    if (repair === maxRepairs || !(await mend(plan, error, session, { ...context, rows })))
      refuse(plan, error);
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
      hint: `Give SQL over n, the row number from 1, for a column of it under generators in dbd.config.yaml, such as ${plan.key}.code: "'C-' || n"; or examples in the task.`,
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
    size <= wholeRows
      ? [[start, start + size]]
      : [
          [start, start + trialRows],
          [middle, middle + trialRows],
          [start + size - trialRows, start + size],
        ];
  await session.run('BEGIN');
  const limit = setTimeout(() => void session.cancel().catch(() => undefined), trialLimitMs);
  try {
    const tried = context.bare ? await copyOf(plan, session, context) : plan;
    for (const [from, to] of spans as [number, number][]) {
      for (const sql of context.engine.fill.statements(fillPlanOf(tried, context.seed, from + 1, to + 1)))
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

/** Changes the makers of conditions that few rows break, which a trial may not meet; false when all hold. */
async function mendRare(plan: TablePlan, session: Session, context: Looking): Promise<boolean> {
  let changed = false;
  for (const condition of plan.conditions)
    if (!(await holds(plan, [condition], session, context)))
      changed = (await search(plan, condition, session, context)) || changed;
  return changed;
}

/** Changes something about the plan so that this error may not come again; false when nothing is left to try. */
async function mend(plan: TablePlan, error: SqlError, session: Session, context: Looking): Promise<boolean> {
  const { sqlstate, constraint, column } = error.fields;
  if (sqlstate === '23514') {
    const named = plan.conditions.filter((condition) => condition.name === constraint);
    for (const condition of named.length > 0 ? named : plan.conditions) {
      if (named.length === 0 && (await holds(plan, [condition], session, context))) continue;
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
    if (set?.predicate !== undefined && (await stayOut(plan, set, session, context))) return true;
    return plan.columns.filter((candidate) => set?.columns.includes(candidate.name)).some(advanceColumn);
  }
  for (const candidate of plan.columns) {
    const expression = expressionOf(plan, candidate.name, 'n');
    if (expression === undefined) continue;
    if (
      !(await evaluates(
        `SELECT ${assigned(expression, candidate)} FROM ${staged(plan, [expression], context)}`,
        session,
      )) &&
      advanceColumn(candidate)
    )
      return true;
  }
  return false;
}

/** Lets no row satisfy the predicate of a partial unique index. */
function stayOut(plan: TablePlan, set: UniqueSet, session: Session, context: Looking): Promise<boolean> {
  const names = plan.columns.map(({ name }) => name);
  const condition = {
    name: set.name,
    predicate: `(${set.predicate!}) IS NOT TRUE`,
    columns: mentioned(set.predicate!, names, context.engine.quote),
    derived: [],
  };
  plan.conditions.push(condition);
  return search(plan, condition, session, context);
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

async function evaluates(sql: string, session: Session): Promise<boolean> {
  try {
    await session.query(sql);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}
