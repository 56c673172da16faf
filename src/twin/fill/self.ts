/** Tables that reference themselves. */
import { sameName } from '../../catalog/identity.ts';
import type { Constraint, Name } from '../../catalog/model.ts';
import { seedOf } from './columns.ts';
import { decide } from './decide.ts';
import { uniqueSets } from './keys.ts';
import { existingKeys } from './parents.ts';
import { expressionOf, type PlanContext, type TablePlan } from './plan.ts';
import { knownParent } from '../sampled/trees.ts';

/** Share of a table's own rows that are roots of its trees. */
const rootShare = 0.02;

/** A table that references itself becomes trees: early rows are roots, each later one hangs below an earlier row. */
export function linkSelf(plan: TablePlan, constraint: Constraint, context: PlanContext): void {
  const references = constraint.references!;
  const tree = knownParent(plan, constraint, context);
  if (tree) return decide(plan, constraint.columns[0]!, tree);
  if (context.known && plan.rows > 0)
    plan.limits.push(
      `How rows of ${plan.key} hang below each other by ${constraint.name} is made up, not as the statistics tell.`,
    );
  const roots = Math.max(1, Math.ceil(plan.rows * rootShare));
  // A column that refers to itself is the same in both rows, whatever it holds.
  const open = constraint.columns.filter(
    (name, i) =>
      references.columns[i] !== name &&
      plan.columns.find((column) => column.name === name)?.candidates.length === 0,
  );
  const shared = constraint.columns.length > open.length;
  const single = uniqueSets(plan.table, context.engine.quote).some((key) =>
    key.columns.every((name) => constraint.columns.includes(name)),
  );
  for (const name of open) {
    const column = plan.columns.find((candidate) => candidate.name === name)!;
    const referenced = references.columns[constraint.columns.indexOf(name)]!;
    const key = (n: string): string => expressionOf(plan, referenced, n) ?? 'NULL';
    // Where the key shares a column with another one, only the row itself is sure to match.
    if (single)
      decide(
        plan,
        name,
        (n) =>
          `CASE WHEN ${n} < ${plan.rows} THEN ${key(`(${n} + 1)`)} ELSE ${column.nullable ? 'NULL' : key('1')} END`,
      );
    else if (shared || open.length > 1)
      decide(plan, name, column.nullable ? () => `NULL::${column.fact.type}` : key);
    else
      decide(
        plan,
        name,
        (n) =>
          `CASE WHEN ${n} <= ${roots} THEN ${column.nullable ? 'NULL' : key(n)} ELSE ${key(`((${n} - ${roots} - 1) / 5 + 1)`)} END`,
      );
  }
}

/** Column that is empty in rows which new rows may refer to. */
export function livingOf(table: Name, { hints, beside }: PlanContext): string | undefined {
  return beside ? hints.find((hint) => hint.past && sameName(hint.table, table))?.column : undefined;
}

/** Rows beside others hang below rows that are there: one of them alone must find its parent. */
export async function hangBelow(
  plan: TablePlan,
  constraint: Constraint,
  context: PlanContext,
): Promise<boolean> {
  const open = constraint.columns.filter(
    (name) => plan.columns.find((column) => column.name === name)?.candidates.length === 0,
  );
  if (open.length < constraint.columns.length) return false;
  const references = constraint.references!;
  const living = livingOf(references, context);
  const keys = await existingKeys(context.engine, context.session, references, references.columns, living);
  if (keys.count === 0) return false;
  plan.before.push(...keys.before);
  const seed = seedOf(context.seed, plan.key, constraint.columns.join(' '));
  for (const [position, name] of constraint.columns.entries())
    decide(plan, name, (n) =>
      keys.key(references.columns[position]!)(context.engine.fill.spread(n, seed, keys.count)),
    );
  return true;
}
