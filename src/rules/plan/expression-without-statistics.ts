import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { printPart } from '../../catalog/identity.ts';
import { missOf } from './reading/estimates.ts';
import { tableOf, tableRows } from './reading/known.ts';
import { filterOf, ownColumns } from './reading/predicates.ts';
import { isScan, mayStopEarly, rowsRead, tableWords } from './reading/tree.ts';
import { count, short, times } from './reading/words.ts';

/** Shares that the planner takes where it knows nothing: equality (1/200), a range (1/3), a boolean function (1/3 or 1/2), a pattern or a range of two ends (1/200). */
const defaults = [0.005, 1 / 3, 0.5];

/** A condition on an expression that the planner can only guess, and guesses wrong by five. */
export const expressionWithoutStatistics: PlanRule = {
  id: 'expression-without-statistics',
  group: 'estimates',
  severity: 'warning',
  finds: 'A condition on an expression that has no statistics',
  because: 'the planner takes a fixed share (1/200 for equality, 1/3 for a range) whatever the values are',
  instead:
    'CREATE STATISTICS on the expression, or an expression index, which has statistics too; or compare the bare column.',
  needs: ['ANALYZE'],
  replaces: ['row-misestimate'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const miss = missOf(node);
      if (!isScan(node) || !node.actual || (node.actual.loops !== 1 && !node.parallelAware)) return [];
      if (!miss || miss.ratio < 5 || mayStopEarly(context.plan, node)) return [];
      const guessed = filterOf(node).filter(
        (condition) =>
          condition.column === undefined &&
          condition.key !== undefined &&
          ['equal', 'range', 'prefix', 'pattern'].includes(condition.kind) &&
          ownColumns(condition.key, node).length > 0,
      );
      const all = filterOf(node);
      if (guessed.length !== 1 || all.length !== 1) return [];
      const rows = tableRows(context, node) ?? rowsRead(node) ?? 0;
      const workers = node.parallelAware ? workersOf(context, node) : 1;
      const share = (node.planRows * workers) / Math.max(1, rows);
      if (rows < 1000 || !defaults.some((one) => Math.abs(share / one - 1) < 0.1)) return [];
      const { quote } = context;
      const key = textOf(node.conditions.filter!, context, node);
      return [
        {
          node,
          message: `${short(node.conditions.filter!)} on ${tableWords(node)} is guessed at ${count(node.planRows)} rows and ${count(node.actual.rows)} come, ${times(miss.ratio)} off.`,
          evidence: { 'rows expected': node.planRows, 'rows found': node.actual.rows },
          ...(context.plan.root.actual?.totalMs === undefined
            ? {}
            : { stakeMs: context.plan.root.actual.totalMs }),
          fix:
            key === undefined
              ? { kind: 'advice', advice: 'CREATE STATISTICS on the expression, then ANALYZE.' }
              : {
                  kind: 'statement',
                  sql: `CREATE STATISTICS ON (${key}) FROM ${quote.name(tableOf(context, node))}`,
                },
        },
      ];
    }),
};

/** Rows of a parallel scan are told for one process: the leader helps less the more workers there are. */
function workersOf({ plan }: PlanContext, node: PlanNode): number {
  const gather = plan.nodes.find(
    ({ type, path }) => type.startsWith('Gather') && node.path.startsWith(`${path}.`),
  );
  const planned = gather?.actual?.workersPlanned ?? 0;
  return planned + Math.max(0, 1 - 0.3 * planned);
}

/** The left side of a comparison as the server prints it, without the alias of the table; from 16 on statistics may be without a name. */
function textOf(filter: string, { serverVersion = 0 }: PlanContext, node: PlanNode): string | undefined {
  const match = /^\((.*) (?:=|<|>|<=|>=|~~) [^()]*\)$/s.exec(filter);
  if (!match || serverVersion < 160_000) return undefined;
  return match[1]!.replaceAll(`${printPart(node.alias ?? node.relation!.name)}.`, '');
}
