import type { PlanRule } from './model.ts';
import { isStale } from './reading/estimates.ts';
import { figuresOf, tableOf } from './reading/known.ts';
import { isScan, ownShare, tableWords } from './reading/tree.ts';
import { count, percent } from './reading/words.ts';

/** A tenth of the rows changed since the last ANALYZE: what autovacuum itself waits for by default. */
export const staleStatistics: PlanRule = {
  id: 'stale-statistics',
  group: 'estimates',
  severity: 'warning',
  finds: 'Statistics that are missing or old',
  because: 'the plan is chosen for a table that is no longer like that',
  instead: 'ANALYZE after loading, and let autovacuum come sooner for this table.',
  needs: ['table figures'],
  replaces: ['row-misestimate'],
  check: (context) => {
    const seen = new Set<string>();
    return context.plan.nodes.flatMap((node) => {
      if (!isScan(node) || seen.has(node.relation!.name)) return [];
      seen.add(node.relation!.name);
      const figures = figuresOf(context, node);
      if (!figures || !isStale(context, node)) return [];
      // An empty table that nobody analysed is no matter.
      if (figures.rows < 0 && (figures.bytes ?? 0) < 8192 * 10) return [];
      const changed = figures.changedSince ?? 0;
      return [
        {
          node,
          message:
            figures.rows < 0
              ? `${tableWords(node)} has never been analysed.`
              : `${count(changed)} rows of ${tableWords(node)} changed since its ${count(figures.rows)} were analysed (${percent(changed / Math.max(1, figures.rows))}).`,
          evidence: { 'rows changed': changed, 'rows analysed': figures.rows },
          severity: ownShare(context.plan, node) >= 0.1 ? ('warning' as const) : ('info' as const),
          fix: { kind: 'statement' as const, sql: `ANALYZE ${context.quote.name(tableOf(context, node))}` },
        },
      ];
    });
  },
};
