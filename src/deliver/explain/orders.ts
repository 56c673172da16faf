/** The tables of a statement joined in other orders: what the planner says of each, and what really happens. */
import { DbdError, SqlError } from '../../base/error.ts';
import { formatCount } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { Engine, JoinOrder, Plan, PlanNode, Snapshot } from '../../engine/model.ts';
import type { PlanFinding } from '../../rules/plan/model.ts';
import { verdictOf } from '../../tune/proof/judged.ts';
import type { Rounds } from '../../tune/proof/rounds.ts';
import { titleOf } from './draw.ts';
import type { OrdersLook, TriedFix, TriedOrder } from './model.ts';
import { hintOf, leadingOf } from './strategies.ts';
import { percent } from './tries.ts';

/** Orders that are planned. */
const most = 24;
/** Orders beside the planner's own that are timed. */
const mostTimed = 3;
/** From so many tables on orders are worth a look without a finding. */
const fewest = 3;
/** Rows against estimate, either way, from which on an estimate is wrong. */
const off = 10;
/** Share of the cost from which on one is lower than the other. */
const lower = 0.99;

/** Settings that hold the planner to the order of the text. */
export const asWritten: Readonly<Record<string, string>> = {
  join_collapse_limit: '1',
  from_collapse_limit: '1',
};

/** What is known when orders are looked at. */
export interface OrderOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  readonly sql: string;
  /** As the hollow twin plans it. */
  readonly before: Plan;
  /** As it ran, if it did. */
  readonly ran?: Plan;
  readonly findings: readonly PlanFinding[];
  price(sql: string, settings: Readonly<Record<string, string>>): Promise<Plan>;
}

const joins = new Set(['Nested Loop', 'Hash Join', 'Merge Join']);

/** Plans every order, cheapest first; undefined where nothing is joined that could be otherwise. */
export async function ordersOf(options: OrderOptions): Promise<OrdersLook | undefined> {
  const { engine, snapshot, sql, before, ran } = options;
  const joined = before.nodes.filter(({ type }) => joins.has(type)).length;
  const wrong = ran === undefined ? undefined : misledBy(ran);
  const misled =
    wrong !== undefined ||
    options.findings.some(({ rule, node }) => estimates.has(rule) && /Join|Loop/.test(node));
  if (joined + 1 < fewest && !(misled && joined > 0)) return undefined;
  const sizes = sizesOf(ran ?? before);
  const said = engine.rewrites.joinOrders(sql, snapshot.catalog, {
    most,
    size: (table) => sizes.get(table) ?? 0,
  });
  if (said.kind === 'none')
    return { orders: [], complete: false, says: `Other join orders were not tried: ${said.because}.` };
  const own = treeOf(leadingOf(before));
  const orders: TriedOrder[] = [];
  let refused = '';
  for (const { tables, sql: text } of said.orders) {
    try {
      const plan = await options.price(text, asWritten);
      orders.push({
        tables,
        sql: text,
        cost: plan.root.totalCost,
        own: treeOf(leadingOf(plan)) === own,
        plan,
      });
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      refused = error.message;
    }
  }
  if (orders.length === 0)
    return { orders: [], complete: false, says: `Other join orders were not tried: ${refused}.` };
  const sorted = orders.toSorted((a, b) => a.cost - b.cost);
  return {
    orders: sorted,
    complete: said.orders.length < most,
    says: estimatedOf(sorted, before, said.relations),
    ...(wrong === undefined ? {} : { misled: wrong }),
  };
}

const estimates: ReadonlySet<string> = new Set(['row-misestimate', 'correlated-columns', 'skewed-parameter']);

/** What the estimates alone say. */
function estimatedOf(orders: readonly TriedOrder[], before: Plan, relations: number): string {
  const cost = before.root.totalCost;
  const [best] = orders;
  const count = plural(orders.length, 'order');
  if (best!.cost < cost * lower)
    return `Of ${count} that were planned, ${shownOrder(best!)} costs ${percent(best!.cost / Math.max(cost, 1e-9))} of the planner's own: with ${relations} tables its search was cut short by join_collapse_limit, from_collapse_limit or GEQO.`;
  return `Of ${count} that were planned, none is cheaper by estimate than the planner's own: it weighed them all. Only wrong estimates could hide a better one.`;
}

/** `a, b, c`. */
export function shownOrder({ tables }: JoinOrder): string {
  return tables.join(', ');
}

/** Rows of every table of a plan, as it came if it was run. */
function sizesOf(plan: Plan): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { alias, children, actual, planRows } of plan.nodes)
    if (alias !== undefined && children.every(({ type }) => type.startsWith('Bitmap')))
      sizes.set(alias, actual?.totalRows ?? planRows);
  return sizes;
}

