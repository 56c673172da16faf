import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { tableFacts } from './reading/known.ts';
import { filterOf, isFixed, ownColumns, searchOf } from './reading/predicates.ts';
import { isScan, through, wholeShare, worthy } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** Every partition is read though the key is filtered, because the condition hides the key. From three partitions on, where at most half of them have a row. */
export const unprunedPartitions: PlanRule = {
  id: 'unpruned-partitions',
  group: 'reading',
  severity: 'error',
  finds: 'Partitions that are read though the condition rules them out',
  because:
    'the server leaves partitions out only where the key itself is compared, without a function or cast around it',
  instead: 'Compare the bare key with constants: a range of times instead of a function of the time.',
  needs: ['ANALYZE', 'catalog'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (node.type !== 'Append' && node.type !== 'Merge Append') return [];
      const scans = node.children.map(through).filter(isScan);
      if (scans.length < 3 || scans.length < node.children.length || node.fields['Subplans Removed'])
        return [];
      if (wholeShare(context.plan, node) < worthy) return [];
      const key = keyOf(context, scans[0]!);
      if (key === undefined || !scans.every((scan) => keyOf(context, scan) === key)) return [];
      const hiding = scans.map((scan) =>
        [...filterOf(scan), ...searchOf(scan)].find(
          (condition) =>
            condition.column === undefined &&
            condition.key !== undefined &&
            isFixed(condition.against) &&
            ownColumns(condition.key, scan).includes(key),
        ),
      );
      const [first] = hiding;
      if (first === undefined || hiding.includes(undefined)) return [];
      const empty = scans.filter(({ actual }) => actual?.totalRows === 0);
      if (!scans[0]!.actual || empty.length * 2 < scans.length) return [];
      return [
        {
          node,
          message: `All ${scans.length} partitions are read and ${empty.length} have no row: the condition on ${names([key])} is not on the bare column.`,
          evidence: { 'partitions read': scans.length, 'without a row': empty.length },
          stakeMs: empty.reduce((sum, { actual }) => sum + (actual?.totalMs ?? 0), 0),
          fix: {
            kind: 'rewrite',
            rule: 'function-to-range',
            advice: `Compare ${names([key])} itself with a range (${count(scans.length - empty.length)} of ${scans.length} partitions would remain).`,
          },
        },
      ];
    }),
};

/** First key column of the partitioned table that a scan's table is part of. */
function keyOf(context: PlanContext, scan: PlanNode): string | undefined {
  let table = tableFacts(context, scan);
  while (table?.partitionOf) {
    const { schema, name } = table.partitionOf;
    table = context.catalog?.tables.find((one) => one.schema === schema && one.name === name);
  }
  const found = /\(\s*("(?:[^"]|"")+"|[^,)\s]+)/.exec(table?.partitionKey ?? '')?.[1];
  return found?.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found;
}
