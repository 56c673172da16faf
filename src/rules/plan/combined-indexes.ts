import type { PlanRule } from './model.ts';
import { searchOf } from './reading/predicates.ts';
import { keysFor, treeOf } from './reading/reach.ts';
import { parentOf, tableWords, wholeShare, worthy } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** Two indexes whose findings are laid over each other. Worth one index of both columns where either finds ten times what both have in common. */
export const combinedIndexes: PlanRule = {
  id: 'combined-indexes',
  group: 'reading',
  severity: 'warning',
  finds: 'Two indexes that are read for one search',
  because: 'each finds many rows that the other one does not',
  instead: 'Build one index over the columns of both.',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (node.type !== 'BitmapAnd') return [];
      let heap = parentOf(context.plan, node);
      while (heap && heap.type !== 'Bitmap Heap Scan') heap = parentOf(context.plan, heap);
      if (!heap?.relation || wholeShare(context.plan, heap) < worthy) return [];
      const conditions = searchOf(heap);
      const equal = keysFor(context, heap, conditions);
      // A second range narrows nothing more, but is tried inside the index.
      const ranges = conditions.flatMap(({ kind, column }) =>
        kind === 'range' && column !== undefined ? column : [],
      );
      const keys = [...new Set([...equal, ...ranges])];
      if (keys.length < 2) return [];
      const found = node.children.map(({ actual, planRows }) => actual?.totalRows ?? planRows);
      const kept = heap.actual?.totalRows ?? heap.planRows;
      if (Math.min(...found) < Math.max(1000, kept * 2)) return [];
      const indexes = node.children.flatMap(({ index }) => index ?? []);
      return [
        {
          node: heap,
          message: `${names(indexes)} find ${found.map(count).join(' and ')} rows of ${tableWords(heap)} for the ${count(kept)} that both have.`,
          evidence: { 'rows found': found.map(count).join(', '), 'rows in common': kept },
          ...(heap.actual?.totalMs === undefined ? {} : { stakeMs: heap.actual.totalMs }),
          stakeCost: wholeShare(context.plan, heap),
          fix: treeOf(context, heap, keys),
        },
      ];
    }),
};
