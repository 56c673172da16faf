import type { PlanRule } from './model.ts';
import { ownShare, tableWords, worthy } from './reading/tree.ts';
import { memoryFor } from './reading/memory.ts';
import { count } from './reading/words.ts';

/** Bytes that a bitmap takes for each page it marks exactly: hash entry with its bits. */
const bytesPerPage = 64;

/** A bitmap that did not fit work_mem and forgot which rows of a page it found. */
export const lossyBitmap: PlanRule = {
  id: 'lossy-bitmap',
  group: 'reading',
  severity: 'warning',
  finds: 'A bitmap that remembers pages instead of rows',
  because: 'it did not fit work_mem, so that every row of those pages is tried again',
  instead: 'Give the statement more work_mem, or the search a more selective index.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const { actual } = node;
      if (!actual?.lossyBlocks || (actual.removedByRecheck ?? 0) < 1000) return [];
      if (ownShare(context.plan, node) < worthy) return [];
      return [
        {
          node,
          message: `${count(actual.lossyBlocks)} pages of ${tableWords(node)} are remembered without their rows, and ${count(actual.removedByRecheck!)} rows are tried again for nothing.`,
          evidence: {
            'lossy pages': actual.lossyBlocks,
            'exact pages': actual.exactBlocks ?? 0,
            'rows tried again': actual.removedByRecheck!,
          },
          fix: memoryFor(((actual.exactBlocks ?? 0) + actual.lossyBlocks) * bytesPerPage * 2),
        },
      ];
    }),
};
