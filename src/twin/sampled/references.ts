/** Children of known foreign keys: how many each parent has, and which parents have many. */
import type { Constraint, Name } from '../../catalog/model.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { PlanContext, TablePlan } from '../fill/plan.ts';
import { layAlong } from './along.ts';
import { childOf } from './child-of.ts';
import { layChildren, spreadEvenly, type Class } from './children.ts';
import { statisticsOf } from './knowledge.ts';
import { layoutOf, shareInOrder, type Layout } from './layout.ts';
import type { KnownLink } from './link.ts';
import type { KeyMaker } from './model.ts';
import { placesOf } from './places.ts';
import { listRows } from './sizes.ts';

/** Share of the parents from which on all of them carry children. */
const nearlyWhole = 0.95;

/** Foreign keys that are known by a fan-out or by the statistics of their column; undefined when neither is there. */
export function knownLink(
  plan: TablePlan,
  constraint: Constraint,
  parents: number,
  seed: number,
  context: PlanContext,
): KnownLink | undefined {
  const { known, lets, engine } = context;
  if (!known || plan.kept > 0 || parents < 1) return undefined;
  const references = constraint.references!;
  const fan = known.fanOut.get(`${plan.key} ${constraint.name}`);
  const statistics = constraint.columns.map((column) => statisticsOf(known, plan.table, column));
  const [first] = statistics;
  if (!fan && !first) return undefined;
  const optional = constraint.columns.some(
    (name) => plan.columns.find((column) => column.name === name)?.nullable,
  );
  const single = constraint.columns.length === 1;
  const layout = first && single ? layoutOf(first, plan.rows, optional) : undefined;
  const nulls = optional ? nullsOf(plan, constraint, parents, context) : 0;
  const key = single ? context.plans.get(keyOf(references))?.keys.get(references.columns[0]!) : undefined;
  const ranks = (layout?.common ?? []).map((one) => ({ ...one, rank: key?.rankOf(one.value) }));
  const filled = plan.rows - nulls;
  const before = known.rows.get(keyOf(references)) ?? parents;
  const share = shareOf(plan, references, parents, context);
  const whole =
    share < 1 && first && single ? layoutOf(first, Math.round(plan.rows / share), optional) : layout;
  const histogram = sliced(
    fan?.histogram ?? histogramOf(whole, first?.distinct, Math.round(filled / share), parents, before),
    share,
  );
  const request = {
    parents,
    children: filled,
    histogram,
    known: ranks.flatMap((one) => one.rank ?? []),
    seed,
  };
  const bounds = share < 1 ? [] : boundsAmong(layout, key, parents);
  const children = bounds.length >= leastBounds ? layAlong({ ...request, bounds }) : layChildren(request);
  const places = placesOf({
    engine,
    lets,
    rows: plan.rows,
    nulls,
    inOrder: layout ? shareInOrder(layout, first?.correlation) : 0,
    seed,
  });
  return { children, places, single: children.most <= 1, child: (place) => childOf(children, place, lets) };
}

/** Bounds of a histogram from which on it tells more than that all parents are alike. */
export const leastBounds = 10;

/** Numbers of the parents that the bounds of a foreign key's histogram are keys of. */
export function boundsAmong(
  layout: Layout | undefined,
  key: KeyMaker | undefined,
  parents: number,
): readonly number[] {
  if (!layout || !key || layout.rest === 0) return [];
  const found = layout.bounds.flatMap((bound) => key.near(bound) ?? []);
  const inOrder = found.every((one, i) => one < parents && (i === 0 || one >= found[i - 1]!));
  return inOrder && found.length === layout.bounds.length ? found : [];
}

/** Parents that carry children where a table is smaller than its parent in proportion: those keep all that they have, so that access by key meets true depth. Lists of kinds are spread over as a whole. */
function shareOf(plan: TablePlan, to: Name, parents: number, { volumes }: PlanContext): number {
  const parent = volumes.get(keyOf(to));
  if (!parent || parents <= listRows) return 1;
  const share = plan.volume.scale / Math.max(parent.scale, Number.MIN_VALUE);
  return share < nearlyWhole ? share : 1;
}

function sliced(histogram: readonly Class[], share: number): readonly Class[] {
  if (share >= 1) return histogram;
  const all = histogram.reduce((sum, one) => sum + one.parents, 0);
  return [
    ...histogram.map((one) => ({ ...one, parents: one.parents * share })),
    { children: 0, parents: all * (1 - share) },
  ];
}

/** Rows without a parent: what the fan-out leaves over when it was counted at this size, else the share that the column's statistics tell. */
export function nullsOf(
  plan: TablePlan,
  constraint: Constraint,
  parents: number,
  { known }: PlanContext,
): number {
  const fan = known!.fanOut.get(`${plan.key} ${constraint.name}`);
  const shares = constraint.columns.map(
    (column) => statisticsOf(known, plan.table, column)?.nullFraction ?? 0,
  );
  const share = Math.round(Math.max(...shares) * plan.rows);
  if (!fan) return Math.min(plan.rows, share);
  const all = fan.histogram.reduce((sum, one) => sum + one.parents, 0);
  const linked = fan.histogram.reduce((sum, one) => sum + one.parents * one.children, 0);
  const here = plan.rows - Math.round((linked * parents) / Math.max(1, all));
  return here >= 0 && Math.abs(here - share) <= 0.05 * plan.rows ? here : Math.min(plan.rows, share);
}

/** Without a fan-out: parents that the statistics name have the children they tell, as many others as there are different values have equally many. */
export function histogramOf(
  layout: Layout | undefined,
  distinct: number | undefined,
  children: number,
  parents: number,
  parentsBefore: number,
): readonly Class[] {
  const all =
    distinct === undefined
      ? parents
      : distinct < 0
        ? -distinct * (layout?.rows ?? children)
        : (distinct * parents) / Math.max(1, parentsBefore);
  const used = Math.max(1, Math.min(parents, children, Math.round(all)));
  const common = (layout?.common ?? []).slice(0, used);
  const left = children - common.reduce((sum, one) => sum + one.rows, 0);
  const others = used - common.length;
  return [
    ...common.map((one) => ({ children: one.rows, parents: 1 })),
    ...(others > 0 ? spreadEvenly(others, Math.max(0, left)) : []),
    { children: 0, parents: Math.max(0, parents - used) },
  ];
}
