import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { isStale, missOf } from './reading/estimates.ts';
import { shareKept, tableOf, tableRows } from './reading/known.ts';
import { filterOf, searchOf, type Condition } from './reading/predicates.ts';
import { isScan, mayStopEarly, tableWords } from './reading/tree.ts';
import { count, names, times } from './reading/words.ts';

/** Five times off: half a power of ten more than sampling alone is wrong. */
const off = 5;

/** Several columns of one table that depend on each other, while the planner multiplies their shares. */
export const correlatedColumns: PlanRule = {
  id: 'correlated-columns',
  group: 'estimates',
  severity: 'warning',
  finds: 'Columns that depend on each other and are estimated as if they did not',
  because:
    'the planner multiplies their shares, and expects far too few rows (or too many, where they exclude each other)',
  instead: 'CREATE STATISTICS over the columns, then ANALYZE.',
  needs: ['ANALYZE', 'column statistics'],
  replaces: ['row-misestimate'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const miss = missOf(node);
      if (!isScan(node) || !node.actual || !miss || miss.ratio < off || isStale(context, node)) return [];
      if (Math.max(node.actual.rows, node.planRows) < 500 || mayStopEarly(context.plan, node)) return [];
      const conditions = equalities(node);
      const columns = [...new Set(conditions.map(({ column }) => column!))];
      if (columns.length < 2 || hasStatistics(context, node, columns)) return [];
      const rows = tableRows(context, node);
      const shares = conditions.map((condition) => shareKept(context, node, condition));
      if (rows === undefined || shares.includes(undefined)) return [];
      // Where single shares already miss what was found, it is not their product that is wrong.
      const product = shares.reduce<number>((all, share) => all * share!, rows);
      const expected = node.planRows * (node.parallelAware ? 2 : 1);
      if (product > expected * 5 || product < expected / 5) return [];
      if (miss.tooFew && Math.min(...shares.map((share) => share! * rows)) * 1.5 < node.actual.totalRows)
        return [];
      return [
        {
          node,
          message: `${names(columns)} of ${tableWords(node)} depend on each other: ${count(node.planRows)} rows are expected and ${count(node.actual.rows)} come, ${times(miss.ratio)} off.`,
          evidence: { 'rows expected': node.planRows, 'rows found': node.actual.rows },
          ...stake(context),
          fix: { kind: 'statistics', table: tableOf(context, node), columns },
        },
      ];
    }),
};

function equalities(node: PlanNode): readonly Condition[] {
  const all = [...filterOf(node), ...searchOf(node)];
  return all.filter(
    ({ kind, column, against }) => kind === 'equal' && column !== undefined && against?.kind === 'constant',
  );
}

/** Statistics over these columns that exist already. */
function hasStatistics(context: PlanContext, node: PlanNode, columns: readonly string[]): boolean {
  const { schema, name } = tableOf(context, node);
  const others = (context.catalog?.others ?? []).filter(
    ({ kind, definition }) => kind === 'statistics' && definition.includes(` ${name}`),
  );
  return (
    others.some(({ definition }) =>
      columns.every((column) => new RegExp(`\\b${escape(column)}\\b`).test(definition)),
    ) && (context.extended ?? []).some(({ table }) => table.schema === schema && table.name === name)
  );
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}

/** All of the plan was chosen by the estimate. */
function stake({ plan }: PlanContext): { readonly stakeMs?: number } {
  return plan.root.actual?.totalMs === undefined ? {} : { stakeMs: plan.root.actual.totalMs };
}
