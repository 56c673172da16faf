import type { PlanRule } from './model.ts';
import { memoryFor } from './reading/memory.ts';
import { parentOf, wholeShare, worthy } from './reading/tree.ts';
import { count, percent } from './reading/words.ts';

/** A cache of a nested loop that throws out what it will be asked again; below half of the answers it costs more than it spares. */
export const memoizeThrash: PlanRule = {
  id: 'memoize-thrash',
  group: 'joins',
  severity: 'warning',
  finds: 'A cache of a nested loop that is too small',
  because: 'entries are thrown out before they are asked for again, and the lookups are made anyway',
  instead: 'Give the statement more work_mem; mend the estimate of the different keys.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const memo = node.actual?.memoize;
      if (!memo || memo.evictions + memo.overflows === 0) return [];
      const asked = memo.hits + memo.misses;
      if (asked < 1000 || memo.hits * 2 >= asked || wholeShare(context.plan, node) < worthy) return [];
      const kilobytes = Number(node.fields['Peak Memory Usage'] ?? 0);
      return [
        {
          node: parentOf(context.plan, node) ?? node,
          message: `Memoize answers ${percent(memo.hits / asked)} of ${count(asked)} questions, and throws ${count(memo.evictions)} entries out for want of memory.`,
          evidence: {
            hits: memo.hits,
            misses: memo.misses,
            evictions: memo.evictions,
            overflows: memo.overflows,
          },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs }),
          fix: memoryFor(
            Math.max(1, kilobytes) *
              1024 *
              Math.min(64, 2 + memo.misses / Math.max(1, memo.misses - memo.evictions)),
          ),
        },
      ];
    }),
};
