import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { readExpression, within, type Expression } from './reading/expression.ts';
import { ownShare, rowsOf, totalMs } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** NOT IN over a subquery that is worth a word: compared row by row, or hashed with a tenth of the time. */
export const notInSubquery: PlanRule = {
  id: 'not-in-subquery',
  group: 'joins',
  severity: 'error',
  finds: 'NOT IN over a subquery',
  because:
    'a single null in it makes the answer empty, so that the server may not join but asks the subquery for each row',
  instead: 'Say NOT EXISTS: it becomes an anti join.',
  needs: ['SQL'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (
        !/\bnot\s+in\s*\(\s*(?:select|with|values|table)\b|<>\s*all\s*\(\s*select\b/i.test(context.sql ?? '')
      )
        return [];
      const asked = subplanOf(node.conditions.filter) ?? subplanOf(node.conditions.join);
      if (!asked) return [];
      const plan = node.children.find(
        ({ subplan }) => subplan !== undefined && asked.text.replace(/^hashed /, '').startsWith(subplan),
      );
      if (!plan) return [];
      const rows = rowsOf(plan);
      const share = stakeOf(context, node, plan);
      if (asked.hashed ? share < 0.1 || rows < 10_000 : share < 0.3) return [];
      const runs = plan.actual?.loops ?? node.planRows;
      return [
        {
          node,
          message: asked.hashed
            ? `NOT IN keeps ${count(rows)} rows of ${plan.subplan ?? 'its subquery'} in a hash table and cannot become a join.`
            : `NOT IN asks ${plan.subplan ?? 'its subquery'} ${count(runs)} times, and compares ${count(rows)} rows.`,
          evidence: { runs, rows },
          ...(totalMs(context.plan) === undefined ? {} : { stakeMs: share * totalMs(context.plan)! }),
          stakeCost: share,
          fix: {
            kind: 'rewrite',
            rule: 'not-in-to-not-exists',
            advice: 'Say NOT EXISTS (SELECT … WHERE inner.column = outer.column).',
          },
        },
      ];
    }),
};

type Subplan = Expression & { readonly kind: 'subplan' };

/** A subplan that a NOT stands before. */
function subplanOf(text: string | undefined): Subplan | undefined {
  if (text === undefined || !text.includes('SubPlan')) return undefined;
  const negated = within(readExpression(text)).flatMap((part) =>
    part.kind === 'not' ? within(part.part) : [],
  );
  return negated.find((part): part is Subplan => part.kind === 'subplan' && !part.text.includes('EXISTS'));
}

function stakeOf({ plan }: PlanContext, node: PlanNode, subplan: PlanNode): number {
  const ms = totalMs(plan);
  if (ms === undefined)
    return Math.min(1, (node.planRows * subplan.totalCost) / Math.max(plan.root.totalCost, 1e-9));
  return Math.min(1, ownShare(plan, node) + (subplan.actual?.totalMs ?? 0) / ms);
}
