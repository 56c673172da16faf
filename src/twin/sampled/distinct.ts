/** Rows that differ in several columns together, as statistics and fan-outs tell them. */
import type { UniqueSet } from '../fill/keys.ts';
import type { Link } from '../fill/parents.ts';
import { alone, type ColumnPlan, type PlanContext, type TablePlan } from '../fill/plan.ts';
import { farApart } from './apart.ts';
import { childOf } from './child-of.ts';
import { layGroups, type Children } from './children.ts';
import { cross } from './crossed.ts';
import { statisticsOf } from './knowledge.ts';
import { layoutOf, shareInOrder, type Layout } from './layout.ts';
import { placesOf } from './places.ts';
import { commonValue } from './values.ts';

export interface SetOptions {
  readonly plan: TablePlan;
  readonly set: UniqueSet;
  /** Foreign keys of the set whose parents are not chosen yet. */
  readonly links: readonly Link[];
  /** Columns of the set that nothing decides yet. */
  readonly scalars: readonly ColumnPlan[];
  /** Takes the parent's number of a foreign key, from 0. */
  readonly place: (link: Link, number: (n: string) => string) => void;
  readonly seedOf: (column: string) => number;
  readonly context: PlanContext;
}

/** Makes the rows of a unique set differ as the rows that they stand for do; false when that is not known or has no room. */
export function knownSet(options: SetOptions): boolean {
  const { plan, links, scalars, context } = options;
  if (!context.known || plan.kept > 0 || plan.rows === 0) return false;
  const whole = links.every(
    (link) => link.known && link.columns.every((column) => options.set.columns.includes(column)),
  );
  if (!whole) return false;
  if (links.length === 1 && scalars.length > 0) return siblings(options, links[0]!);
  if (links.length === 2 && scalars.length === 0) return pairs(options, links[0]!, links[1]!);
  if (links.length === 0 && scalars.length > 1) return groups(options);
  return false;
}

/** Children of one parent count through the values of another column: lines of an order, days of a device. */
function siblings({ plan, scalars, seedOf, context }: SetOptions, link: Link): boolean {
  const { children, places, child } = link.known!;
  const own = varying(plan, scalars, context);
  if (!own) return false;
  return count(plan, own, children.most, (n) => child(places.at(n)), seedOf(own.name), context);
}

/** Two parents of a row, no pair of them twice: the rows of the one that lie in order keep it, the other's follow from them. */
function pairs(options: SetOptions, a: Link, b: Link): boolean {
  if (a.known!.places.count !== b.known!.places.count) return false;
  const [first, second] = ordered(a, b);
  return [
    () => laidApart(options, first, second),
    () => crossed(options, first, second),
    () => laidApart(options, second, first),
    () => crossed(options, second, first),
  ].some((way) => way());
}

/** Consecutive children of the one meet the other's children far apart. */
function laidApart({ place, seedOf, context, set }: SetOptions, first: Link, second: Link): boolean {
  const one = first.known!;
  const two = second.known!;
  const order = farApart({
    count: one.children.children,
    run: one.children.most,
    block: two.children.most,
    seed: seedOf(`pairs ${set.name}`),
    lets: context.lets,
    spread: (n, own, below) => context.engine.fill.spread(n, own, below),
  });
  if (!order) return false;
  place(first, (n) => one.child(one.places.at(n)).parent);
  place(second, (n) => two.child(order.at(one.places.at(n))).parent);
  return true;
}

/** Children of both are counted out against each other. */
function crossed({ place, seedOf, context, set }: SetOptions, first: Link, second: Link): boolean {
  const one = first.known!;
  const parentOf = cross(one.children, second.known!.children, seedOf(`pairs ${set.name}`));
  if (!parentOf) return false;
  place(first, (n) => one.child(one.places.at(n)).parent);
  place(second, (n) => parentOf(one.child(one.places.at(n)), context.lets));
  return true;
}

/** The link whose rows lie more in order comes first; where they lie alike, the one with more parents. */
function ordered(a: Link, b: Link): readonly [Link, Link] {
  const [x, y] = [a, b].map((link) => Math.abs(link.known!.places.inOrder)) as [number, number];
  if (x !== y) return x > y ? [a, b] : [b, a];
  return a.known!.children.parents >= b.known!.children.parents ? [a, b] : [b, a];
}

