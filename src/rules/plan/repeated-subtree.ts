import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanRule } from './model.ts';
import { below, isJoin, ownCost, wholeShare, worthy } from './reading/tree.ts';
import { percent } from './reading/words.ts';

/** The same work done twice in one statement, each time for a tenth of its time. */
export const repeatedSubtree: PlanRule = {
  id: 'repeated-subtree',
  group: 'reading',
  severity: 'warning',
  finds: 'A part of the plan that is carried out twice',
  because: 'the server does not see that two subqueries are the same',
  instead: 'Write it once: a CTE that is MATERIALIZED, one LATERAL subquery, or one pass with FILTER.',
  needs: [],
  check: (context) => {
    const seen = new Map<string, PlanNode[]>();
    for (const node of context.plan.nodes) {
      if (!isWork(node) || wholeShare(context.plan, node) < worthy) continue;
      const print = printOf(node, aliasesOf(node));
      seen.set(print, [...(seen.get(print) ?? []), node]);
    }
    const groups = [...seen.values()].filter((nodes) => nodes.length > 1);
    const inside = (node: PlanNode): boolean =>
      groups.some((nodes) => nodes.some((other) => node.path.startsWith(`${other.path}.`)));
    return groups
      .filter(([first]) => !inside(first!))
      .map((nodes) => {
        const [first, ...again] = nodes as [PlanNode, ...PlanNode[]];
        const share = again.reduce((sum, node) => sum + wholeShare(context.plan, node), 0);
        const ms = again.reduce((sum, { actual }) => sum + (actual?.totalMs ?? 0), 0);
        return {
          node: again[0]!,
          message: `${first.type} over ${tablesIn(first)} is carried out ${nodes.length} times with the same conditions; the repetitions take ${percent(share)}.`,
          evidence: { times: nodes.length },
          ...(first.actual ? { stakeMs: ms } : {}),
          stakeCost: again.reduce((sum, node) => sum + ownCost(node), 0) === 0 ? 0 : share,
          fix: {
            kind: 'rewrite' as const,
            rule: 'repeated-subquery',
            advice: 'Write the subquery once as WITH … AS MATERIALIZED, and read it twice.',
          },
        };
      });
  },
};

/** Something that is worth sharing: an aggregate or a join over tables, or a subquery of its own. */
function isWork(node: PlanNode): boolean {
  return (
    (node.type === 'Aggregate' || isJoin(node)) &&
    node.partial !== 'Partial' &&
    below(node).some(({ relation }) => relation !== undefined)
  );
}

function aliasesOf(node: PlanNode): ReadonlyMap<string, string> {
  const relations = below(node).filter(({ relation }) => relation);
  return new Map(relations.map(({ alias, relation }, at) => [alias ?? relation!.name, `t${at}`]));
}

/** A subtree without the aliases that its text happens to use. */
function printOf(node: PlanNode, aliases: ReadonlyMap<string, string>): string {
  const plain = (text: string): string =>
    text.replaceAll(/"?([\p{L}_][\p{L}\p{N}_$]*)"?\./gu, (all, name: string) =>
      aliases.has(name) ? `${aliases.get(name)!}.` : all,
    );
  return JSON.stringify([
    node.type,
    node.join,
    node.relation?.name,
    Object.values(node.conditions).map(plain),
    node.groupKeys.map(plain),
    node.children.map((child) => printOf(child, aliases)),
  ]);
}

function tablesIn(node: PlanNode): string {
  return [...new Set(below(node).flatMap(({ relation }) => relation?.name ?? []))].join(', ');
}
