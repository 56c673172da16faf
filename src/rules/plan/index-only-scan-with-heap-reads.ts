import type { PlanRule } from './model.ts';
import { tableOf } from './reading/known.ts';
import { ownShare, tableWords, worthy } from './reading/tree.ts';
import { count, percent } from './reading/words.ts';

/** Rows that are looked up in the table though the index holds all that is asked; one in ten, and a thousand at least, is more than a table that is vacuumed in time has. */
export const indexOnlyScanWithHeapReads: PlanRule = {
  id: 'index-only-scan-with-heap-reads',
  group: 'reading',
  severity: 'warning',
  finds: 'An index-only scan that reads the table all the same',
  because: 'pages that VACUUM has not marked as visible to everybody must be looked at row by row',
  instead: 'VACUUM the table, and let autovacuum come sooner: also after inserts.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const { actual } = node;
      const fetches = actual?.heapFetches ?? 0;
      if (!actual || node.type !== 'Index Only Scan' || fetches < 1000) return [];
      if (fetches <= actual.totalRows * 0.1 || ownShare(context.plan, node) < worthy) return [];
      return [
        {
          node,
          message: `${count(fetches)} of ${count(actual.totalRows)} rows that ${node.index ?? 'the index'} finds are looked up in ${tableWords(node)}: most of its pages are not marked as visible to all.`,
          evidence: {
            'rows looked up': fetches,
            rows: actual.totalRows,
            share: percent(fetches / Math.max(1, actual.totalRows)),
          },
          fix: { kind: 'statement', sql: `VACUUM ${context.quote.name(tableOf(context, node))}` },
        },
      ];
    }),
};