/** Without a foreign key the column with the fewest values groups the rows, and another counts within the groups. */
function groups({ plan, scalars, seedOf, context }: SetOptions): boolean {
  const own = varying(plan, scalars, context);
  const layouts = scalars
    .filter((column) => column !== own)
    .map((column) => ({ column, layout: layoutFor(plan, column, context) }));
  const lead = layouts
    .filter((one): one is { column: ColumnPlan; layout: Layout } => one.layout !== undefined)
    .toSorted((x, y) => size(x.layout) - size(y.layout))[0];
  if (!own || !lead || lead.layout.nulls > 0) return false;
  const { column, layout } = lead;
  const laid = groupsOf(layout);
  const places = placesOf({
    engine: context.engine,
    lets: context.lets,
    rows: plan.rows,
    nulls: 0,
    inOrder: shareInOrder(layout, statisticsOf(context.known, plan.table, column.name)?.correlation),
    seed: seedOf(column.name),
  });
  const child = (n: string) => childOf(laid, places.at(n), context.lets);
  if (!count(plan, own, laid.most, child, seedOf(own.name), context)) return false;
  column.candidates = [
    alone((n) => valueByNumber(layout, column, child(n).parent, seedOf(column.name), context)),
  ];
  return true;
}

function groupsOf(layout: Layout): Children {
  const each = Math.floor(layout.rest / Math.max(1, layout.distinct));
  const more = layout.rest - each * layout.distinct;
  const classes = [
    ...layout.common.map((one) => ({ children: one.rows, parents: 1 })),
    { children: each + 1, parents: more },
    { children: each, parents: layout.distinct - more },
  ];
  return layGroups(
    classes.filter((one) => one.parents > 0 && one.children > 0),
    layout.rows,
  );
}

/** The column with the most different values, among those whose values statistics tell. */
function varying(
  plan: TablePlan,
  scalars: readonly ColumnPlan[],
  context: PlanContext,
): ColumnPlan | undefined {
  return scalars
    .map((column) => ({ column, layout: layoutFor(plan, column, context) }))
    .filter((one) => one.layout !== undefined)
    .toSorted((a, b) => size(b.layout!) - size(a.layout!))[0]?.column;
}

function layoutFor(plan: TablePlan, column: ColumnPlan, { known }: PlanContext): Layout | undefined {
  const statistics = statisticsOf(known, plan.table, column.name);
  return statistics && layoutOf(statistics, plan.rows, false);
}

function size(layout: Layout): number {
  return layout.common.length + (layout.rest > 0 ? layout.distinct : 0);
}

/** Gives a column the values that siblings take one after the other; false when it has fewer values than siblings. */
function count(
  plan: TablePlan,
  column: ColumnPlan,
  most: number,
  child: (n: string) => { readonly parent: string; readonly sibling: string },
  seed: number,
  context: PlanContext,
): boolean {
  const layout = layoutFor(plan, column, context);
  if (!layout) return false;
  const values = [...layout.common.map((one) => one.value), ...layout.bounds];
  if (column.fact.family === 'integer') {
    const least = Math.min(...values.map(Number));
    const greatest = Math.max(...values.map(Number));
    // A number that counts within its parent reaches about as far as the largest family is long.
    if (greatest - least + 1 <= 2 * most) {
      column.candidates = [alone((n) => `(${least} + ${child(n).sibling})::${column.fact.type}`)];
      return true;
    }
  }
  const all = size(layout);
  if (all < most) return false;
  column.candidates = [
    alone((n) => {
      const { parent, sibling } = child(n);
      const turn = context.engine.fill.spread(parent, seed, all);
      const number = context.lets.bind(`(${turn} + ${sibling}) % ${all}`);
      return valueByNumber(layout, column, number, seed, context);
    }),
  ];
  return true;
}

/** One of the different values of a column: common ones first, then those between the bounds. */
function valueByNumber(
  layout: Layout,
  column: ColumnPlan,
  number: string,
  seed: number,
  context: PlanContext,
): string {
  const { engine, lets } = context;
  const { common, bounds, distinct, rest } = layout;
  const x = lets.bind(number);
  const named = commonValue(
    common.map((one) => one.value),
    column.fact,
    `1 + ${x}`,
    context,
  );
  if (rest === 0) return named;
  const index = common.length === 0 ? x : lets.bind(`greatest(0, ${x} - ${common.length})`);
  const other = engine.fill.between({
    fact: column.fact,
    bounds,
    count: distinct,
    values: distinct,
    except: common.map((one) => one.value),
    index,
    distinct: true,
    seed,
    bind: lets.bind,
  }).expressions[0]!;
  return common.length === 0 ? other : `CASE WHEN ${x} < ${common.length} THEN ${named} ELSE ${other} END`;
}
