/** How much of a table is read for how little, and which index would spare it. */
import type { Quote } from '../../../engine/grammar/model.ts';
import type { PlanNode } from '../../../engine/plans/model.ts';
import type { PlanContext, PlanFix } from '../model.ts';
import { tableOf, tableRows, typeOf } from './known.ts';
import type { Condition } from './predicates.ts';
import { isPlain } from './predicates.ts';
import { isScan, ownPages, ownShare, parentOf, rowsRead, worthy } from './tree.ts';

/** Rows below which a table is read in a moment by any way: some hundred pages. */
export const fewRows = 10_000;

/** Pages from which a table is large whatever its rows are. */
const manyPages = 500;

/** A scan that reads many rows and keeps few. */
export interface Waste {
  readonly node: PlanNode;
  /** Rows looked at and rows kept, in all loops or as estimated. */
  readonly read: number;
  readonly kept: number;
  readonly basis: 'measured' | 'estimated';
}

/**
 * A full scan that throws away at least nine of ten rows of {@link fewRows} and more (or of {@link manyPages}), and takes a tenth of the plan's time: below that
 * share of kept rows an index saves most pages, above it the server itself prefers the full scan. Without ANALYZE the rows come from the table's figures, or from the
 * scan's cost, of which each row takes at most one page.
 */
export function wasteOf(context: PlanContext, node: PlanNode): Waste | undefined {
  if (node.type !== 'Seq Scan' || node.conditions.filter === undefined || !node.relation) return undefined;
  if (ownShare(context.plan, node) < worthy) return undefined;
  const read = rowsRead(node);
  if (read !== undefined && node.actual) {
    const kept = node.actual.totalRows;
    const pages = ownPages(node);
    const large = read >= fewRows || (pages !== undefined && pages.hit + pages.read >= manyPages);
    return large && kept <= read * 0.1 ? { node, read, kept, basis: 'measured' } : undefined;
  }
  const rows = tableRows(context, node) ?? node.totalCost;
  return rows >= fewRows && node.planRows <= rows * 0.1
    ? { node, read: rows, kept: node.planRows, basis: 'estimated' }
    : undefined;
}

/** Full scans of a plan that read much for little, each once, those below loops included. */
export function wastes(context: PlanContext): readonly Waste[] {
  return context.plan.nodes.flatMap((node) => wasteOf(context, node) ?? []);
}

/** A scan by an index that throws away nine of ten rows that it fetched, at least a thousand. */
export function indexWasteOf(context: PlanContext, node: PlanNode): Waste | undefined {
  if (!isScan(node) || !/^(?:Index|Bitmap Heap|Index Only)/.test(node.type)) return undefined;
  const removed = node.actual?.removedByFilter;
  if (!node.actual || removed === undefined || removed < 1000) return undefined;
  if (removed < node.actual.totalRows * 9 || ownShare(context.plan, node) < worthy) return undefined;
  return { node, read: removed + node.actual.totalRows, kept: node.actual.totalRows, basis: 'measured' };
}

/** Types that have no order of their own, so that no b-tree holds them. */
const unordered = /^(?:json|jsonb|xml|point|line|lseg|box|path|polygon|circle|tsvector|tsquery)$|\[\]$/;

/** Columns of conditions as keys of a b-tree: equality first, one range at the end. */
export function keysFor(
  context: PlanContext,
  node: PlanNode,
  conditions: readonly Condition[],
): readonly string[] {
  const usable = conditions.filter(
    (condition) => isPlain(condition) && !unordered.test(typeOf(context, node, condition.column!) ?? ''),
  );
  const of = (...kinds: readonly Condition['kind'][]): readonly string[] =>
    usable.filter(({ kind }) => kinds.includes(kind)).map(({ column }) => column!);
  return [...new Set([...of('equal'), ...of('in'), ...of('range').slice(0, 1)])];
}

/** An index over these columns. */
export function treeOf(
  context: PlanContext,
  node: PlanNode,
  keys: readonly string[],
  where?: string,
): PlanFix & { readonly kind: 'index' } {
  const { quote } = context;
  return indexFix(context, node, `USING btree (${keys.map((key) => keyText(quote, key)).join(', ')})`, where);
}

/** An index by its definition. */
export function indexFix(
  context: PlanContext,
  node: PlanNode,
  definition: string,
  where?: string,
): PlanFix & { readonly kind: 'index' } {
  return {
    kind: 'index',
    table: tableOf(context, node),
    definition: where === undefined ? definition : `${definition} WHERE ${where}`,
  };
}

/** A key that is a column's name, or ends with a direction that was put there. */
function keyText(quote: Quote, key: string): string {
  const direction = / DESC(?: NULLS LAST)?$| NULLS FIRST$/.exec(key)?.[0] ?? '';
  return `${quote.identifier(key.slice(0, key.length - direction.length))}${direction}`;
}

/** The scan is run again for each row of another. */
export function isRepeated(context: PlanContext, node: PlanNode): boolean {
  if ((node.actual?.loops ?? 1) <= 1) return false;
  // Workers of a parallel plan count as loops too.
  for (let at: PlanNode | undefined = node; at; at = parentOf(context.plan, at)) {
    const parent = parentOf(context.plan, at);
    if (parent?.type === 'Nested Loop' && parent.children[1] === at) return true;
    if (at.under === 'SubPlan') return true;
    if (parent?.type === 'Gather' || parent?.type === 'Gather Merge') return false;
  }
  return false;
}

/** Scans, full ones and by an index, that read much for little. */
export function wasteful(context: PlanContext): readonly Waste[] {
  return context.plan.nodes.flatMap((node) => wasteOf(context, node) ?? indexWasteOf(context, node) ?? []);
}
