import type { Expression } from './reading/expression.ts';
import { columnsIn, within } from './reading/expression.ts';
import type { PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';
import { typeOf } from './reading/known.ts';
import { indexFix } from './reading/reach.ts';
import { sqlOf } from './reading/written.ts';

const arrows = new Set(['->', '->>', '#>', '#>>']);

/** A condition on what a JSON document holds. */
export const jsonFilter: PlanRule = {
  id: 'json-filter',
  group: 'predicates',
  severity: 'warning',
  finds: 'A condition on a field of a JSON document',
  because: 'each document is unpacked to look at one field',
  instead: 'Build an index on the expression, or ask with @> and a GIN index.',
  needs: [],
  replaces: ['full-scan-for-few-rows'],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, key, column }, { node }) =>
        key !== undefined &&
        ((['equal', 'in', 'range', 'contains'].includes(kind) && hasArrow(key)) ||
          (kind === 'contains' && column !== undefined && (typeOf(context, node, column) ?? '') === 'jsonb')),
      ({ kind, key, column }, { node }) => ({
        why: `no index leads into ${columnsIn(key!)[0]!.name}`,
        fix:
          kind === 'contains'
            ? indexFix(
                context,
                node,
                `USING gin (${column === undefined ? `(${sqlOf(key!, context.quote)})` : context.quote.identifier(column)})`,
              )
            : indexFix(context, node, `USING btree ((${sqlOf(key!, context.quote)}))`),
      }),
    ),
};

function hasArrow(key: Expression): boolean {
  return within(key).some((part) => part.kind === 'operation' && arrows.has(part.operator));
}
