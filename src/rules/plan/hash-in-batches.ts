import type { PlanRule } from './model.ts';
import { memoryFor } from './reading/memory.ts';
import { parentOf, ownShare } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** A hash table that was split and went through temporary files. */
export const hashInBatches: PlanRule = {
  id: 'hash-in-batches',
  group: 'joins',
  severity: 'warning',
  finds: 'A hash join that goes through temporary files',
  because: 'its table did not fit work_mem, so that both sides are written and read again',
  instead:
    'Give the statement more work_mem, or let less reach the hashed side: fewer columns, earlier filters.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const hash = node.actual?.hash;
      const join = parentOf(context.plan, node);
      if (node.type !== 'Hash' || !hash || hash.batches < 2 || !join) return [];
      const share = ownShare(context.plan, node) + ownShare(context.plan, join);
      if (share < 0.05) return [];
      const ms = (node.actual?.ownMs ?? 0) + (join.actual?.ownMs ?? 0);
      return [
        {
          node: join,
          message: `The hash table of ${count(node.actual!.totalRows)} rows is split into ${hash.batches} batches${hash.batches > hash.plannedBatches ? ` (${hash.plannedBatches} planned)` : ''} of ${count(hash.kilobytes)} kB.`,
          evidence: {
            batches: hash.batches,
            'batches planned': hash.plannedBatches,
            'kB per batch': hash.kilobytes,
          },
          stakeMs: ms,
          // work_mem is multiplied for hashes (hash_mem_multiplier); a wish for the plain value stays on the safe side.
          fix: memoryFor(hash.kilobytes * 1024 * hash.batches * 1.2),
        },
      ];
    }),
};
