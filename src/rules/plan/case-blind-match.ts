import { columnsIn } from './reading/expression.ts';
import type { PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';
import { indexFix } from './reading/reach.ts';

/** ILIKE or ~* over every row. */
export const caseBlindMatch: PlanRule = {
  id: 'case-blind-match',
  group: 'predicates',
  severity: 'warning',
  finds: 'A comparison that ignores case and reads every row',
  because: 'no b-tree serves ILIKE or ~*',
  instead: 'Compare lower(column) with an index on it, or build a trigram index.',
  needs: [],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, key }) => kind === 'blind-pattern' && key !== undefined,
      ({ key, against }, { node }) => {
        const name = context.quote.identifier(columnsIn(key!)[0]!.name);
        const plain = against?.kind === 'constant' && !/[%_]/.test(against.text);
        return {
          why: 'no b-tree meets a comparison that ignores case',
          fix: plain
            ? indexFix(context, node, `USING btree ((lower(${name})))`)
            : indexFix(context, node, `USING gin (${name} gin_trgm_ops)`),
        };
      },
    ),
};
