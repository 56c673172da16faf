/** Columns whose values come together, as extended statistics tell. */
import { keyOf } from '../../catalog/identity.ts';
import type { ExtendedStatistics } from '../../engine/model.ts';
import type { ColumnPlan, PlanContext, RowMake, TablePlan } from '../fill/plan.ts';
import { alone } from '../fill/plan.ts';
import { apportion } from './apportion.ts';
import { writeArray } from '../../base/array-literal.ts';
import { statisticsOf } from './knowledge.ts';
import { layoutOf, shareInOrder, type Layout } from './layout.ts';
import type { Known } from './model.ts';
import { mixedUp, type Order } from './order.ts';
import { commonValue, valuesByPlace } from './values.ts';

/** A list of common combinations, with its columns in the list's order. */
interface Together {
  readonly name: string;
  readonly columns: readonly string[];
  readonly common: NonNullable<ExtendedStatistics['common']>;
}

/** Makers of a column whose common values come in combinations with those of other columns; all of them share one place per row. */
export function togetherMakes(
  plan: TablePlan,
  column: ColumnPlan,
  seedOf: (name: string) => number,
  context: PlanContext,
): readonly RowMake[] {
  const statistics = statisticsOf(context.known, plan.table, column.name);
  const own = statistics && layoutOf(statistics, plan.rows, column.nullable);
  const found = togetherOf(plan, context).find((one) => one.columns.includes(column.name));
  if (!own || !found) return [];
  const rows = plan.rows;
  const position = found.columns.indexOf(column.name);
  const sum = found.common.frequencies.reduce((all, one) => all + one, 0);
  const counts = apportion([...found.common.frequencies, Math.max(0, 1 - sum)], rows).slice(0, -1);
  const inCommon = counts.reduce((all, one) => all + one, 0);
  const values = found.common.values.map((row) => row[position] ?? null);
  if (!column.nullable && values.includes(null)) return [];
  const left = without(own, values, counts, rows - inCommon);
  const shared = order(rows, seedOf(`together ${found.name}`), context);
  const rest = order(rows - inCommon, seedOf(column.name), context);
  const starts = counts.map((_, i) => counts.slice(0, i).reduce((all, one) => all + one, 0));
  const others = left.rows > 0 ? valuesByPlace(left, column.fact, seedOf(column.name), false, context) : [];
  const empty = `NULL::${column.fact.type}`;
  const make = (other: ((place: string) => string) | undefined): RowMake =>
    alone((n) => {
      const p = context.lets.bind(shared.at(`(${n} - 1)`));
      const i = context.lets.bind(`width_bucket(${p}, '${writeArray(starts)}'::bigint[])`);
      const common = commonValue(values, column.fact, i, context);
      if (left.rows === 0) return common;
      const q = context.lets.bind(rest.at(`greatest(0, ${p} - ${inCommon})`));
      const value = other ? other(`${q} - ${left.nulls}`) : empty;
      return `CASE WHEN ${p} < ${inCommon} THEN ${common} WHEN ${q} < ${left.nulls} THEN ${empty} ELSE ${value} END`;
    });
  if (left.rows - left.nulls > 0) return others.map(make);
  return [make(undefined)];
}

/** What a column's statistics leave for the rows that are in no common combination. */
function without(
  own: Layout,
  values: readonly (string | null)[],
  counts: readonly number[],
  rows: number,
): Layout {
  const taken = (value: string | null): number =>
    values.reduce((sum, one, i) => (one === value ? sum + counts[i]! : sum), 0);
  const wanted = [
    Math.max(0, own.nulls - taken(null)),
    ...own.common.map((one) => Math.max(0, one.rows - taken(one.value))),
  ];
  const inRest = values.reduce(
    (sum, one, i) => (one === null || own.common.some(({ value }) => value === one) ? sum : sum + counts[i]!),
    0,
  );
  const shares = apportion([...wanted, own.bounds.length > 1 ? Math.max(0, own.rest - inRest) : 0], rows);
  // Where nothing is told to be left, the rows take what the column has most of.
  const [nulls, common, rest] =
    shares.reduce((sum, one) => sum + one, 0) === rows
      ? [shares[0]!, shares.slice(1, -1), shares.at(-1)!]
      : [own.common.length > 0 ? 0 : rows, own.common.map((_, i) => (i === 0 ? rows : 0)), 0];
  return {
    ...own,
    rows,
    nulls,
    common: own.common.flatMap((one, i) => (common[i]! > 0 ? [{ ...one, rows: common[i]! }] : [])),
    rest,
    distinct: Math.max(1, Math.min(rest, own.distinct)),
  };
}

function order(count: number, seed: number, { engine, lets }: PlanContext): Order {
  return mixedUp({ count, seed, lets, spread: (n, own, below) => engine.fill.spread(n, own, below) });
}

/** Share of the rows in order from which on the order of a column is worth more than its combinations. */
const inOrder = 0.5;

function liesInOrder(plan: TablePlan, column: ColumnPlan, known: Known | undefined): boolean {
  const statistics = statisticsOf(known, plan.table, column.name);
  const layout = statistics && layoutOf(statistics, plan.rows, column.nullable);
  return layout !== undefined && Math.abs(shareInOrder(layout, statistics?.correlation)) > inOrder;
}

/** Lists of combinations over plain columns of a table that nothing else decides; each column is in one at most. */
function togetherOf(plan: TablePlan, { known, engine }: PlanContext): readonly Together[] {
  const free = new Set<string>(plan.columns.flatMap((column) => (column.fixed ? [] : [column.name])));
  const found: Together[] = [];
  for (const one of known?.extended ?? []) {
    if (keyOf(one.table) !== plan.key || !one.common || one.inherited !== (plan.table.kind === 'partitioned'))
      continue;
    const definition = known!.definitions.get(
      `${engine.quote.identifier(one.schema)}.${engine.quote.identifier(one.name)}`,
    );
    const list = / ON (.*) FROM /s.exec(definition ?? '')?.[1]?.split(', ') ?? [];
    const columns = plan.columns.filter((column) => list.includes(engine.quote.identifier(column.name)));
    // The server keeps the columns in the order of the table, whatever the statement said.
    const names = columns.map((column) => column.name);
    if (names.length !== list.length || !names.every((name) => free.has(name))) continue;
    if (columns.some((column) => liesInOrder(plan, column, known))) continue;
    for (const name of names) free.delete(name);
    found.push({ name: one.name, columns: names, common: one.common });
  }
  return found;
}
