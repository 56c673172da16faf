/** Values of columns as statistics and captured shapes tell them, before any that are made up. */
import type { ColumnStatistics, Make } from '../../engine/model.ts';
import { alone, type ColumnPlan, type PlanContext, type RowMake, type TablePlan } from '../fill/plan.ts';
import { writeArray, arrayItems } from '../../base/array-literal.ts';
import { statisticsOf } from './knowledge.ts';
import { layoutOf, type Layout } from './layout.ts';
import { withMembers } from './members.ts';
import { offsetMakes } from './offsets.ts';
import { placesOf, type Places } from './places.ts';
import { togetherMakes } from './together.ts';
import { commonValue, orderOf, valuesByPlace } from './values.ts';

/** Least share of the average width that made-up values may lack before they are filled up. */
const widthSlack = 0.8;

export interface KnownMakesOptions {
  readonly plan: TablePlan;
  readonly column: ColumnPlan;
  readonly seed: number;
  readonly seedOf: (name: string) => number;
  /** Its values alone make rows differ. */
  readonly distinct: boolean;
  /** The way to make the value that names and types suggest. */
  readonly usual: Make | undefined;
  readonly context: PlanContext;
}

/** Ways to make a column's values that the configuration or the snapshot tells, best first. */
export function knownMakes(options: KnownMakesOptions): readonly RowMake[] {
  const { plan, column, context } = options;
  const { known } = context;
  const given = generatorOf(plan, column, context);
  if (given !== undefined)
    return [
      alone((n) =>
        n === 'n'
          ? `(${given})::${column.fact.type}`
          : `(SELECT ${given} FROM (SELECT (${n})::bigint AS n) AS g)::${column.fact.type}`,
      ),
    ];
  const statistics = known && statisticsOf(known, plan.table, column.name);
  if (!statistics || plan.kept > 0 || plan.rows === 0) return [];
  const makes = options.distinct
    ? distinctMakes(options, statistics)
    : [...togetherMakes(plan, column, options.seedOf, context), ...statisticMakes(options, statistics)];
  return [...offsetMakes(plan, column, options.seed, makes[0], context), ...makes];
}

/** Whether the configuration makes this column. */
export function isGiven(plan: TablePlan, column: ColumnPlan, context: PlanContext): boolean {
  return generatorOf(plan, column, context) !== undefined;
}

function generatorOf(
  plan: TablePlan,
  column: ColumnPlan,
  { known, generators }: PlanContext,
): string | undefined {
  const key = `${plan.key}.${column.name}`;
  return generators?.get(key) ?? known?.generators.get(key);
}

function distinctMakes(
  { plan, column, seed, context }: KnownMakesOptions,
  statistics: ColumnStatistics,
): readonly RowMake[] {
  const layout = layoutOf({ ...statistics, distinct: -1 }, plan.rows, column.nullable);
  if (!layout || layout.bounds.length < 2) return [];
  const filled = layout.rows - layout.nulls;
  const places = placesIn(
    options(context),
    plan,
    layout.nulls,
    orderOf(layout, column.fact, statistics.correlation, context),
    seed,
  );
  const { expressions } = request('n');
  return expressions
    .slice(0, 1)
    .map(() => alone(orEmpty(places, column, (n) => request(places.at(n)).expressions[0]!)));
  function request(index: string) {
    return context.engine.fill.between({
      fact: column.fact,
      bounds: layout!.bounds,
      count: filled,
      values: filled,
      except: [],
      index,
      distinct: true,
      seed,
      bind: context.lets.bind,
    });
  }
}

