/** Estimates against what happened, and what mends them. */
import type { PlanNode } from '../../../engine/plans/model.ts';
import type { PlanContext, PlanFix } from '../model.ts';
import { figuresOf, tableOf } from './known.ts';
import { filterOf, searchOf } from './predicates.ts';
import { isScan, through } from './tree.ts';

/** How many times a node's estimate is off, above 1, and to which side; undefined when it was not run. */
export function missOf(node: PlanNode): { readonly ratio: number; readonly tooFew: boolean } | undefined {
  const { actual } = node;
  if (!actual || actual.loops === 0) return undefined;
  const planned = Math.max(1, node.planRows);
  const rows = Math.max(1, actual.rows);
  return { ratio: Math.max(planned / rows, rows / planned), tooFew: rows > planned };
}

/** Columns that a scan's conditions name, each once. */
export function conditionColumns(node: PlanNode): readonly string[] {
  const conditions = [...filterOf(node), ...searchOf(node)];
  return [...new Set(conditions.flatMap(({ column }) => column ?? []))];
}

/** What to try first for a wrong estimate: new statistics where they are old, joint ones where several columns are tried. */
export function analyzeFix(context: PlanContext, node: PlanNode): PlanFix {
  const scan = through(node);
  if (!isScan(scan))
    return { kind: 'advice', advice: 'ANALYZE the joined tables, and look at the estimate again.' };
  const table = tableOf(context, scan);
  const columns = conditionColumns(scan);
  return columns.length > 1 && !isStale(context, scan)
    ? { kind: 'statistics', table, columns }
    : { kind: 'statement', sql: `ANALYZE ${context.quote.name(table)}` };
}

/** A tenth of a table's rows, and a thousand at least, changed since the last ANALYZE; or there never was one. */
export function isStale(context: PlanContext, node: PlanNode): boolean {
  const figures = figuresOf(context, node);
  if (!figures) return false;
  if (figures.rows < 0) return true;
  const changed = figures.changedSince ?? 0;
  return changed >= 1000 && changed > figures.rows * 0.1;
}
