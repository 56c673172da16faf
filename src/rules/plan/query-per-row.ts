import type { PlanRule } from './model.ts';
import { isScan } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Calls from which a loop in the application is worth looking for. */
const manyCalls = 1000;

/** One lookup per row of another query, made by the application: as many calls as the other statement returned rows, within a fifth. */
export const queryPerRow: PlanRule = {
  id: 'query-per-row',
  group: 'joins',
  severity: 'warning',
  finds: 'One query for each row of another one',
  because: 'each call pays for its way to the server and back, and no plan can make up for it',
  instead: 'Ask once for all rows: = ANY ($1), or a join in the first query.',
  needs: ['counters', 'other statements'],
  check: ({ plan, sql, counters, statements }) => {
    const scans = plan.nodes.filter(isScan);
    if (!counters || !statements || scans.length === 0 || counters.calls < manyCalls) return [];
    // A list is already asked for at once.
    const lookup =
      scans.length <= 2 &&
      scans.some(({ conditions }) => / = (?:\$\d|'|\d|\()/.test(conditions.index ?? conditions.filter ?? ''));
    if (!lookup || / = ANY /.test(scans.map(({ conditions }) => conditions.index ?? '').join(' '))) return [];
    const parent = statements.find(
      (other) =>
        other.sql !== sql &&
        other.calls * 5 <= counters.calls &&
        other.rows > 0 &&
        Math.abs(counters.calls / other.rows - 1) <= 0.2,
    );
    if (!parent) return [];
    return [
      {
        node: plan.root,
        message: `It was called ${count(counters.calls)} times, about once for each of ${count(parent.rows)} rows of: ${parent.sql.replaceAll(/\s+/g, ' ').slice(0, 100)}`,
        evidence: {
          calls: counters.calls,
          'rows of the other': parent.rows,
          'calls of the other': parent.calls,
        },
        stakeMs: plan.executionMs ?? 0,
        stakeCost: 1,
        fix: {
          kind: 'rewrite',
          rule: 'query-per-row-to-one',
          advice: 'Collect the keys, and ask for all of them with = ANY ($1).',
        },
      },
    ];
  },
};
