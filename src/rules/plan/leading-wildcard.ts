import { columnsIn } from './reading/expression.ts';
import type { PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';
import { indexFix } from './reading/reach.ts';

/** LIKE with a wildcard at its beginning. */
export const leadingWildcard: PlanRule = {
  id: 'leading-wildcard',
  group: 'predicates',
  severity: 'warning',
  finds: 'A pattern that begins with a wildcard',
  because: 'a b-tree finds beginnings only, so that each row is compared',
  instead: 'Build a trigram index (pg_trgm), or search for words with text search.',
  needs: [],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, operator, against, key }) =>
        kind === 'pattern' &&
        (operator === '~~' ? against?.kind === 'constant' && /^[%_]/.test(against.text) : operator === '~') &&
        key !== undefined &&
        key.kind !== 'call',
      ({ key }, { node }) => ({
        why: 'no b-tree meets a pattern with a wildcard in front',
        fix: indexFix(
          context,
          node,
          `USING gin (${context.quote.identifier(columnsIn(key!)[0]!.name)} gin_trgm_ops)`,
        ),
      }),
    ),
};