function statisticMakes(asked: KnownMakesOptions, statistics: ColumnStatistics): readonly RowMake[] {
  const { plan, column, seed, usual, context } = asked;
  const { fact } = column;
  const layout = layoutOf(statistics, plan.rows, column.nullable);
  const nulls = layout?.nulls ?? (column.nullable ? Math.round(statistics.nullFraction * plan.rows) : 0);
  const order = layout ? orderOf(layout, fact, statistics.correlation, context) : 0;
  // Documents have an order that means little: their members' values are worth more.
  const inOrder = fact.family === 'json' && Math.abs(order) < 0.1 ? 0 : order;
  const places = placesIn(options(context), plan, nulls, inOrder, seed);
  const wrap = (make: Make): RowMake => alone(orEmpty(places, column, make));
  const byPlace = layout ? valuesByPlace(layout, fact, seed, inOrder !== 0, context) : [];
  const shaped = shapedMake(asked, layout, statistics, places);
  const members =
    layout && inOrder === 0 ? withMembers(plan, column, layout, asked.seedOf, context) : undefined;
  const made = [
    ...(shaped ? [wrap(shaped)] : []),
    ...(members ? byPlace.map((make) => wrap((n) => members(make(places.at(n)), places.at(n)))) : []),
    ...byPlace.map((make) => wrap((n) => make(places.at(n)))),
  ];
  if (made.length > 0 || !usual) return made;
  const wide = (n: string): string =>
    (statistics.averageWidth * widthSlack > 16
      ? context.engine.fill.widened(usual(n), statistics.averageWidth, fact, n)
      : undefined) ?? usual(n);
  return [wrap(wide), wrap(usual)];
}

/** Common arrays as often as they are, others by their elements; ranges by their bounds and lengths. */
function shapedMake(
  { column, seed, context }: KnownMakesOptions,
  layout: Layout | undefined,
  statistics: ColumnStatistics,
  places: Places,
): Make | undefined {
  const { fact } = column;
  const { engine, lets } = context;
  const common = layout?.common ?? [];
  const inCommon = common.reduce((sum, one) => sum + one.rows, 0);
  const rest = places.count - inCommon;
  if (rest <= 0) return undefined;
  const values = arrayItems(statistics.commonElements ?? '{}').flatMap((value) => value ?? []);
  const bounds = arrayItems(statistics.rangeBounds ?? '{}').flatMap((value) => value ?? []);
  const lengths = arrayItems(statistics.rangeLengths ?? '{}').flatMap((value) => value ?? []);
  const shares = values.map((value, i) => {
    const among = common.filter((one) => arrayItems(one.value).includes(value));
    const left =
      (statistics.elementFrequencies?.[i] ?? 0) * places.count -
      among.reduce((sum, one) => sum + one.rows, 0);
    return Math.min(1, Math.max(0, left / rest));
  });
  const make = (n: string): string | undefined =>
    engine.fill.shaped({
      fact,
      seed,
      n,
      place: `((${places.at(n)})::float8 / ${Math.max(1, places.count)})`,
      ...(values.length > 0 ? { elements: { values, shares } } : {}),
      ...(bounds.length > 1
        ? { ranges: { bounds, lengths, empty: statistics.rangeEmptyFraction ?? 0 } }
        : {}),
    });
  if (make('n') === undefined) return undefined;
  if (inCommon === 0) return (n) => make(n)!;
  const starts = common.map((_, i) => common.slice(0, i).reduce((sum, one) => sum + one.rows, 0));
  const list = common.map((one) => one.value);
  return (n) => {
    const p = places.at(n);
    const i = lets.bind(`width_bucket(${p}, '${writeArray(starts)}'::bigint[])`);
    return `CASE WHEN ${p} < ${inCommon} THEN ${commonValue(list, fact, i, context)} ELSE ${make(n)!} END`;
  };
}

function options(context: PlanContext): Pick<PlanContext, 'engine' | 'lets'> {
  return { engine: context.engine, lets: context.lets };
}

function placesIn(
  { engine, lets }: Pick<PlanContext, 'engine' | 'lets'>,
  plan: TablePlan,
  nulls: number,
  inOrder: number,
  seed: number,
): Places {
  return placesOf({ engine, lets, rows: plan.rows, nulls, inOrder, seed });
}

/** A maker whose rows without a value are empty. */
export function orEmpty(places: Places, column: ColumnPlan, make: Make): Make {
  return (n) => {
    const empty = places.empty(n);
    return empty === undefined
      ? make(n)
      : `CASE WHEN ${empty} THEN NULL::${column.fact.type} ELSE ${make(n)} END`;
  };
}
