import type { PlanRule } from './model.ts';
import { statisticsOf, tableOf, valuesOf } from './reading/known.ts';
import { filterOf, searchOf } from './reading/predicates.ts';
import { isScan, mayStopEarly, tableWords } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** A value newer than all that ANALYZE has seen; a hundred rows where about one was expected. */
export const valueBeyondHistogram: PlanRule = {
  id: 'value-beyond-histogram',
  group: 'estimates',
  severity: 'warning',
  finds: 'A value beyond all that the statistics know',
  because:
    'the planner takes rows that came after the last ANALYZE for hardly any: fresh times and rising keys most of all',
  instead:
    'ANALYZE the table more often (autovacuum_analyze_scale_factor), so that the newest values are known.',
  needs: ['ANALYZE', 'column statistics'],
  replaces: ['row-misestimate'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const { actual } = node;
      if (!isScan(node) || !actual || actual.rows < 100 || actual.rows < node.planRows * 10) return [];
      if (mayStopEarly(context.plan, node)) return [];
      const conditions = [...filterOf(node), ...searchOf(node)];
      const beyond = conditions.find(({ kind, operator, column, against }) => {
        if (column === undefined || against?.kind !== 'constant') return false;
        const statistics = statisticsOf(context, node, column);
        const bounds = valuesOf(statistics?.histogram);
        const [first, last] = [bounds[0], bounds.at(-1)];
        if (first === undefined || last === undefined) return false;
        if (kind === 'equal')
          return (
            !valuesOf(statistics?.commonValues).includes(against.text) &&
            (after(against.text, last) || after(first, against.text))
          );
        return (
          kind === 'range' &&
          (operator.startsWith('>') ? atLeast(against.text, last) : atLeast(first, against.text))
        );
      });
      if (!beyond) return [];
      return [
        {
          node,
          message: `${beyond.column!} of ${tableWords(node)} is asked for beyond the last value that ANALYZE has seen: ${count(node.planRows)} rows are expected and ${count(actual.rows)} come.`,
          evidence: { 'rows expected': node.planRows, 'rows found': actual.rows },
          ...(context.plan.root.actual?.totalMs === undefined
            ? {}
            : { stakeMs: context.plan.root.actual.totalMs }),
          fix: { kind: 'statement', sql: `ANALYZE ${context.quote.name(tableOf(context, node))}` },
        },
      ];
    }),
};

/** Order of two values as the server prints them: numbers as numbers, times and words by their letters. */
function after(one: string, other: string): boolean {
  const [a, b] = [Number(one), Number(other)];
  return Number.isNaN(a) || Number.isNaN(b) ? one > other : a > b;
}

function atLeast(one: string, other: string): boolean {
  return one === other || after(one, other);
}
