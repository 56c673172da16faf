import type { PlanRule } from './model.ts';
import { ownPages, ownShare, tableWords, totalMs } from './reading/tree.ts';
import { formatMs } from '../../base/units.ts';
import { count, percent } from './reading/words.ts';

/** Pages that come from outside the cache; a thousand and more than half, with at least a third of the time spent waiting for them. */
export const coldRead: PlanRule = {
  id: 'cold-read',
  group: 'reading',
  severity: 'warning',
  finds: 'Pages that were not in the cache',
  because: 'the time goes into reading them, not into the plan: the next run may be many times faster',
  instead:
    'Read fewer pages (a smaller or covering index), or give the cache room; look at a second run before changing the plan.',
  needs: ['ANALYZE', 'BUFFERS'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const pages = ownPages(node);
      const total = totalMs(context.plan);
      if (!node.relation || !pages || total === undefined || pages.read < 1000) return [];
      const below = node.children.reduce((sum, child) => sum + (child.actual?.buffers?.readMs ?? 0), 0);
      const ms = (node.actual?.buffers?.readMs ?? 0) - below;
      const own = node.actual?.ownMs ?? 0;
      if (pages.read <= pages.hit || ms < own * 0.3 || ownShare(context.plan, node) < 0.3) return [];
      return [
        {
          node,
          message: `${count(pages.read)} of ${count(pages.read + pages.hit)} pages of ${tableWords(node)} come from outside the cache: ${formatMs(ms)} of ${formatMs(total)} is waiting for them.`,
          evidence: {
            'pages read': pages.read,
            'pages in cache': pages.hit,
            'share of time': percent(ms / total),
          },
          stakeMs: ms,
          fix: {
            kind: 'advice',
            advice: 'Run it once more; if it stays cold, read fewer pages or give shared_buffers more room.',
          },
        },
      ];
    }),
};
