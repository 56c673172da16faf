/** Keys whose values follow from their rank in the order of the type, so that children know them before a row is there. */
import type { ColumnPlan, PlanContext, TablePlan } from '../fill/plan.ts';
import { writeArray } from '../../base/array-literal.ts';
import { statisticsOf } from './knowledge.ts';
import { layoutOf } from './layout.ts';
import type { KeyMaker } from './model.ts';
import { partlyInOrder } from './order.ts';
import { orderOf } from './values.ts';

/** Ranks beside a wanted value's own that are looked at when another value has it. */
const mostShifts = 200;

/** A key maker for a column that alone tells rows apart; undefined when statistics do not tell its values. */
export function keyMaker(
  plan: TablePlan,
  column: ColumnPlan,
  seed: number,
  context: PlanContext,
): KeyMaker | undefined {
  const { engine, lets, known } = context;
  const statistics = statisticsOf(known, plan.table, column.name);
  if (!statistics || !known || plan.kept > 0 || column.nullable || plan.rows === 0) return undefined;
  const count = plan.rows;
  const found = layoutOf({ ...statistics, distinct: -1 }, count, false);
  // A small table's key may be told by its common values alone; a key has no common values otherwise.
  const bounds = !found ? [] : found.bounds.length > 1 ? found.bounds : [];
  if (!found || bounds.length < 2 || found.common.length > 0) return undefined;
  const request = (index: string): Parameters<typeof engine.fill.between>[0] => ({
    fact: column.fact,
    bounds,
    count,
    values: count,
    except: [],
    index,
    distinct: true,
    seed,
    bind: lets.bind,
  });
  const { placeOf, expressions } = engine.fill.between(request('n'));
  if (expressions.length === 0) return undefined;
  const pinned = pin(known.wanted.get(`${plan.key}.${column.name}`) ?? [], placeOf, count);
  const changed = [...pinned.changed].toSorted((a, b) => a[0] - b[0]);
  const order = partlyInOrder(
    {
      count,
      seed,
      lets,
      spread: (n, own, below) => engine.fill.spread(n, own, below),
    },
    orderOf(found, column.fact, statistics.correlation, context),
  );
  return {
    count,
    rankOf: (value) => pinned.ranks.get(value),
    near: (value) => placeOf(value)?.place,
    rowOf: (rank) => order.back(rank),
    rankAt: (row) => order.at(row),
    at(rank) {
      const x = lets.bind(rank);
      const usual = engine.fill.between(request(x)).expressions[0]!;
      if (changed.length === 0) return usual;
      const ranks = `('${writeArray(changed.map(([place]) => place))}'::bigint[])`;
      const i = lets.bind(`width_bucket(${x}, ${ranks})`);
      const values = engine.quote.literal(writeArray(changed.map(([, value]) => value)));
      return `CASE WHEN ${ranks}[${i}] = ${x} THEN ((${values}::text[])[${i}])::${column.fact.type} ELSE ${usual} END`;
    },
  };
}

/** Gives each wanted value a rank of its own: the one that has it, else the nearest free one, whose value it replaces. */
function pin(
  wanted: readonly string[],
  placeOf: (value: string) => { readonly place: number; readonly exact: boolean } | undefined,
  count: number,
): { readonly ranks: ReadonlyMap<string, number>; readonly changed: ReadonlyMap<number, string> } {
  const ranks = new Map<string, number>();
  const changed = new Map<number, string>();
  const taken = new Set<number>();
  const places = wanted.map((value) => ({ value, found: placeOf(value) }));
  for (const { value, found } of places) {
    if (!found?.exact) continue;
    ranks.set(value, found.place);
    taken.add(found.place);
  }
  for (const { value, found } of places) {
    if (!found || found.exact) continue;
    for (let shift = 0; shift < mostShifts; shift++) {
      const place = found.place + (shift % 2 === 0 ? shift / 2 : -(shift + 1) / 2);
      if (place < 0 || place >= count || taken.has(place)) continue;
      taken.add(place);
      ranks.set(value, place);
      changed.set(place, value);
      break;
    }
  }
  return { ranks, changed };
}
