import type { PlanRule } from './model.ts';
import { parentOf, rowsOf, wholeShare, worthy } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** A CTE that is made whole and of which a filter above leaves a tenth. */
export const cteFence: PlanRule = {
  id: 'cte-fence',
  group: 'work',
  severity: 'warning',
  finds: 'A CTE that is made whole and filtered afterwards',
  because: 'conditions from outside do not reach into a CTE that is materialised',
  instead: 'Say NOT MATERIALIZED, write it as a subquery, or put the condition inside.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const removed = node.actual?.removedByFilter ?? 0;
      if (node.type !== 'CTE Scan' || !node.actual || removed < 1000 || removed < node.actual.totalRows * 9)
        return [];
      const cte = context.plan.nodes.find(({ subplan }) => subplan === `CTE ${node.source ?? ''}`);
      // Each step of a recursion needs the one before: nothing can be put inside.
      if (!cte || cte.type === 'Recursive Union' || cte.type === 'WorkTable Scan') return [];
      const share = wholeShare(context.plan, cte);
      if (share < worthy || (node.actual.loops > 1 && parentOf(context.plan, node)?.type === 'Nested Loop'))
        return [];
      return [
        {
          node,
          message: `${node.source ?? 'The CTE'} makes ${count(rowsOf(cte))} rows of which the filter outside leaves ${count(node.actual.totalRows)}.`,
          evidence: { 'rows made': rowsOf(cte), 'rows left': node.actual.totalRows },
          ...(cte.actual?.totalMs === undefined ? {} : { stakeMs: cte.actual.totalMs }),
          fix: {
            kind: 'rewrite',
            rule: 'cte-without-fence',
            advice: 'Say AS NOT MATERIALIZED, or put the condition inside the CTE.',
          },
        },
      ];
    }),
};
