import type { PlanRule } from './model.ts';
import { memoryFor } from './reading/memory.ts';
import { ownShare } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** A sort takes about twice as much memory as its file on disk: rows carry pointers there. */
const memoryPerDisk = 2.5;

/** A sort that went through temporary files. A twentieth of the time is enough for a word: more memory costs nothing to try. */
export const sortOnDisk: PlanRule = {
  id: 'sort-on-disk',
  group: 'work',
  severity: 'warning',
  finds: 'A sort that goes through temporary files',
  because: 'the rows did not fit work_mem, and are written and merged on disk',
  instead: 'Give the statement more work_mem, sort fewer or narrower rows, or build an index in this order.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const sort = node.actual?.sort;
      if (sort?.kind !== 'Disk' || ownShare(context.plan, node) < 0.05) return [];
      return [
        {
          node,
          message: `${count(node.actual!.totalRows)} rows are sorted on disk (${sort.method}, ${count(sort.kilobytes)} kB).`,
          evidence: { rows: node.actual!.totalRows, 'kB on disk': sort.kilobytes, method: sort.method },
          fix: memoryFor(sort.kilobytes * 1024 * memoryPerDisk),
        },
      ];
    }),
};
