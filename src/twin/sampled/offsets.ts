/** Points in time that follow others: of their own row, or of the row's parent. */
import { keyOf } from '../../catalog/identity.ts';
import type { DateOffsets } from '../../engine/model.ts';
import type { ColumnPlan, PlanContext, RowMake, TablePlan } from '../fill/plan.ts';
import { writeArray, arrayItems } from '../../base/array-literal.ts';
import type { Known } from './model.ts';
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
  const found = known && tiesOf(known, plan).get(column.name);
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
  const list = `('${writeArray(found.percentiles)}'::float8[])`;
  return [
    (n, other) => {
      const from = link ? link(found.from, n) : other(found.from);
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

/** A distance says something when it varies less than this share of what the column itself does. */
const telling = 0.5;

/** For each column of a table the distance that tells most about it, without circles. */
function tiesOf(known: Known, plan: TablePlan): ReadonlyMap<string, DateOffsets> {
  const own = known.offsets
    .filter((one) => keyOf(one.table) === plan.key && one.percentiles.length > 2)
    .map((one) => ({ one, spread: spreadOf(one.percentiles) }))
    .toSorted((a, b) => a.spread - b.spread);
  const ties = new Map<string, DateOffsets>();
  for (const { one, spread } of own) {
    const whole = spanOf(known, plan, one.to);
    if (ties.has(one.to) || (whole !== undefined && spread > telling * whole)) continue;
    if (one.through === undefined ? !leadsBack(one, ties) : plan.parents.has(one.through))
      ties.set(one.to, one);
  }
  return ties;
}

/** Distance between the 10th and the 90th percentile, seconds. */
function spreadOf(percentiles: readonly number[]): number {
  const last = percentiles.length - 1;
  return percentiles[Math.round(last * 0.9)]! - percentiles[Math.round(last * 0.1)]!;
}

/** The same of a column's own values, common ones as often as they are; undefined where statistics tell none. */
function spanOf(known: Known, plan: TablePlan, column: string): number | undefined {
  const own = statisticsOf(known, plan.table, column);
  const { commonFrequencies: shares = [], nullFraction = 0 } = own ?? {};
  const bounds = arrayItems(own?.histogram ?? '{}');
  const rest = Math.max(0, 1 - nullFraction - shares.reduce((sum, share) => sum + share, 0));
  const points = [
    ...arrayItems(own?.commonValues ?? '{}').map((value, i) => ({ value, weight: shares[i] ?? 0 })),
    ...bounds.map((value) => ({ value, weight: rest / bounds.length })),
  ]
    .flatMap(({ value, weight }) => {
      const time = Date.parse((value ?? '').replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
      return Number.isNaN(time) ? [] : [{ time: time / 1000, weight }];
    })
    .toSorted((x, y) => x.time - y.time);
  const all = points.reduce((sum, { weight }) => sum + weight, 0);
  const at = (share: number): number | undefined => {
    let passed = 0;
    return points.find(({ weight }) => (passed += weight) >= share * all)?.time;
  };
  const [low, high] = [at(0.1), at(0.9)];
  return low === undefined || high === undefined || all === 0 ? undefined : high - low;
}

function leadsBack(one: DateOffsets, ties: ReadonlyMap<string, DateOffsets>): boolean {
  for (let from: string | undefined = one.from; from !== undefined;) {
    if (from === one.to) return true;
    const tie: DateOffsets | undefined = ties.get(from);
    from = tie?.through === undefined ? tie?.from : undefined;
  }
  return false;
}
