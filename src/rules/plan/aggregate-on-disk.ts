import type { PlanRule } from './model.ts';
import { memoryFor } from './reading/memory.ts';
import { ownShare } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** A hashed aggregate whose groups went through temporary files. */
export const aggregateOnDisk: PlanRule = {
  id: 'aggregate-on-disk',
  group: 'work',
  severity: 'warning',
  finds: 'Groups that go through temporary files',
  because: 'the hash table did not fit work_mem, and rows of later groups wait on disk',
  instead: 'Give the statement more work_mem, or group fewer rows or by fewer keys.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const groups = node.actual?.aggregate;
      if (!groups || groups.batches < 2 || groups.diskKilobytes === 0) return [];
      if (ownShare(context.plan, node) < 0.05) return [];
      return [
        {
          node,
          message: `${count(node.actual!.totalRows)} groups take ${groups.batches} batches and ${count(groups.diskKilobytes)} kB on disk.`,
          evidence: {
            batches: groups.batches,
            'kB on disk': groups.diskKilobytes,
            'kB in memory': groups.memoryKilobytes,
          },
          fix: memoryFor((groups.memoryKilobytes + groups.diskKilobytes) * 1024 * 2),
        },
      ];
    }),
};
