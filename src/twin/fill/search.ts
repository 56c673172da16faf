/** Looks for ways to make values with which conditions hold. */
import { SqlError } from '../../base/error.ts';
import type { Session } from '../../engine/model.ts';
import { nothing, seedOf } from './columns.ts';
import { hintsOf, type Condition } from './conditions.ts';
import { derived, firstFit } from './fit.ts';
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

/** Rows that a choice has to pass before it is tried with more. */
const fewRows = 50;

/** What a search needs. */
export interface Looking extends PlanContext {
  /** Rows that are looked at. */
  readonly rows: number;
}

/** Looks for makers of the columns of a condition with which it and its neighbours hold for a sample of rows. */
export async function search(
  plan: TablePlan,
  condition: Condition,
  session: Session,
  context: Looking,
): Promise<boolean> {
  const columns = plan.columns.filter(
    (column) => condition.columns.includes(column.name) && column.candidates.length > 0,
  );
  if (columns.length === 0) return false;
  const options = columns.map((column) => optionsOf(plan, column, columns, context));
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
    // A few rows tell most wrong choices.
    if (
      (await holds(plan, [condition, ...others], session, { ...context, rows: fewRows })) &&
      (await holds(plan, [condition, ...others], session, context))
    )
      return true;
  }
  columns.forEach((column, i) => Object.assign(column, before[i]));
  return false;
}

/** Makers of a column for conditions over several: its own, none at all, only for its share of the rows, and values beside another column's. */
function optionsOf(
  plan: TablePlan,
  column: ColumnPlan,
  columns: readonly ColumnPlan[],
  context: PlanContext,
): readonly RowMake[] {
  column.plain ??= column.candidates;
  const now = column.candidates[column.chosen]!;
  const own = [now, ...column.plain.filter((make) => make !== now)];
  // A value beside another's, or one that fits, would come up twice.
  if (
    uniqueSets(plan.table, context.engine.quote).some(
      ({ columns: set }) => set.length === 1 && set[0] === column.name,
    )
  )
    return column.nullable ? [...own, nothing(column)] : own;
  const more: RowMake[] = shares(plan, column, columns, context);
  const optional = columns.filter((candidate) => candidate.nullable);
  if (column.nullable && columns.length > 1) {
    const turn = optional.indexOf(column);
    more.push(
      (n, other) => `CASE WHEN ${n} % ${optional.length} = ${turn} THEN ${column.plain![0]!(n, other)} END`,
    );
  }
  const found = column.fixed && !column.nullable ? undefined : firstFit(plan, column, context);
  const fit = found ? [found] : [];
  // Alone, a column that may be empty is left so only when no maker's values are accepted.
  if (columns.length === 1) return [...own, ...fit, ...(column.nullable ? [nothing(column)] : [])];
  more.push(...fit);
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

/** Whole numbers between the limits that conditions name, small enough that as many of them as there are columns stay below the upper one together. */
function shares(
  plan: TablePlan,
  column: ColumnPlan,
  columns: readonly ColumnPlan[],
  context: PlanContext,
): RowMake[] {
  if (column.fixed || columns.length < 2 || !['integer', 'number'].includes(column.fact.family)) return [];
  const { numbers: known } = hintsOf(column.name, plan.conditions);
  const [low, high] = [Math.ceil(Math.min(...known)), Math.floor(Math.max(...known))];
  if (known.length < 2 || high - low < columns.length) return [];
  const seed = seedOf(context.seed, plan.key, column.name);
  const most = Math.floor((high - low) / columns.length);
  return [(n) => `(${low} + ${context.engine.fill.spread(n, seed, most)})::${column.fact.type}`];
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

/** Whether conditions hold for a sample of the rows as they would be made now. */
export async function holds(
  plan: TablePlan,
  conditions: readonly Condition[],
  session: Session,
  context: Looking,
): Promise<boolean> {
  const { quote } = context.engine;
  const needed = new Set(conditions.flatMap((condition) => condition.columns));
  try {
    const row = plan.columns
      .filter((column) => needed.has(column.name))
      .map(
        (column) =>
          `${expressionOf(plan, column.name, 'n') ?? `NULL::${column.fact.type}`} AS ${quote.identifier(column.name)}`,
      );
    const given = plan.columns.filter((column) => needed.has(column.name) && !column.nullable);
    const tests = [
      ...conditions.map((condition) => `coalesce((${condition.predicate}), true)`),
      ...given.map((column) => `${quote.identifier(column.name)} IS DISTINCT FROM NULL`),
    ];
    const result = await session.query<{ ok: boolean }>(
      `SELECT coalesce(bool_and(${tests.join(' AND ')}), true) AS ok FROM (SELECT ${row.join(', ')} FROM ${staged(plan, row, context)}) t${derived(plan, conditions)}`,
    );
    return result.rows[0]!.ok;
  } catch (error) {
    if (error instanceof SqlError || error instanceof CircularColumns) return false;
    throw error;
  }
}

/** A sample of rows with the names that expressions share. */
export function staged(plan: TablePlan, expressions: readonly string[], context: Looking): string {
  return context.engine.fill.staged(numbers(plan, context.rows), plan.lets.stages(expressions));
}

/** A sample of row numbers from the first to the last. */
function numbers(plan: TablePlan, rows: number): string {
  const { start, size } = plan.block;
  const step = Math.max(1, Math.floor(size / rows));
  return `(SELECT n FROM generate_series(${start + 1}::bigint, ${start + size}::bigint, ${step}::bigint) AS s(n) UNION SELECT ${start + size}::bigint UNION SELECT n FROM generate_series(${start + 1}::bigint, ${start + Math.min(size, 20)}::bigint) AS s(n)) AS g`;
}
