/** Conditions of one level: what they say of its tables, and the subqueries that they look into. */
import type { Node, SubLink } from 'libpg-query';
import { text } from '../grammar/tree.ts';
import { against, narrow } from './conditions.ts';
import type { Draft } from './draft.ts';
import { note, noteBound, subquery } from './notes.ts';
import { newScope, type Scope, type Source } from './scope.ts';

/** Notes what a WHERE, HAVING or joining condition says of tables, and goes into its subqueries. */
export function condition(node: Node | undefined, scope: Scope, draft: Draft): void {
  if (!node) return;
  narrow(node, scope, draft);
  const parts = conjuncts(node);
  for (const part of parts) {
    const link = 'SubLink' in part ? part.SubLink : undefined;
    if (link?.subLinkType === 'EXISTS_SUBLINK' || link?.subLinkType === 'ANY_SUBLINK')
      member(link, scope, draft);
    else note([part], scope, draft);
  }
}

/** `EXISTS (…)` and `x IN (SELECT …)`: each side may be looked up by the other. */
function member(link: SubLink, scope: Scope, draft: Draft): void {
  note([link.testexpr], scope, draft);
  const handed = subquery(link, scope, draft, { lazy: true, narrowing: true });
  if (
    link.subLinkType !== 'ANY_SUBLINK' ||
    !link.testexpr ||
    text(link.operName?.at(-1) ?? { String: { sval: '=' } }) !== '='
  ) {
    return;
  }
  const tests = 'RowExpr' in link.testexpr ? (link.testexpr.RowExpr.args ?? []) : [link.testexpr];
  const outputs = [...handed.outputs.values()];
  for (const [i, one] of tests.entries()) {
    const bound = outputs[i];
    if (bound === undefined) continue;
    noteBound(bound, draft);
    const inner: Source = { called: '', outputs: new Map([['', bound]]), open: handed.open };
    const other: Node = { ColumnRef: { fields: [{ String: { sval: '' } }, { String: { sval: '' } }] } };
    const both = newScope({
      sources: [...scope.sources, inner],
      ...(scope.outer ? { outer: scope.outer } : {}),
    });
    for (const { use, condition: said } of against(one, '=', other, 'equal', both, draft).conditions)
      use.conditions.push(said);
  }
}

function conjuncts(node: Node): readonly Node[] {
  return 'BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR'
    ? (node.BoolExpr.args ?? []).flatMap(conjuncts)
    : [node];
}
