import { hash } from '../../base/hash.ts';
import { fail } from '../../base/error.ts';
import type { Column } from '../../catalog/model.ts';
import type { Make, ValueRequest } from '../../engine/model.ts';
import { boundsOf, hintsOf } from './conditions.ts';
import { isWide, uniqueSets } from './keys.ts';
import { partsInUse } from './spread.ts';
import { alone, capRows, type ColumnPlan, type PlanContext, type RowMake, type TablePlan } from './plan.ts';
import { keyOf } from '../../catalog/identity.ts';
import { arrayItems } from '../../base/array-literal.ts';
import { isGiven, knownMakes } from '../sampled/columns.ts';
import { keyMaker } from '../sampled/keys.ts';
import { statisticsOf } from '../sampled/knowledge.ts';

/** Greatest value of an integer type. */
const room: Readonly<Record<string, number>> = { smallint: 32_767, integer: 2_147_483_647 };
const mostlyNull = /delet|remov|archiv|revok|cancel|banned|suspend/;

/** Seed of a column: the run's seed and the column's own name. */
export function seedOf(seed: number, key: string, column: string): number {
  return Number.parseInt(hash(`${seed} ${key} ${column}`).slice(0, 8), 16) & 0x7fffffff;
}

/** Gives integer keys the row's own number: they never depend on another table. */
export async function numberKeys(plan: TablePlan, context: PlanContext): Promise<void> {
  const { engine, session } = context;
  const foreign = new Set(
    plan.table.constraints.filter((c) => c.kind === 'foreign').flatMap((c) => c.columns),
  );
  const bounded = boundsOf(plan.table, context.catalog.tables);
  const alone_ = new Set(
    uniqueSets(plan.table, engine.quote)
      .filter((set) => set.columns.length === 1)
      .map((set) => set.columns[0]!),
  );
  for (const column of plan.columns) {
    if (foreign.has(column.name) || !alone_.has(column.name) || isGiven(plan, column, context)) continue;
    const seed = seedOf(context.seed, plan.key, column.name);
    const key = keyMaker(plan, column, seed, context);
    if (!key) continue;
    plan.keys.set(column.name, key);
    column.candidates = [alone((n) => key.at(key.rankAt(`(${n} - 1)`)))];
    column.fixed = true;
  }
  for (const column of plan.columns) {
    if (column.fixed || isGiven(plan, column, context)) continue;
    const declared = plan.table.columns.find((candidate) => candidate.name === column.name)!;
    const numbered = Boolean(declared.identity) || (declared.default ?? '').startsWith('nextval(');
    if (column.fact.family !== 'integer' || foreign.has(column.name) || bounded.has(column.name)) continue;
    if (!numbered && !alone_.has(column.name)) continue;
    const name = engine.quote.identifier(column.name);
    const { rows } = await session.query<{ top: string | null }>(
      `SELECT max(${name})::text AS top FROM ${engine.quote.name(plan.table)}`,
    );
    const base = Math.max(
      0,
      Number(rows[0]!.top ?? 0) - plan.block.start,
      context.taken?.get(`${plan.key}.${column.name}`) ?? 0,
      plan.kept > 0 ? 0 : leastKnown(plan, column, context) - 1,
    );
    const limit = room[column.fact.base];
    if (limit !== undefined)
      capRows(plan, Math.max(0, limit - base), `column ${column.name} is ${column.fact.base}`);
    const number: Make = (n) => (base === 0 ? n : `(${n} + ${base})`);
    column.candidates = [
      number,
      ...hintsOf(column.name, plan.conditions).numbers.map(
        (limit_): Make =>
          (n) =>
            `(${n} + ${Math.max(base, limit_)})`,
      ),
    ].map((make) => alone((n) => `(${make(n)})::${column.fact.type}`));
    column.fixed = true;
  }
}

/** Where a snapshot's numbers begin; 1 when it does not tell. */
function leastKnown(plan: TablePlan, column: ColumnPlan, { known }: PlanContext): number {
  const statistics = statisticsOf(known, plan.table, column.name);
  const [first] = statistics && statistics.distinct <= -0.99 ? arrayItems(statistics.histogram ?? '{}') : [];
  const least = Number(first ?? 1);
  return Number.isSafeInteger(least) ? Math.max(1, least) : 1;
}

/** Gives every column that no key decides its ways to be made; `distinct` names those that make rows differ. */
export function fillColumns(plan: TablePlan, distinct: ReadonlySet<string>, context: PlanContext): void {
  const sets = uniqueSets(plan.table, context.engine.quote);
  const inSet = new Set(sets.flatMap((set) => set.columns));
  for (const column of plan.columns)
    if (column.candidates.length === 0) giveWays(plan, column, distinct, inSet, context);
}

