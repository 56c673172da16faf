import type { PlanRule } from './model.ts';
import { fewRows } from './reading/reach.ts';
import { analyzeFix } from './reading/estimates.ts';
import { ownShare, worthy } from './reading/tree.ts';
import { count, times } from './reading/words.ts';

/** A hash table over the larger side, which was thought to be the smaller one; ten times, as a small difference costs nothing. */
export const biggerSideHashed: PlanRule = {
  id: 'bigger-side-hashed',
  group: 'joins',
  severity: 'warning',
  finds: 'A hash join that builds its table from the larger side',
  because: 'the planner took that side for the smaller one, and pays memory for every row of it',
  instead: 'Mend the estimate of the side that is wrong: ANALYZE, or extended statistics.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const [probe, hash] = node.children;
      if (node.type !== 'Hash Join' || !probe?.actual || hash?.type !== 'Hash' || !hash.actual) return [];
      const built = hash.actual.totalRows;
      const probed = probe.actual.totalRows;
      if (built < fewRows || built < probed * 10 || probed === 0) return [];
      // Where it was planned like this, the other way round was dearer for another reason.
      const planned = hash.planRows / Math.max(1, probe.planRows);
      if (planned > built / probed / 5) return [];
      if (ownShare(context.plan, node) + ownShare(context.plan, hash) < worthy) return [];
      const wrong = hash.planRows * 5 < hash.actual.rows ? hash.children[0]! : probe;
      return [
        {
          node,
          message: `The hash table holds ${count(built)} rows and is asked ${count(probed)} times: the built side is ${times(built / probed)} as large as the other, ${times(planned)} was planned.`,
          evidence: { 'rows built': built, 'rows probed': probed },
          stakeMs: (node.actual?.ownMs ?? 0) + (hash.actual.ownMs ?? 0),
          fix: analyzeFix(context, wrong),
        },
      ];
    }),
};
