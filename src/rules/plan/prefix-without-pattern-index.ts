import type { PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';
import { indexesOf } from './reading/known.ts';
import { indexFix } from './reading/reach.ts';

/** LIKE 'x%' that reads every row, since the index is missing or sorted by a language. */
export const prefixWithoutPatternIndex: PlanRule = {
  id: 'prefix-without-pattern-index',
  group: 'predicates',
  severity: 'error',
  finds: 'A search for a beginning that no index serves',
  because: 'an index in the order of a language does not keep words with one beginning together',
  instead: 'Build an index with text_pattern_ops (or COLLATE "C").',
  needs: [],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, column }) => kind === 'prefix' && column !== undefined,
      ({ column }, { node }) => {
        const plain = indexesOf(context, node)?.find(({ keys }) => keys[0] === column);
        return {
          why: plain
            ? `${plain.name} is in the order of a language, which LIKE cannot use`
            : `no index leads to a beginning of ${column!}`,
          fix: indexFix(context, node, `USING btree (${context.quote.identifier(column!)} text_pattern_ops)`),
        };
      },
    ),
};
