import { printPart } from '../../catalog/identity.ts';
import { primaryKey } from '../../catalog/find.ts';
import type { PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';
import { tableFacts } from './reading/known.ts';
import { filterOf, isFixed } from './reading/predicates.ts';
import { indexFix, keysFor } from './reading/reach.ts';

/** IS NULL, IS NOT NULL or a flag that few rows meet. */
export const sparseNullScan: PlanRule = {
  id: 'sparse-null-scan',
  group: 'predicates',
  severity: 'warning',
  finds: 'Few rows with a null or a flag that are looked for in all',
  because: 'all other rows are read as well',
  instead: 'Build a partial index over those rows; it stays as small as they are few.',
  needs: [],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, column }) => column !== undefined && ['null', 'not-null', 'flag'].includes(kind),
      ({ kind, column, operator }, { node }) => {
        const name = context.quote.identifier(column!);
        const others = keysFor(
          context,
          node,
          filterOf(node).filter(({ against }) => isFixed(against)),
        );
        const table = tableFacts(context, node);
        const key = others.length > 0 ? others : [(table && primaryKey(table)[0]) ?? column!];
        const where = kind === 'flag' ? (operator === 'NOT' ? `NOT ${name}` : name) : `${name} ${operator}`;
        return {
          why: `few rows have ${kind === 'flag' ? `${operator === 'NOT' ? 'no ' : ''}${printPart(column!)}` : `${printPart(column!)} ${operator}`}`,
          fix: indexFix(
            context,
            node,
            `USING btree (${key.map((one) => context.quote.identifier(one)).join(', ')})`,
            where,
          ),
        };
      },
    ),
};
