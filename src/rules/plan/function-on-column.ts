import type { Expression } from './reading/expression.ts';
import { columnsIn } from './reading/expression.ts';
import type { PlanContext, PlanFix, PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';
import { typeOf } from './reading/known.ts';
import { indexFix, type Waste } from './reading/reach.ts';
import { sqlOf } from './reading/written.ts';

/** Functions of a time that a range of the bare column says as well. */
const ofTime = /^(?:date_trunc|date|extract|date_part|to_char|timezone)$/i;

/** A function around the column of a condition. */
export const functionOnColumn: PlanRule = {
  id: 'function-on-column',
  group: 'predicates',
  severity: 'error',
  finds: 'A condition on a function of a column',
  because: 'an index on the column knows nothing of the function, so that each row is computed',
  instead: 'Compare the bare column with a range, or build an index on the expression.',
  needs: [],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, key, column }) =>
        column === undefined &&
        ['equal', 'in', 'range', 'prefix'].includes(kind) &&
        callOf(key) !== undefined,
      ({ key }, waste) => ({
        why: `no index on the column can meet ${callOf(key)!.name}()`,
        fix: fixOf(context, waste, key!, callOf(key)!),
      }),
    ),
};

type Call = Expression & { readonly kind: 'call' };

/** The function around a column, casts of its result left aside. */
function callOf(key: Expression | undefined): Call | undefined {
  if (key?.kind === 'cast') return callOf(key.part);
  if (key?.kind === 'operation' && key.operator === 'AT TIME ZONE') return undefined;
  return key?.kind === 'call' && columnsIn(key).length > 0 ? key : undefined;
}

function fixOf(context: PlanContext, { node }: Waste, key: Expression, call: Call): PlanFix {
  const [column] = columnsIn(key);
  if (ofTime.test(call.name) || /date|time/.test(typeOf(context, node, column!.name) ?? ''))
    return {
      kind: 'rewrite',
      rule: 'function-to-range',
      advice: `Compare ${column!.name} with a range: column >= start AND column < end.`,
    };
  return indexFix(context, node, `USING btree ((${sqlOf(key, context.quote)}))`);
}
