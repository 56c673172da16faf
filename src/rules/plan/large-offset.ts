import type { PlanRule } from './model.ts';
import { rowsOf, wholeShare, worthy } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Rows that are made and skipped. Ten times what is returned, and a thousand at least: a reader of pages is deep in the list. */
export const largeOffset: PlanRule = {
  id: 'large-offset',
  group: 'reading',
  severity: 'warning',
  finds: 'Rows that OFFSET makes and throws away',
  because: 'each page takes longer than the one before, since all earlier rows are made again',
  instead: 'Remember the last row of a page, and let the next one begin behind it (keyset).',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const [child] = node.children;
      if (node.type !== 'Limit' || !child) return [];
      const ran = node.actual !== undefined && child.actual !== undefined;
      const returned = rowsOf(node);
      const skipped = ran ? child.actual.totalRows - returned : offsetOf(context.sql);
      if (skipped === undefined || skipped < 1000 || skipped < returned * 9) return [];
      if (wholeShare(context.plan, node) < worthy) return [];
      return [
        {
          node,
          message: `${count(skipped)} rows are made and skipped to return ${count(returned)}.`,
          evidence: { 'rows skipped': skipped, 'rows returned': returned },
          ...(child.actual?.totalMs === undefined ? {} : { stakeMs: child.actual.totalMs }),
          stakeCost: 1 - 1 / 10,
          fix: {
            kind: 'rewrite',
            rule: 'offset-to-keyset',
            advice:
              'Ask for rows behind the last one of the page before: WHERE (sort columns) > (their last values).',
          },
        },
      ];
    }),
};

/** A number that a text skips; undefined for parameters. */
function offsetOf(sql: string | undefined): number | undefined {
  const found = /\boffset\s+(\d+)/i.exec(sql ?? '');
  return found ? Number(found[1]) : undefined;
}
