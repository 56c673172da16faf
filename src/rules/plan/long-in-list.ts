import type { PlanRule } from './model.ts';
import { valuesOf } from './reading/known.ts';
import { filterOf, searchOf } from './reading/predicates.ts';
import { ownShare, tableWords, worthy } from './reading/tree.ts';
import { isScan } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Values from which a list is data, not a condition. */
const long = 1000;

/** A list of a thousand values in a condition. */
export const longInList: PlanRule = {
  id: 'long-in-list',
  group: 'predicates',
  severity: 'warning',
  finds: 'A list of a thousand values and more in a condition',
  because: 'it is parsed, planned and searched anew each time, and each length is another statement',
  instead:
    'Pass one array and join with unnest($1), or load the values into a temporary table that is analysed.',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (!isScan(node) && node.type !== 'Bitmap Index Scan') return [];
      const list = [...filterOf(node), ...searchOf(node)].find(
        ({ kind, against }) => kind === 'in' && against?.kind === 'constant',
      );
      const values = list?.against?.kind === 'constant' ? valuesOf(list.against.text).length : 0;
      const holder = node.relation
        ? node
        : context.plan.nodes.find(({ children }) => children.includes(node))!;
      if (values < long || Math.max(ownShare(context.plan, node), ownShare(context.plan, holder)) < worthy)
        return [];
      return [
        {
          node,
          message: `${list!.column ?? 'An expression'} of ${tableWords(holder)} is compared with a list of ${count(values)} values.`,
          evidence: { values },
          fix: {
            kind: 'rewrite',
            rule: 'long-list-to-values',
            advice: 'Pass the values as one array and join with unnest($1).',
          },
        },
      ];
    }),
};