/** The first step from below whose rows were far from their estimate; undefined when none was. */
export function misledBy(plan: Plan): NonNullable<OrdersLook['misled']> | undefined {
  const wrong = (node: PlanNode): boolean => {
    const { actual, planRows } = node;
    if (actual === undefined || actual.loops === 0) return false;
    const [came, expected] = [Math.max(actual.rows, 1), Math.max(planRows, 1)];
    return came / expected >= off || expected / came >= off;
  };
  // A limit above ends the steps below it early: their rows say nothing of the estimate.
  const ended = plan.nodes.some(({ type }) => type === 'Limit');
  const steps = plan.nodes.filter(
    (node) =>
      wrong(node) &&
      !node.type.startsWith('Bitmap Index') &&
      (!ended || node.actual!.rows > node.planRows) &&
      !node.children.some(wrong),
  );
  const farthest = (node: PlanNode): number =>
    Math.abs(Math.log(Math.max(node.actual!.totalRows, 1) / Math.max(node.planRows, 1)));
  const node = steps.toSorted((a, b) => farthest(b) - farthest(a))[0];
  return node && { path: node.path, node: titleOf(node), estimated: node.planRows, came: node.actual!.rows };
}

/** Joins of a plan whichever side comes first. */
function treeOf(leading: string): string {
  const parts = /^\((.*)\)$/.exec(leading)?.[1];
  if (parts === undefined) return leading;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < parts.length; at += 1) {
    if (parts[at] === '"') quoted = !quoted;
    if (quoted) continue;
    if (parts[at] === '(') depth += 1;
    if (parts[at] === ')') depth -= 1;
    if (parts[at] === ' ' && depth === 0)
      return `(${[treeOf(parts.slice(0, at)), treeOf(parts.slice(at + 1))].toSorted().join(' ')})`;
  }
  return leading;
}

/** Orders that are timed: the one that real rows speak for, as far as it is another one, and the cheapest by estimate. */
export function worthTiming(look: OrdersLook, ran: Plan | undefined): readonly TriedOrder[] {
  const others = look.orders.filter(({ own }) => !own);
  const sizes = ran === undefined ? new Map<string, number>() : sizesOf(ran);
  const rows = ({ tables }: TriedOrder): number =>
    // Each table before the last one is carried through the joins that follow.
    tables.reduce((sum, table, at) => sum + (sizes.get(table) ?? 0) * 2 ** (tables.length - at), 0);
  const [small] = look.misled === undefined ? [] : others.toSorted((a, b) => rows(a) - rows(b));
  return [...new Set([...(small === undefined ? [] : [small]), ...others])].slice(0, mostTimed);
}

/** Times orders in turns with the statement as it is, and says what is better and why the planner did not see it. */
export async function timeOrders(
  look: OrdersLook,
  ran: Plan | undefined,
  time: (order: TriedOrder) => Promise<Rounds | string>,
  fixes: readonly TriedFix[],
  hints: boolean,
): Promise<OrdersLook> {
  const chosen = new Set(worthTiming(look, ran));
  const orders: TriedOrder[] = [];
  for (const order of look.orders)
    orders.push(chosen.has(order) ? withRounds(order, await time(order).catch(reasonOf), hints) : order);
  const tried = orders.filter(({ verdict }) => verdict !== undefined);
  const best = tried
    .filter(({ verdict }) => verdict === 'faster')
    .toSorted((a, b) => a.ratio!.value - b.ratio!.value)[0];
  if (tried.length === 0) return { ...look, orders };
  if (best === undefined)
    return {
      ...look,
      orders,
      says: `${look.says} ${plural(tried.length, 'other order')} ran in turns with it, and none was faster.`,
    };
  return {
    ...look,
    orders,
    says: `${shownOrder(best)} is really faster: ${best.because} ${whyOf(look, fixes)}`,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof DbdError) return error.message;
  throw error;
}

function withRounds(order: TriedOrder, rounds: Rounds | string, hints: boolean): TriedOrder {
  if (typeof rounds === 'string') return { ...order, verdict: 'not-proven', because: rounds };
  const { verdict, because } = verdictOf(rounds);
  return {
    ...order,
    time: rounds.after,
    ratio: rounds.ratio,
    verdict,
    because,
    ...(hints && verdict === 'faster' ? { hint: hintOf(order.plan) } : {}),
  };
}

/** What misled the planner, and what to mend first. */
function whyOf({ misled }: OrdersLook, fixes: readonly TriedFix[]): string {
  const mend = fixes.find(({ fix, verdict }) => fix.kind === 'statistics' && verdict === 'helps');
  const first =
    mend === undefined
      ? fixes.some(({ fix }) => fix.kind === 'statistics')
        ? 'Statistics over its columns were tried and do not help'
        : 'No statistics are known that would mend it: those over several columns do not span two tables'
      : `Statistics come first: ${mend.shown.replace(/;\s*$/, '')}`;
  if (misled === undefined)
    return 'No estimate of the plan is far off: the costs of its steps are, so look at the settings of the planner.';
  return `The planner was misled at ${misled.node}: ${formatCount(misled.estimated)} rows expected, ${formatCount(misled.came)} came. ${first}.`;
}
