import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { formatMs } from '../../base/units.ts';
import { calledRoutines } from './reading/routines.ts';
import { ownPages, ownShare, rowsRead, rowsOf, totalMs } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** Milliseconds per row that a step of plain comparisons stays well below. */
const perRow = 0.003;

/** A function of the application whose calls take most of a step's time. */
export const slowFunction: PlanRule = {
  id: 'slow-function',
  group: 'work',
  severity: 'warning',
  finds: 'A function whose calls take most of the time',
  because: 'the time is spent inside it, where the plan shows nothing',
  instead:
    'Write it as one SQL expression that the server can inline, keep its result in a column or an expression index, or look at its own statements (auto_explain.log_nested_statements).',
  needs: ['ANALYZE', 'catalog'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const { plan } = context;
      const total = totalMs(plan);
      const own = node.actual?.ownMs;
      if (total === undefined || own === undefined || ownShare(plan, node) < 0.3 || own < 5) return [];
      const called =
        node.type === 'Function Scan'
          ? sources(context, node)
          : calledRoutines(context, [withoutHanded(node)]);
      if (called.length === 0) return [];
      const rows = Math.max(
        1,
        node.type === 'Function Scan' ? (node.actual?.loops ?? 1) : (rowsRead(node) ?? rowsOf(node)),
      );
      const pages = ownPages(node);
      // A step that reads many pages may be slow without the function.
      if (own / rows < perRow || (node.type !== 'Function Scan' && pages && pages.read > 1000)) return [];
      return [
        {
          node,
          message: `${names(called.map(({ name }) => name))} takes about ${formatMs(own / rows)} in each of ${count(rows)} calls, ${formatMs(own)} of ${formatMs(total)}.`,
          evidence: { calls: rows, 'ms per call': Number((own / rows).toPrecision(3)) },
          fix: {
            kind: 'advice',
            advice:
              'Write it in one SQL expression, call it for fewer rows, or index its result if it is IMMUTABLE.',
          },
        },
      ];
    }),
};

/** A step's own calls: what it hands on from below is called there. */
function withoutHanded(node: PlanNode): PlanNode {
  const handed = new Set(node.children.flatMap(({ output }) => output));
  return {
    ...node,
    output: node.output.filter((text) => !handed.has(text) && !handed.has(text.replace(/^\((.*)\)$/s, '$1'))),
    sortKeys: [],
    groupKeys: [],
  };
}

function sources({ catalog }: PlanContext, { source }: PlanNode): readonly { readonly name: string }[] {
  return (catalog?.routines ?? []).filter(({ name }) => name === source);
}
