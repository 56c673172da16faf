import type { PlanContext, PlanRule } from './model.ts';
import { columnsIn, within } from './reading/expression.ts';
import { filterOf } from './reading/predicates.ts';
import { isImmutable } from './reading/routines.ts';
import { fewRows } from './reading/reach.ts';
import { isScan, ownShare, rowsRead, tableWords } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** A call without a column that is made anew for every row: of a setting, or of a function that the application wrote. */
export const callPerRow: PlanRule = {
  id: 'call-per-row',
  group: 'predicates',
  severity: 'warning',
  finds: 'A call that gives the same for every row and is made for each',
  because: 'a stable or volatile function in a filter runs once per row, in policies of row security too',
  instead: 'Wrap it: (SELECT current_setting(…)) runs once.',
  needs: ['ANALYZE'],
  replaces: ['slow-function'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const read = rowsRead(node);
      if (!isScan(node) || read === undefined || read < fewRows || ownShare(context.plan, node) < 0.3)
        return [];
      const call = filterOf(node)
        .flatMap(({ expression }) => within(expression))
        .flatMap((part) =>
          part.kind === 'call' && columnsIn(part).length === 0 && isDear(context, part.name) ? part.name : [],
        )[0];
      if (call === undefined) return [];
      return [
        {
          node,
          message: `${call}() is called for each of ${count(read)} rows of ${tableWords(node)}, and gives the same each time.`,
          evidence: { calls: read },
          fix: {
            kind: 'rewrite',
            rule: 'call-once',
            advice: `Write (SELECT ${call}(…)), which is carried out once.`,
          },
        },
      ];
    }),
};

/** now() and its kin cost next to nothing. */
function isDear({ catalog }: PlanContext, name: string): boolean {
  if (/^current_setting$/i.test(name)) return true;
  const bare = name.slice(name.lastIndexOf('.') + 1);
  const routine = catalog?.routines.find((one) => one.kind === 'function' && one.name === bare);
  return routine !== undefined && !isImmutable(routine);
}
