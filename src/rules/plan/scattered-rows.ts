import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanOffence, PlanRule } from './model.ts';
import { figuresOf, tableOf } from './reading/known.ts';
import { searchOf } from './reading/predicates.ts';
import { ownPages, ownShare, rowsRead, tableWords, worthy } from './reading/tree.ts';
import { count, percent } from './reading/words.ts';

/** Bytes of a page. */
const page = 8192;
/** Bytes that each row takes beside its columns: header, line pointer, alignment. */
const overhead = 28;
/** How many times the pages that the rows would fill from which a table is called bloated: a full scan saves three quarters. */
const bloat = 4;

/** Rows that lie far apart: few on each page that is read. */
export const scatteredRows: PlanRule = {
  id: 'scattered-rows',
  group: 'reading',
  severity: 'warning',
  finds: 'Pages that hold few of the rows they are read for',
  because: 'a page is read whole, however little of it is wanted',
  instead: 'Write the table anew without its gaps, or in the order in which it is searched.',
  needs: ['ANALYZE', 'BUFFERS', 'column statistics'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const pages = ownPages(node);
      if (!node.relation || !pages || ownShare(context.plan, node) < worthy) return [];
      const touched = pages.hit + pages.read;
      if (touched < 1000) return [];
      return node.type === 'Seq Scan' ? bloated(context, node, touched) : apart(context, node, touched);
    }),
};

/** A full scan over pages that are mostly empty. */
function bloated(context: PlanContext, node: PlanNode, touched: number): readonly PlanOffence[] {
  const rows = rowsRead(node) ?? 0;
  const loops = Math.max(1, node.actual?.loops ?? 1);
  const { schema, name } = tableOf(context, node);
  const columns = (context.columns ?? []).filter(
    (one) => one.schema === schema && one.relation === name && !one.inherited,
  );
  // A parallel scan's loops share the pages; a repeated one reads them again.
  if (columns.length === 0 || (loops > 1 && !node.parallelAware)) return [];
  const width = columns.reduce((sum, one) => sum + one.averageWidth * (1 - one.nullFraction), overhead);
  const full = Math.max(1, (rows * width) / page);
  if (touched < full * bloat) return [];
  return [
    {
      node,
      message: `${count(touched)} pages of ${tableWords(node)} are read for ${count(rows)} rows, which would fill ${count(full)}: ${percent(1 - full / touched)} of the table is empty.`,
      evidence: { 'pages read': touched, 'pages filled': Math.round(full), rows },
      fix: { kind: 'statement', sql: `VACUUM (FULL, ANALYZE) ${context.quote.name(tableOf(context, node))}` },
    },
  ];
}

/** A range of an index whose rows lie all over the table. */
function apart(context: PlanContext, node: PlanNode, touched: number): readonly PlanOffence[] {
  const rows = node.actual?.totalRows ?? 0;
  const figures = figuresOf(context, node);
  if (
    node.actual?.loops !== 1 ||
    node.actual.removedByFilter ||
    !/^(?:Index|Bitmap Heap) Scan$/.test(node.type)
  )
    return [];
  // The planner's choice between scans rests on the same correlation; a third of the time says that it hurts.
  if (!figures || figures.pages < 1000 || rows < 1000 || ownShare(context.plan, node) < 0.3) return [];
  const perPage = figures.rows / figures.pages;
  const best = Math.max(1, rows / perPage);
  if (perPage < 10 || touched < best * 10 || touched < rows * 0.5) return [];
  const [condition] = searchOf(node);
  const index = node.index ?? node.children.find((child) => child.index)?.index;
  if (condition?.column === undefined || index === undefined) return [];
  if (condition.kind !== 'equal' && condition.kind !== 'range') return [];
  const { quote } = context;
  return [
    {
      node,
      message: `${count(rows)} rows of ${tableWords(node)} with one ${condition.column} lie on ${count(touched)} pages; side by side they would fill ${count(best)}.`,
      evidence: { 'pages read': touched, 'pages filled': Math.round(best), rows },
      fix: {
        kind: 'statement',
        sql: `CLUSTER ${quote.name(tableOf(context, node))} USING ${quote.identifier(index)}`,
      },
    },
  ];
}
