import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanRule } from './model.ts';
import { columnsIn, readExpression } from './reading/expression.ts';
import { isJoin, rowsOf, through, wholeShare, worthy } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** DISTINCT that throws away half of what a join has multiplied; a thousand rows at least. */
export const distinctOverJoin: PlanRule = {
  id: 'distinct-over-join',
  group: 'work',
  severity: 'warning',
  finds: 'DISTINCT that takes back what a join has multiplied',
  because: 'rows are made for each match and compared with each other, where one match would do',
  instead: 'Ask with EXISTS whether there is a match.',
  needs: ['ANALYZE', 'SQL'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (
        !/\bdistinct\b/i.test(context.sql ?? '') ||
        /\bdistinct\s+on\b|\(\s*distinct\b/i.test(context.sql ?? '')
      )
        return [];
      if (node.type !== 'Unique' && !(node.type === 'Aggregate' && node.groupKeys.length > 0 && isBare(node)))
        return [];
      const join = node.children[0] && through(node.children[0]);
      if (!join || !isJoin(join) || !join.actual || join.join === 'Semi' || join.join === 'Anti') return [];
      const made = rowsOf(join);
      const kept = rowsOf(node);
      if (made < 1000 || kept > made / 2 || wholeShare(context.plan, node) < worthy) return [];
      if (!isOneSided(node, join)) return [];
      return [
        {
          node,
          message: `The join makes ${count(made)} rows, and DISTINCT leaves ${count(kept)}.`,
          evidence: { 'rows made': made, 'rows left': kept },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs * (1 - kept / made) }),
          fix: {
            kind: 'rewrite',
            rule: 'distinct-to-exists',
            advice: 'Say WHERE EXISTS (…) instead of JOIN and DISTINCT.',
          },
        },
      ];
    }),
};

/** It groups and adds nothing up. */
function isBare(node: PlanNode): boolean {
  const keys = new Set(node.groupKeys);
  return node.output.every((text) => keys.has(text));
}

/** All columns that are told apart come from one table: only then is the other one asked for its existence alone. */
function isOneSided(node: PlanNode, join: PlanNode): boolean {
  const sorted = node.children[0]!.sortKeys.map((key) => key.replace(/ (?:DESC|NULLS \w+)/g, ''));
  const texts = node.groupKeys.length > 0 ? node.groupKeys : sorted.length > 0 ? sorted : join.sortKeys;
  const aliases = new Set(texts.flatMap((text) => columnsIn(readExpression(text)).map(({ alias }) => alias)));
  return aliases.size === 1;
}