/** Gives one column its ways to be made; throws `twin.fill` when there is none. */
export function giveWays(
  plan: TablePlan,
  column: ColumnPlan,
  distinct: ReadonlySet<string>,
  inSet: ReadonlySet<string>,
  context: PlanContext,
): void {
  const declared = plan.table.columns.find((candidate) => candidate.name === column.name)!;
  const makes = [
    ...givenValues(plan, column, context),
    ...context.engine.fill.values(requestOf(plan, column, distinct.has(column.name), context)),
  ];
  const usable = makes.map((make): RowMake =>
    distinct.has(column.name) && plan.kept > 0 ? (n) => make(`(${n} + ${plan.kept})`) : alone(make),
  );
  const known = knownMakes({
    plan,
    column,
    seed: seedOf(context.seed, plan.key, column.name),
    seedOf: (name) => seedOf(context.seed, plan.key, name),
    distinct: distinct.has(column.name),
    usual: makes[0],
    context,
  });
  column.candidates = [
    ...known,
    ...(column.nullable && !inSet.has(column.name)
      ? usable.slice(0, 1).map((make) => sometimesNull(make, column, context))
      : []),
    ...usable,
    ...defaultOf(declared, distinct.has(column.name)),
    ...(column.nullable && !distinct.has(column.name) ? [nothing(column)] : []),
  ];
  if (column.candidates.length === 0 && declared.default === undefined && !column.nullable) {
    fail(
      'twin.fill',
      `Column ${column.name} of table ${plan.key} has type ${column.fact.type}, for which dbd makes no values.`,
      {
        hint: 'Give the column a default, or load its rows with the schema.',
      },
    );
  }
}

/** Values that were given row by row; where there are more rows than values they begin again. */
function givenValues(plan: TablePlan, column: ColumnPlan, context: PlanContext): readonly Make[] {
  return context.hints.flatMap((hint): readonly Make[] => {
    const { values } = hint;
    if (!values || values.length === 0 || keyOf(hint.table) !== plan.key || hint.column !== column.name)
      return [];
    const list = values.map((value) => context.engine.quote.literal(value)).join(',');
    return [(n) => `((ARRAY[${list}]::text[])[1 + (${n} - 1) % ${values.length}])::${column.fact.type}`];
  });
}

/** Null of the column's own type. */
export function nothing(column: ColumnPlan): RowMake {
  return () => `NULL::${column.fact.type}`;
}

function sometimesNull(make: RowMake, column: ColumnPlan, context: PlanContext): RowMake {
  const share = mostlyNull.test(column.name) ? 95 : 10;
  const seed = seedOf(context.seed, 'null', column.name);
  return (n, other) =>
    `CASE WHEN ${context.engine.fill.spread(n, seed, 100)} >= ${share} THEN ${make(n, other)} END`;
}

function defaultOf(column: Column, distinct: boolean): readonly RowMake[] {
  const { default: text } = column;
  return text === undefined || distinct || text.startsWith('nextval(') ? [] : [() => `(${text})`];
}

function requestOf(
  plan: TablePlan,
  column: ColumnPlan,
  distinct: boolean,
  context: PlanContext,
): ValueRequest {
  const { block, volume } = plan;
  const days = windowDays(volume.horizon, volume.perDay);
  // Values that must differ from those of kept rows are made from numbers behind theirs: their place in the window is still that of the new rows.
  // Half a place apart from theirs they could still meet them, where rows of both lie on one grid.
  const first = distinct && plan.kept > 0 ? block.start + plan.kept + 0.381966 : block.start + 0.5;
  const found = hintsOf(column.name, plan.conditions);
  const hints = context.hints.filter(
    (hint) =>
      keyOf(hint.table) === plan.key && (hint.column === column.name || `${hint.column}_id` === column.name),
  );
  const begins = context.beside ? hints.flatMap((hint) => hint.begins ?? []) : [];
  const examples = begins.length > 0 ? begins : hints.flatMap((hint) => hint.examples ?? []);
  const skew = begins.length > 0 ? undefined : hints.find((hint) => hint.skew)?.skew;
  const labels = column.fact.labels.length > 0 ? column.fact.labels : found.closed ? found.literals : [];
  return {
    fact: column.fact,
    seed: seedOf(context.seed, plan.key, column.name),
    distinct,
    rows: plan.rows + plan.kept,
    fraction: (n) => `((${n} - ${first})::float8 / ${Math.max(1, block.size)})`,
    until: context.until,
    windowDays: days,
    examples: examples.length > 0 ? examples : labels,
    ...(skew?.kind === 'weights' ? { weights: skew.weights } : {}),
    ...(skew?.kind === 'zipf' ? { exponent: skew.exponent } : {}),
    literals: found.literals,
    numbers: found.numbers,
    conditions: found.alone,
    bounds: partsInUse(
      boundsOf(plan.table, context.catalog.tables).get(column.name) ?? [],
      column.fact.family,
      { until: context.until, days },
    ),
  };
}

/** Days that the rows of a table span: those that the daily growth needs for the horizon's rows, one year when it does not grow. */
export function windowDays(horizon: number, perDay: number): number {
  return perDay > 0 ? Math.min(3650, Math.max(1, horizon / perDay)) : 365;
}

/** The column whose values alone can make the rows of a set differ, among those that no key decides. */
export function widest(plan: TablePlan, columns: readonly string[]): ColumnPlan | undefined {
  return plan.columns.find((column) => {
    if (!columns.includes(column.name) || column.candidates.length > 0) return false;
    return isWide(column.fact, plan.rows + plan.kept) && !hintsOf(column.name, plan.conditions).closed;
  });
}
