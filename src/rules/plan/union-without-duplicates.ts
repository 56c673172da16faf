import type { PlanRule } from './model.ts';
import { rowsOf, through, wholeShare, ownShare, worthy } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** UNION that looked for duplicates among many rows and found none. */
export const unionWithoutDuplicates: PlanRule = {
  id: 'union-without-duplicates',
  group: 'work',
  severity: 'info',
  finds: 'UNION that finds no duplicates',
  because: 'all rows of both branches are sorted or hashed to look for them',
  instead: 'Say UNION ALL if a key proves that no row comes twice; this run alone is no proof.',
  needs: ['ANALYZE', 'SQL'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (node.type !== 'Unique' && node.type !== 'Aggregate') return [];
      if (!/\bunion\b(?!\s+all\b)/i.test(context.sql ?? '')) return [];
      const below = node.children[0] && through(node.children[0]);
      if (!below || !node.actual || (below.type !== 'Append' && below.type !== 'Merge Append')) return [];
      const rows = rowsOf(below);
      if (rows < 10_000 || rowsOf(node) !== rows) return [];
      const sort = node.children[0] === below ? 0 : ownShare(context.plan, node.children[0]!);
      const share = ownShare(context.plan, node) + sort;
      if (share < worthy || wholeShare(context.plan, node) < worthy) return [];
      return [
        {
          node,
          message: `${count(rows)} rows are searched for duplicates, and there is none.`,
          evidence: { rows },
          stakeMs:
            (node.actual.ownMs ?? 0) +
            (node.children[0] === below ? 0 : (node.children[0]!.actual?.ownMs ?? 0)),
          fix: {
            kind: 'rewrite',
            rule: 'union-to-union-all',
            advice: 'Say UNION ALL if a key or a constant column keeps the branches apart.',
          },
        },
      ];
    }),
};
