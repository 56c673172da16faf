/** Circles of foreign keys, and rows of tables on them that go in step. */
import { keyOf } from '../../catalog/identity.ts';
import type { Constraint, Table } from '../../catalog/model.ts';
import { blockOf, type PlanContext, type TablePlan } from './plan.ts';

/** Plan of the table that a foreign key refers to, when it lies on a circle. */
export function parentOf(constraint: Constraint, context: PlanContext): TablePlan | undefined {
  const key =
    constraint.kind === 'foreign' && constraint.references ? keyOf(constraint.references) : undefined;
  return key !== undefined && context.circles?.has(key) ? context.plans.get(key) : undefined;
}

/** Whether the values of the referenced columns are known. */
export function isDecided(parent: TablePlan, constraint: Constraint): boolean {
  return constraint.references!.columns.every((name) =>
    parent.columns.some((column) => column.name === name && column.candidates.length > 0),
  );
}

/**
 * Whether a foreign key closes a circle of keys that come from each other: its target is being decided, and waits for this table. Both tables then go in step: a
 * row refers to the row with its own number, so that the key holds without deciding anything.
 */
export function goesInStep(plan: TablePlan, constraint: Constraint, context: PlanContext): boolean {
  const parent = parentOf(constraint, context);
  if (!parent || parent === plan || parent.linked !== 'now' || isDecided(parent, constraint)) return false;
  const rows = Math.min(plan.rows, parent.rows);
  for (const one of [plan, parent]) {
    one.rows = rows;
    one.block = blockOf(rows, one.block.portion);
  }
  parent.inStep.add(plan.key);
  plan.inStep.add(parent.key);
  return true;
}

/** Keys of tables that lie on a circle of foreign keys, each with the tables of its circle. */
export function circlesOf(tables: readonly Table[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Set(tables.map(keyOf));
  const needs = new Map(
    tables.map((table) => [
      keyOf(table),
      table.constraints.flatMap(({ kind, references }) =>
        kind === 'foreign' && references && known.has(keyOf(references)) && keyOf(references) !== keyOf(table)
          ? [keyOf(references)]
          : [],
      ),
    ]),
  );
  const reach = new Map([...known].map((key) => [key, reachable(key, needs)]));
  const circles = new Map<string, ReadonlySet<string>>();
  for (const key of known) {
    const members = [...reach.get(key)!].filter((other) => reach.get(other)!.has(key));
    if (members.length > 1) circles.set(key, new Set(members));
  }
  return circles;
}

function reachable(from: string, needs: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = [...needs.get(from)!];
  for (const key of waiting) {
    if (seen.has(key)) continue;
    seen.add(key);
    waiting.push(...needs.get(key)!);
  }
  return seen;
}
