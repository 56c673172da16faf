import type { PlanRule } from './model.ts';
import { formatMs } from '../../base/units.ts';
import { ownPages, totalMs } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Milliseconds of one row that no write takes by itself, and of a step that is worth a word. */
const wait = { perRow: 10, least: 50 };

/** A step that locks or writes rows and takes far longer than its work. */
export const lockWait: PlanRule = {
  id: 'lock-wait',
  group: 'writes',
  severity: 'warning',
  finds: 'Time in which nothing was read or written',
  because: 'the statement most likely waited for a row that another transaction had changed',
  instead:
    'Keep transactions short, change rows in one order, or take NOWAIT or SKIP LOCKED; pg_blocking_pids tells who was waited for.',
  needs: ['ANALYZE', 'BUFFERS'],
  check: ({ plan }) =>
    plan.nodes.flatMap((node) => {
      const own = node.actual?.ownMs;
      const total = totalMs(plan);
      if (!/^(?:ModifyTable|LockRows)$/.test(node.type) || own === undefined || total === undefined)
        return [];
      const rows = Math.max(
        1,
        node.children.reduce((sum, { actual }) => sum + (actual?.totalRows ?? 0), 0),
      );
      const pages = ownPages(node);
      const touched = pages ? pages.hit + pages.read : 0;
      if (own < wait.least || own < total * 0.5 || own / rows < wait.perRow) return [];
      // Each page is read within a fraction of a millisecond.
      if (!pages || touched > own || pages.read > own / 10) return [];
      return [
        {
          node,
          message: `${node.operation ?? 'Locking'} takes ${formatMs(own)} for ${count(rows)} ${rows === 1 ? 'row' : 'rows'} and ${count(touched)} pages: it waited.`,
          evidence: { ms: own, rows, pages: touched },
          stakeMs: own,
          fix: {
            kind: 'advice',
            advice:
              'Look for transactions that hold these rows (pg_blocking_pids), and for those that stay open.',
          },
        },
      ];
    }),
};
