import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { indexUsed } from './reading/known.ts';
import { columnsIn, readExpression } from './reading/expression.ts';
import { indexFix } from './reading/reach.ts';
import { ownPages, ownShare, tableWords } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** Columns that are worth carrying in an index: each one widens all its entries. */
const fewColumns = 2;

/** An index that lacks a column or two of all that is read. A third of the time and a thousand rows are at least needed to pay for a wider index. */
export const possibleIndexOnlyScan: PlanRule = {
  id: 'possible-index-only-scan',
  group: 'reading',
  severity: 'info',
  finds: 'An index that lacks a column or two of all that is read',
  because: 'each row is fetched from the table for them',
  instead: 'INCLUDE them in the index if the table is not written much; each write pays for a wider index.',
  needs: ['ANALYZE', 'catalog'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (!/^(?:Index|Bitmap Heap) Scan$/.test(node.type) || !node.actual || node.actual.totalRows < 1000)
        return [];
      // Rows that lie side by side are fetched with a few pages.
      const pages = ownPages(node);
      if (pages && (pages.hit + pages.read) * 5 < node.actual.totalRows) return [];
      const used = indexUsed(context, node.index === undefined ? { ...node, ...only(node) } : node);
      if (!used || used.method !== 'btree' || used.constraint !== undefined) return [];
      if (ownShare(context.plan, node) < 0.3) return [];
      const needed = neededOf(context, node);
      const present = new Set([...used.keys, ...used.includes]);
      const missing = needed?.filter((name) => !present.has(name)) ?? [];
      if (missing.length === 0 || missing.length > fewColumns || node.actual.removedByFilter) return [];
      const { quote } = context;
      const includes = [...used.includes, ...missing].map((name) => quote.identifier(name)).join(', ');
      const definition = used.definition.replace(
        /^.* (USING btree \(.*?\))(?: INCLUDE \([^)]*\))?( WHERE .*)?$/s,
        `$1 INCLUDE (${includes})$2`,
      );
      if (definition === used.definition) return [];
      return [
        {
          node,
          message: `${count(node.actual.totalRows)} rows of ${tableWords(node)} are fetched for ${names(missing)} alone; ${used.name} holds the rest.`,
          evidence: { rows: node.actual.totalRows, 'columns missing': missing.length },
          fix: indexFix(context, node, definition),
        },
      ];
    }),
};

/** The one index of a bitmap. */
function only({ children }: PlanNode): { readonly index?: string } {
  const index = children.length === 1 ? children[0]!.index : undefined;
  return index === undefined ? {} : { index };
}

/** Columns of a scan's table that the plan names; undefined where it does not say (EXPLAIN without VERBOSE). */
function neededOf({ plan }: PlanContext, node: PlanNode): readonly string[] | undefined {
  if (plan.root.output.length === 0) return undefined;
  const alias = node.alias ?? node.relation!.name;
  const texts = plan.nodes.flatMap((one) => [
    ...(one === plan.root || /Agg|ProjectSet/.test(one.type) ? one.output : []),
    ...Object.values(one.conditions),
    ...one.sortKeys,
    ...one.groupKeys,
  ]);
  const columns = texts
    .flatMap((text) => columnsIn(readExpression(text)))
    .filter((column) => column.alias === alias || column.alias === '');
  return [...new Set(columns.map(({ name }) => name))];
}
