/** Time of each node alone: children, subplans and what was computed once are taken off exactly once. */
import type { PlanNode } from '../../../engine/plans/model.ts';
import { numberOf } from './document.ts';

interface Clock {
  readonly node: PlanNode;
  total: number;
  own: number;
}

/** Share of an InitPlan's time that rounding may leave without a place. */
const leftover = 0.05;

/** The tree with `totalMs` and `ownMs`; unchanged where no times were taken. */
export function timed(root: PlanNode): PlanNode {
  if (root.actual === undefined) return root;
  const clocks = new Map<string, Clock>();
  if (!totals(root, 1, Infinity, clocks)) return root;
  for (const clock of clocks.values()) {
    const inside = clock.node.children.filter((child) => child.under !== 'InitPlan');
    const taken = inside.reduce((sum, child) => sum + (clocks.get(child.path)?.total ?? 0), 0);
    clock.own = Math.max(0, clock.total - taken);
  }
  for (const { node } of clocks.values())
    for (const child of node.children) if (child.under === 'InitPlan') charge(node, child, clocks);
  return withTimes(root, clocks);
}

/**
 * Wall clock of a node and of all below it; false when a node has none. The server prints a mean over loops of all processes:
 * below a Gather their sum is divided by how many took part.
 */
function totals(node: PlanNode, processes: number, most: number, clocks: Map<string, Clock>): boolean {
  const mean = numberOf(node.fields['Actual Total Time']);
  const loops = node.actual?.loops ?? 0;
  // The rest of a plan that was cut off, or one without times.
  if (mean === undefined) return false;
  const total = Math.min(most, (mean * loops) / processes);
  clocks.set(node.path, { node, total, own: total });
  const gathers = node.type === 'Gather' || node.type === 'Gather Merge';
  for (const child of node.children) {
    const once = child.under === 'InitPlan';
    const taking = gathers ? Math.max(1, (child.actual?.loops ?? 1) / Math.max(1, loops)) : processes;
    if (!totals(child, once ? 1 : taking, once ? Infinity : total, clocks)) continue;
  }
  return true;
}

/** An InitPlan runs inside whoever asks for it first: its time is taken off there. */
function charge(parent: PlanNode, plan: PlanNode, clocks: ReadonlyMap<string, Clock>): void {
  const time = clocks.get(plan.path)?.total ?? 0;
  if (time === 0) return;
  const around = [...clocks.values()].filter(
    ({ node }) => within(node.path, parent.path) && !within(node.path, plan.path),
  );
  const asks = askers(plan);
  const rest = takeOff(
    time,
    around.filter(({ node }) => asks(node)),
  );
  if (rest > time * leftover) takeOff(rest, around);
}

function takeOff(time: number, from: readonly Clock[]): number {
  let rest = time;
  for (const clock of from.toSorted((a, b) => b.own - a.own)) {
    const part = Math.min(rest, clock.own);
    clock.own -= part;
    rest -= part;
  }
  return rest;
}

/** Who reads a CTE or the parameter of an InitPlan, as the texts of a node tell: `$0` to 16, `(InitPlan 1).col1` from 17. */
function askers(plan: PlanNode): (node: PlanNode) => boolean {
  const name = plan.subplan ?? '';
  if (name.startsWith('CTE ')) {
    const cte = name.slice('CTE '.length);
    return (node) => node.type === 'CTE Scan' && node.source === cte;
  }
  const numbers = [...name.matchAll(/\$\d+/g)].map(([one]) => one);
  const wanted = numbers.length > 0 ? numbers : [`${name})`];
  const pattern = new RegExp(
    wanted.map((one) => `${one.replace(/[$()]/g, '\\$&')}${/\d$/.test(one) ? '(?!\\d)' : ''}`).join('|'),
  );
  return (node) => Object.values(node.fields).some((value) => mentions(value, pattern));
}

function mentions(value: unknown, pattern: RegExp): boolean {
  if (typeof value === 'string') return pattern.test(value);
  return Array.isArray(value) && value.some((one) => mentions(one, pattern));
}

function within(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}.`);
}

function withTimes(node: PlanNode, clocks: ReadonlyMap<string, Clock>): PlanNode {
  const clock = clocks.get(node.path);
  return {
    ...node,
    ...(clock === undefined || node.actual === undefined
      ? {}
      : { actual: { ...node.actual, totalMs: rounded(clock.total), ownMs: rounded(clock.own) } }),
    children: node.children.map((child) => withTimes(child, clocks)),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
