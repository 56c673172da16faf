import type { PlanRule } from './model.ts';
import { below, isJoin, rowsOf, wholeShare } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** PostgreSQL's own limits: as many tables of explicit joins are reordered, and from so many on orders are drawn at random (`geqo_threshold`). */
const defaults = { collapse: 8, geqo: 12 };

/** More joins than the planner looks at together, and rows that are made in vain because of it: ten times what the join returns. */
export const collapseLimit: PlanRule = {
  id: 'collapse-limit',
  group: 'joins',
  severity: 'warning',
  finds: 'More joins than the planner puts in order',
  because:
    'beyond join_collapse_limit tables are joined as the text names them, and beyond geqo_threshold orders are tried at random',
  instead:
    'Try the statement with a higher join_collapse_limit and from_collapse_limit, or write the selective tables first.',
  needs: ['ANALYZE'],
  check: (context) => {
    const { plan } = context;
    const collapse = Number(plan.settings['join_collapse_limit'] ?? defaults.collapse);
    const geqo = Number(plan.settings['geqo_threshold'] ?? defaults.geqo);
    const top = plan.nodes.find(isJoin);
    if (!top || top.actual === undefined || wholeShare(plan, top) < 0.5 || (plan.executionMs ?? 0) < 10)
      return [];
    const tables = below(top).filter(
      ({ relation, under, type }) =>
        relation !== undefined && under !== 'SubPlan' && type !== 'Bitmap Index Scan',
    ).length;
    const written = context.sql === undefined || /\bjoin\b/i.test(context.sql);
    if (!((tables > collapse && written) || tables >= geqo)) return [];
    const inVain = below(top)
      .filter(isJoin)
      .toSorted((a, b) => rowsOf(b) - rowsOf(a))[0];
    if (!inVain || rowsOf(inVain) < Math.max(10_000, rowsOf(top) * 10)) return [];
    return [
      {
        node: top,
        message: `${tables} tables are joined, and the planner orders ${Math.min(collapse, geqo)} at a time: ${count(rowsOf(inVain))} rows are made on the way to ${count(rowsOf(top))}.`,
        evidence: { tables, limit: collapse, 'most rows on the way': rowsOf(inVain), rows: rowsOf(top) },
        ...(top.actual.totalMs === undefined ? {} : { stakeMs: top.actual.totalMs }),
        fix: { kind: 'setting', name: 'join_collapse_limit', value: String(tables + 1), scope: 'statement' },
      },
    ];
  },
};
