/** Tables that reference themselves, as statistics or a fan-out tell their trees. */
import type { Constraint } from '../../catalog/model.ts';
import type { Make } from '../../engine/model.ts';
import { expressionOf, type PlanContext, type TablePlan } from '../fill/plan.ts';
import { childOf } from './child-of.ts';
import { layTrees, type Children } from './children.ts';
import { statisticsOf } from './knowledge.ts';
import { layoutOf } from './layout.ts';
import { histogramOf, nullsOf } from './references.ts';

/** Makes the parent in the order of the key: rows without one come first, and each later row hangs below an earlier one; undefined when nothing is known of the trees. */
export function knownParent(plan: TablePlan, constraint: Constraint, context: PlanContext): Make | undefined {
  const column = plan.columns.find((candidate) => candidate.name === constraint.columns[0]);
  if (!column?.nullable || column.candidates.length > 0) return undefined;
  const tree = knownTree(plan, constraint, context);
  if (!tree) return undefined;
  const { type } = column.fact;
  if (tree.children.children === 0) return () => `NULL::${type}`;
  const [referenced] = constraint.references!.columns;
  const key = plan.keys.get(referenced!);
  return (n) => {
    const row = `(${n} - 1)`;
    const place = context.lets.bind(`${key ? key.rankAt(row) : row} - ${tree.roots}`);
    const { parent } = childOf(tree.children, `greatest(0, ${place})`, context.lets);
    const value = key ? key.at(parent) : (expressionOf(plan, referenced!, `(${parent} + 1)`) ?? 'NULL');
    return `CASE WHEN ${place} < 0 THEN NULL::${type} ELSE (${value})::${type} END`;
  };
}

function knownTree(
  plan: TablePlan,
  constraint: Constraint,
  context: PlanContext,
): { readonly roots: number; readonly children: Children } | undefined {
  const { known } = context;
  if (!known || plan.kept > 0 || plan.rows < 2 || constraint.columns.length !== 1) return undefined;
  const statistics = statisticsOf(known, plan.table, constraint.columns[0]!);
  const fan = known.fanOut.get(`${plan.key} ${constraint.name}`);
  if (!statistics && !fan) return undefined;
  const roots = Math.max(1, nullsOf(plan, constraint, plan.rows, context));
  const filled = plan.rows - roots;
  if (filled <= 0) return { roots: plan.rows, children: layTrees(plan.rows, 0, []) };
  const layout = statistics && layoutOf(statistics, plan.rows, true);
  const before = known.rows.get(plan.key) ?? plan.rows;
  const histogram = fan?.histogram ?? histogramOf(layout, statistics?.distinct, filled, plan.rows, before);
  return { roots, children: layTrees(plan.rows, filled, histogram) };
}
