import type { PlanNode } from '../../engine/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { indexUsed, tableRows } from './reading/known.ts';
import { filterOf, isFixed } from './reading/predicates.ts';
import { keysFor, indexFix, treeOf } from './reading/reach.ts';
import { above, ownShare, tableWords } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** Rows thrown away for each one returned: an index in the right order would read one. */
const perRow = 100;

/** LIMIT that walks an index in order and throws rows away until enough fit. */
export const orderedScanThatFilters: PlanRule = {
  id: 'ordered-scan-that-filters',
  group: 'reading',
  severity: 'error',
  finds: 'An index that is walked in order until enough rows pass a filter',
  because:
    'the planner takes matching rows to be spread evenly; where they are rare or far from the start, most of the index is read',
  instead: 'Build an index with the filtered columns first and the sorted ones behind.',
  needs: [],
  replaces: ['rows-filtered-after-index'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (!/^Index(?: Only)? Scan$/.test(node.type)) return [];
      const parents = above(context.plan, node);
      const limit = parents.find(({ type }) => type === 'Limit');
      if (!limit || ownShare(context.plan, node) < 0.3) return [];
      const walk = walked(context, node, limit);
      if (!walk || walk.removed < 1000 || walk.removed < walk.found * perRow) return [];
      const { removed, found } = walk;
      if (parents.some(({ type }) => /^(?:Sort|Aggregate|Hash|WindowAgg)$/.test(type))) return [];
      const filters = filterOf(node).filter(
        ({ kind, against }) => isFixed(against) && (kind === 'equal' || kind === 'in'),
      );
      const keys = keysFor(context, node, filters);
      const used = indexUsed(context, node);
      const own = used?.definition.match(/USING btree \((.*?)\)(?: INCLUDE| WHERE|$)/s)?.[1];
      const definition = `USING btree (${[...keys.map((key) => context.quote.identifier(key)), ...(own ? [own] : [])].join(', ')})`;
      return [
        {
          node,
          message: `${count(removed)} rows of ${tableWords(node)} ${node.actual ? 'are' : 'would be'} read in the order of ${node.index ?? 'the index'} and thrown away to find ${count(found)}.`,
          evidence: { 'rows thrown away': Math.round(removed), 'rows found': Math.round(found) },
          fix:
            keys.length === 0
              ? {
                  kind: 'advice',
                  advice: 'Build an index that meets the filter, with the sorted columns behind.',
                }
              : own
                ? indexFix(context, node, definition)
                : context.catalog
                  ? treeOf(context, node, keys)
                  : {
                      kind: 'advice',
                      advice: `Build an index on ${names(keys)}, then the columns of ${node.index ?? 'the order'}.`,
                    },
        },
      ];
    }),
};

/** What the walk threw away and found; without ANALYZE, what it would by the planner's own figures: matching rows spread evenly over the table. */
function walked(
  context: PlanContext,
  node: PlanNode,
  limit: PlanNode,
): { readonly removed: number; readonly found: number } | undefined {
  if (node.actual) return { removed: node.actual.removedByFilter ?? 0, found: node.actual.totalRows };
  const rows = tableRows(context, node) ?? 0;
  if (node.conditions.index !== undefined || node.conditions.filter === undefined || rows <= 0)
    return undefined;
  const found = Math.min(limit.planRows, node.planRows);
  return { removed: (rows * found) / Math.max(1, node.planRows) - found, found };
}
