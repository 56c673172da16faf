/** Points in time that follow others: of their own row, or of the row's parent. */
import { keyOf } from '../../catalog/identity.ts';
import type { DateOffsets } from '../../engine/model.ts';
import { expressionOf, type ColumnPlan, type PlanContext, type RowMake, type TablePlan } from '../plan.ts';
import { arrayText } from './array.ts';
import { statisticsOf } from './knowledge.ts';
import { placesOf } from './places.ts';

/** Makers of a column that a captured distance ties to another one; where that one is empty, the column's own statistics stand in. */
export function offsetMakes(
  plan: TablePlan,
  column: ColumnPlan,
  seed: number,
  own: RowMake | undefined,
  context: PlanContext,
): readonly RowMake[] {
  const { known, engine, lets } = context;
  const found = known?.offsets
    .filter((one) => keyOf(one.table) === plan.key && one.to === column.name && one.percentiles.length > 1)
    .find((one) => !leadsBack(one, known.offsets, plan));
  if (!found || engine.fill.shifted('n', '0', column.fact) === undefined) return [];
  const link = found.through === undefined ? undefined : plan.parents.get(found.through);
  if (found.through !== undefined && !link) return [];
  const empties = column.nullable ? (statisticsOf(known, plan.table, column.name)?.nullFraction ?? 0) : 0;
  const before = link ? 0 : (statisticsOf(known, plan.table, found.from)?.nullFraction ?? 0);
  // Rows whose beginning is empty are among the empty ones already.
  const share = Math.max(0, (empties - before) / Math.max(1 - before, Number.MIN_VALUE));
  const places = placesOf({
    engine,
    lets,
    rows: plan.rows,
    nulls: Math.round(share * plan.rows),
    inOrder: 0,
    seed,
  });
  const steps = found.percentiles.length - 1;
  const list = `('${arrayText(found.percentiles)}'::float8[])`;
  return [
    (n, other) => {
      const from = link ? expressionOf(link.plan, found.from, link.row(n)) : other(found.from);
      if (from === undefined) return own?.(n, other) ?? 'NULL';
      const x = lets.bind(`(${places.at(n)})::float8 * ${steps / Math.max(1, places.count)}`);
      const i = lets.bind(`least(${steps - 1}, floor(${x})::int)`);
      const amount = `(${list}[1 + ${i}] + (${list}[2 + ${i}] - ${list}[1 + ${i}]) * (${x} - ${i}))`;
      const moved = engine.fill.shifted(from, amount, column.fact)!;
      const value = column.nullable ? moved : `coalesce(${moved}, ${own?.(n, other) ?? 'NULL'})`;
      const empty = places.empty(n);
      return empty === undefined
        ? value
        : `CASE WHEN ${empty} THEN NULL::${column.fact.type} ELSE ${value} END`;
    },
  ];
}

/** The column it starts from is itself reckoned from this one. */
function leadsBack(one: DateOffsets, all: readonly DateOffsets[], plan: TablePlan): boolean {
  if (one.through !== undefined) return false;
  const seen = new Set([one.to]);
  for (let from: string | undefined = one.from; from !== undefined;) {
    if (seen.has(from)) return true;
    seen.add(from);
    const to: string = from;
    from = all.find(
      (next) => keyOf(next.table) === plan.key && next.to === to && next.through === undefined,
    )?.from;
  }
  return false;
}
