import type { PlanRule } from './model.ts';
import { indexUsed } from './reading/known.ts';
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
  needs: ['ANALYZE'],
  replaces: ['rows-filtered-after-index'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const { actual } = node;
      if (!actual || !/^Index(?: Only)? Scan$/.test(node.type)) return [];
      const removed = actual.removedByFilter ?? 0;
      if (removed < 1000 || removed < actual.totalRows * perRow) return [];
      const parents = above(context.plan, node);
      if (!parents.some(({ type }) => type === 'Limit') || ownShare(context.plan, node) < 0.3) return [];
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
          message: `${count(removed)} rows of ${tableWords(node)} are read in the order of ${node.index ?? 'the index'} and thrown away to find ${count(actual.totalRows)}.`,
          evidence: { 'rows thrown away': removed, 'rows found': actual.totalRows },
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
