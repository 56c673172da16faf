import type { PlanRule } from './model.ts';
import { hasOrAcross } from './join-filter-waste.ts';
import { ownShare, worthy } from './reading/tree.ts';
import { count, short } from './reading/words.ts';

/** OR between two tables in a join condition. Without ANALYZE the estimated pairs count. */
export const orAcrossJoin: PlanRule = {
  id: 'or-across-join',
  group: 'joins',
  severity: 'error',
  finds: 'OR over columns of two tables in a join',
  because: 'neither hash nor merge join can meet it, so that every row is compared with every other',
  instead:
    'Write one join for each branch, and combine them with UNION (or UNION ALL with the first branch excluded).',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const [outer, inner] = node.children;
      const filter = node.conditions.join;
      if (node.type !== 'Nested Loop' || filter === undefined || !outer || !inner || !hasOrAcross(filter))
        return [];
      const pairs = node.actual
        ? node.actual.totalRows + (node.actual.removedByJoinFilter ?? 0)
        : outer.planRows * inner.planRows;
      const kept = node.actual?.totalRows ?? node.planRows;
      if (pairs < 100_000 || pairs < kept * 10 || ownShare(context.plan, node) < worthy) return [];
      return [
        {
          node,
          message: `${short(filter)} is tried on ${count(pairs)} pairs of rows to keep ${count(kept)}.`,
          evidence: { pairs, 'pairs kept': kept },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs }),
          fix: {
            kind: 'rewrite',
            rule: 'or-to-union',
            advice: 'Join once for each branch and combine both with UNION.',
          },
        },
      ];
    }),
};
