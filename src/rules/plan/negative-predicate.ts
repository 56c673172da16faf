import { printPart } from '../../catalog/identity.ts';
import type { PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';
import { indexFix } from './reading/reach.ts';
import { primaryKey } from '../../catalog/find.ts';
import { tableFacts } from './reading/known.ts';
import { sqlOf } from './reading/written.ts';

/** <> or NOT that leaves few rows. */
export const negativePredicate: PlanRule = {
  id: 'negative-predicate',
  group: 'predicates',
  severity: 'warning',
  finds: 'A condition that excludes, and leaves few rows',
  because: 'an index finds what is equal, not what is different',
  instead: 'Build a partial index over the rows that are left.',
  needs: [],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, column }) => kind === 'not-equal' && column !== undefined,
      ({ column, expression }, { node }) => {
        const table = tableFacts(context, node);
        const key = table ? (primaryKey(table)[0] ?? column!) : column!;
        return {
          why: `no index finds what ${printPart(column!)} is not`,
          fix: indexFix(
            context,
            node,
            `USING btree (${context.quote.identifier(key)})`,
            sqlOf(expression, context.quote),
          ),
        };
      },
    ),
};
