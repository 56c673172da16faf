import type { PlanRule } from './model.ts';
import { indexUsed } from './reading/known.ts';
import { filterOf, searchOf, isFixed } from './reading/predicates.ts';
import { indexWasteOf, keysFor, treeOf } from './reading/reach.ts';
import { above, tableWords } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** An index finds many rows of which the filter leaves few. Nine of ten thrown away is where the missing column costs more than the search itself. */
export const rowsFilteredAfterIndex: PlanRule = {
  id: 'rows-filtered-after-index',
  group: 'reading',
  severity: 'warning',
  finds: 'Rows that an index finds and a filter throws away',
  because: 'each of them is fetched from the table for nothing',
  instead: 'Add the filtered column to the index, behind those that are tried for equality.',
  needs: ['ANALYZE'],
  replaces: ['scattered-rows'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const waste = indexWasteOf(context, node);
      if (!waste) return [];
      const parents = above(context.plan, node);
      // In order below a LIMIT it is the order that was chosen wrongly.
      const ordered =
        parents.some(({ type }) => type === 'Limit') && !parents.some(({ type }) => type === 'Sort');
      if (ordered && node.type !== 'Bitmap Heap Scan') return [];
      const filters = filterOf(node).filter(({ against }) => isFixed(against));
      const added = keysFor(context, node, filters);
      const found = keysFor(context, node, searchOf(node));
      const keys = keysFor(context, node, [...searchOf(node), ...filters]);
      const used = indexUsed(context, node);
      if (added.length === 0 || (used && added.every((key) => used.keys.includes(key)))) return [];
      return [
        {
          node,
          message: `${node.index ?? node.children[0]?.index ?? 'The index'} finds ${count(waste.read)} rows of ${tableWords(node)}${found.length > 0 ? ` by ${names(found)}` : ''}, and the filter on ${names(added)} leaves ${count(waste.kept)}.`,
          evidence: { 'rows fetched': waste.read, 'rows kept': waste.kept },
          fix: treeOf(context, node, keys),
        },
      ];
    }),
};
