import type { PlanRule } from './model.ts';
import { indexesOf, shareKept } from './reading/known.ts';
import { filterOf, isFixed, isPlain } from './reading/predicates.ts';
import { indexFix, isRepeated, keysFor, treeOf, wastes } from './reading/reach.ts';
import { count, names, percent } from './reading/words.ts';
import { tableWords } from './reading/tree.ts';

/** A whole table is read for few of its rows, though an index could find them. */
export const fullScanForFewRows: PlanRule = {
  id: 'full-scan-for-few-rows',
  group: 'reading',
  severity: 'error',
  finds: 'A whole table that is read for few of its rows',
  because: 'each call reads all pages of the table, and takes longer with every row that is added',
  instead: 'Build an index on the columns of the condition, those that are tried for equality first.',
  needs: [],
  check: (context) =>
    wastes(context).flatMap(({ node, read, kept, basis }) => {
      if (isRepeated(context, node)) return [];
      const conditions = filterOf(node).filter(({ against }) => isFixed(against));
      const plain = conditions.filter(isPlain);
      const keys = keysFor(context, node, plain);
      const contains = conditions.find(({ kind, column }) => kind === 'contains' && column !== undefined);
      if (keys.length === 0 && !contains) return [];
      // What is there already was looked at and found no better.
      const present = indexesOf(context, node) ?? [];
      const leads = (index: (typeof present)[number]): boolean =>
        index.method === (keys.length > 0 ? 'btree' : 'gin') &&
        index.predicate === undefined &&
        index.keys
          .slice(0, keys.length || 1)
          .every((key) => (keys.length > 0 ? keys : [contains!.column!]).includes(key));
      if (present.some(leads)) return [];
      // An index on what most rows have spares nothing.
      const share = plain.reduce((product, one) => product * (shareKept(context, node, one) ?? 1), 1);
      const told = plain.every((one) => shareKept(context, node, one) !== undefined);
      if (keys.length > 0 && told && share > 0.1) return [];
      const words = basis === 'measured' ? 'are read' : 'would be read';
      return [
        {
          node,
          message: `${count(read)} rows of ${tableWords(node)} ${words} to keep ${count(kept)} (${percent(1 - kept / read)} thrown away): no index leads to ${names(keys.length > 0 ? keys : [contains!.column!])}.`,
          evidence: { 'rows read': Math.round(read), 'rows kept': Math.round(kept) },
          fix:
            keys.length > 0
              ? treeOf(context, node, keys)
              : indexFix(context, node, `USING gin (${context.quote.identifier(contains!.column!)})`),
        },
      ];
    }),
};
