import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { indexUsed } from './reading/known.ts';
import { conditionsOf, filterOf, isFixed } from './reading/predicates.ts';
import { keysFor, treeOf } from './reading/reach.ts';
import { above, ownPages, ownShare, tableWords } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** Searches of one index per run from which skipping costs more than an index of its own: 50 descents of three pages are what a scan of 150 pages is. */
const manySearches = 50;

/** An index that is read though the condition is not on its first column. */
export const manyIndexDescents: PlanRule = {
  id: 'many-index-descents',
  group: 'reading',
  severity: 'warning',
  finds: 'An index that is searched without its first column',
  because:
    'the server reads all of the index, or from 18 on descends it once for each value of the first column',
  instead: 'Build an index that begins with the column of the condition, or put that column first.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const { actual } = node;
      if (!actual || !/^(?:Index Scan|Index Only Scan|Bitmap Index Scan)$/.test(node.type)) return [];
      const holder = node.relation ? node : holderOf(context, node);
      const conditions = conditionsOf(node.conditions.index, holder);
      if (conditions.length === 0 || conditions.some(({ kind }) => kind === 'in' || kind === 'other'))
        return [];
      const used =
        context.catalog?.tables.flatMap(({ indexes }) => indexes).find(({ name }) => name === node.index) ??
        indexUsed(context, node);
      const columns = conditions.flatMap(({ column }) => column ?? []);
      if (columns.length === 0 || (used && (used.method !== 'btree' || columns.includes(used.keys[0] ?? ''))))
        return [];
      const searches = (actual.indexSearches ?? 0) / Math.max(1, actual.loops);
      const pages = ownPages(node);
      const touched = ((pages?.hit ?? 0) + (pages?.read ?? 0)) / Math.max(1, actual.loops);
      // Before 18 the whole index is read; from 18 on the searches tell.
      const whole = used !== undefined && actual.indexSearches === undefined && touched >= 3 * manySearches;
      if (searches < manySearches && !whole) return [];
      if (ownShare(context.plan, node) < 0.1) return [];
      const keys = keysFor(
        context,
        holder,
        [...conditions, ...(holder === node ? filterOf(node) : [])].filter(({ against }) => isFixed(against)),
      );
      if (keys.length === 0 || !holder.relation) return [];
      return [
        {
          node,
          message: `${node.index ?? 'The index'} does not begin with ${names(columns)}: ${searches >= manySearches ? `it is descended ${count(searches)} times` : `${count(touched)} of its pages are read`} for ${count(actual.rows)} rows of ${tableWords(holder)}.`,
          evidence: {
            searches: Math.round(searches),
            'pages read': Math.round(touched),
            rows: actual.totalRows,
          },
          fix: treeOf(context, holder, keys),
        },
      ];
    }),
};

/** The scan of the table that a bitmap is made for. */
function holderOf({ plan }: PlanContext, node: PlanNode): PlanNode {
  return above(plan, node).find(({ type }) => type === 'Bitmap Heap Scan') ?? node;
}
