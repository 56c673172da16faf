import type { PlanRule } from './model.ts';
import { figuresOf, indexesOf, tableOf } from './reading/known.ts';
import { setColumns } from './reading/statement.ts';
import { count, names, percent } from './reading/words.ts';
import { tableWords } from './reading/tree.ts';

/** A table of which hardly an update is HOT, and a statement that sets a column of an index: one of ten, over a thousand updates. */
export const updateOfIndexedColumn: PlanRule = {
  id: 'update-of-indexed-column',
  group: 'writes',
  severity: 'warning',
  finds: 'Updates that write every index anew',
  because:
    'a column of an index is set, so that the new row needs an entry in all indexes of the table (no HOT update)',
  instead:
    'Drop the index if nothing needs it, or leave out the column; a fillfactor below 100 gives room on the page.',
  needs: ['SQL', 'catalog', 'table activity'],
  check: (context) => {
    const node =
      context.plan.nodes.find(({ type, operation }) => type === 'ModifyTable' && operation === 'Update') ??
      context.plan.nodes.find(({ type }) => type === 'ModifyTable');
    if (!node?.relation || context.sql === undefined) return [];
    const { schema, name } = tableOf(context, node);
    const activity = context.activity?.find((one) => one.schema === schema && one.name === name);
    if (!activity || activity.updated < 1000 || activity.hotUpdated >= activity.updated * 0.1) return [];
    const set = setColumns(context.sql);
    // Block ranges do not stand in the way of a HOT update.
    const hit = (indexesOf(context, node) ?? []).filter(
      ({ method, keys, includes }) =>
        method !== 'brin' && [...keys, ...includes].some((key) => set.includes(key)),
    );
    if (hit.length === 0) return [];
    return [
      {
        node,
        message: `${percent(activity.hotUpdated / activity.updated)} of ${count(activity.updated)} updates of ${tableWords(node)} were HOT: ${names(hit.map((index) => index.name))} holds a column that is set.`,
        evidence: {
          updates: activity.updated,
          'HOT updates': activity.hotUpdated,
          pages: figuresOf(context, node)?.pages ?? 0,
        },
        fix: {
          kind: 'advice',
          advice: `See whether ${names(hit.map((index) => index.name))} is needed with ${names(set.filter((column) => hit.some(({ keys, includes }) => [...keys, ...includes].includes(column))))}.`,
        },
      },
    ];
  },
};
