/** A plan as a tree: who stands above whom, and what each part takes. */
import { printPart } from '../../../catalog/identity.ts';
import type { Plan, PlanNode } from '../../../engine/plans/model.ts';

/** Share of the plan's time from which a step is worth a word. */
export const worthy = 0.1;

/** The node above; undefined for the root. */
export function parentOf(plan: Plan, { path }: PlanNode): PlanNode | undefined {
  const at = path.lastIndexOf('.');
  return at < 0 ? undefined : plan.nodes.find((node) => node.path === path.slice(0, at));
}

/** Nodes above, nearest first. */
export function above(plan: Plan, node: PlanNode): readonly PlanNode[] {
  const parent = parentOf(plan, node);
  return parent ? [parent, ...above(plan, parent)] : [];
}

/** Nodes below, each before its children. */
export function below(node: PlanNode): readonly PlanNode[] {
  return node.children.flatMap((child) => [child, ...below(child)]);
}

/** Milliseconds of the whole plan; undefined when it was not run or not timed. */
export function totalMs({ analyzed, executionMs, root }: Plan): number | undefined {
  const ms = executionMs ?? root.actual?.totalMs;
  return analyzed && ms !== undefined && ms > 0 ? ms : undefined;
}

/** Share of the plan's time, or of its cost when it was not run, that a node takes by itself. */
export function ownShare(plan: Plan, node: PlanNode): number {
  const ms = totalMs(plan);
  if (ms !== undefined && node.actual?.ownMs !== undefined) return Math.min(1, node.actual.ownMs / ms);
  return Math.min(1, ownCost(node) / Math.max(plan.root.totalCost, 1e-9));
}

/** The same with everything below. */
export function wholeShare(plan: Plan, node: PlanNode): number {
  const ms = totalMs(plan);
  if (ms !== undefined && node.actual?.totalMs !== undefined) return Math.min(1, node.actual.totalMs / ms);
  return Math.min(1, node.totalCost / Math.max(plan.root.totalCost, 1e-9));
}

/** Cost of one run of a node without its children. */
export function ownCost(node: PlanNode): number {
  return Math.max(0, node.totalCost - node.children.reduce((sum, child) => sum + child.totalCost, 0));
}

/** A table that is read: by itself or through an index. */
export function isScan({ type, relation }: PlanNode): boolean {
  return relation !== undefined && type.endsWith('Scan');
}

/** A step that joins two inputs. */
export const isJoin = ({ type }: PlanNode): boolean =>
  type === 'Nested Loop' || type === 'Hash Join' || type === 'Merge Join';

/** Steps that hand rows on as they are, from this one down to the first that does more. */
export function through(node: PlanNode): PlanNode {
  const next = node.children[0];
  return next && node.children.length === 1 && passing.has(node.type) ? through(next) : node;
}

const passing: ReadonlySet<string> = new Set([
  'Gather',
  'Gather Merge',
  'Materialize',
  'Memoize',
  'Hash',
  'Sort',
  'Incremental Sort',
  'Subquery Scan',
  'Result',
]);

/** Rows that a scan looked at in all its loops; undefined when it was not run. */
export function rowsRead({ actual }: PlanNode): number | undefined {
  return actual && actual.totalRows + (actual.removedByFilter ?? 0) + (actual.removedByRecheck ?? 0);
}

/** Rows of all loops: what happened, or else what is expected of one. */
export function rowsOf({ actual, planRows }: PlanNode): number {
  return actual?.totalRows ?? planRows;
}

/** A table as the plan calls it. */
export function tableWords({ relation, alias }: PlanNode): string {
  if (!relation) return 'the rows';
  const name = printPart(relation.name);
  return alias && alias !== relation.name ? `${name} (${printPart(alias)})` : name;
}

/** Pages that a node touched without those below it; undefined without BUFFERS. */
export function ownPages(node: PlanNode): { readonly hit: number; readonly read: number } | undefined {
  const own = node.actual?.buffers;
  if (!own) return undefined;
  const rest = node.children.flatMap((child) => child.actual?.buffers ?? []);
  const minus = (key: 'hit' | 'read'): number =>
    Math.max(0, own[key] - rest.reduce((sum, one) => sum + one[key], 0));
  return { hit: minus('hit'), read: minus('read') };
}

/** A node below a LIMIT, EXISTS or merge join may be stopped before its last row: what it did is no measure of an estimate. */
export function mayStopEarly(plan: Plan, node: PlanNode): boolean {
  let child = node;
  for (const parent of above(plan, node)) {
    if (parent.type === 'Limit' || parent.type === 'Merge Join') return true;
    if (
      parent.type === 'Nested Loop' &&
      (parent.join === 'Semi' || parent.join === 'Anti') &&
      parent.children[1] === child
    )
      return true;
    // A full read of its input comes before the first row of these.
    if (/^(?:Sort|Hash|Aggregate|WindowAgg)$/.test(parent.type) && parent.strategy !== 'Sorted') return false;
    if (child.under === 'SubPlan' || child.under === 'InitPlan') return true;
    child = parent;
  }
  return false;
}
