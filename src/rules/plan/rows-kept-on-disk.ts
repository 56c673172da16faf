import type { PlanRule } from './model.ts';
import { memoryFor } from './reading/memory.ts';
import { ownShare } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Rows of a CTE, a window or a materialised side that went to disk; servers tell it from 18 on, a megabyte is what matters. */
export const rowsKeptOnDisk: PlanRule = {
  id: 'rows-kept-on-disk',
  group: 'work',
  severity: 'warning',
  finds: 'Rows that are kept for later and go to disk',
  because: 'what a CTE, a window or a repeated side keeps did not fit work_mem',
  instead: 'Give the statement more work_mem, keep fewer columns, or let the CTE be inlined.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const storage = node.actual?.storage;
      if (storage?.kind !== 'Disk' || storage.kilobytes < 1024) return [];
      if (ownShare(context.plan, node) < 0.05) return [];
      return [
        {
          node,
          message: `${node.type} keeps ${count(storage.kilobytes)} kB on disk.`,
          evidence: { 'kB on disk': storage.kilobytes },
          fix: memoryFor(storage.kilobytes * 1024 * 1.5),
        },
      ];
    }),
};
