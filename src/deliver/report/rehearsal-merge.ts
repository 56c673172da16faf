/** What a report says of two branches' changes on one database. */
import { formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell, Claim } from '../../report/model.ts';
import { isOrderOnly } from '../../catalog/difference.ts';
import type { Merge, MergedRun } from '../../rehearse/merge.ts';
import { claim, measured } from '../claims/claims.ts';

/** Whether both orders run, end alike, and keep out of each other's way. */
export function mergeClaims(merge: Merge | undefined, rows: number): readonly Claim[] {
  return merge ? [orderClaim(merge, rows), equalClaim(merge), conflictClaim(merge)] : [];
}

function title({ order }: MergedRun): string {
  return order.join(', then ');
}

function orderClaim({ together }: Merge, rows: number): Claim {
  const failed = together.filter((run) => run.failed);
  const evidence = together.map((run) =>
    measured(
      `${title(run)}: ${run.failed ? `${run.failed.branch} failed: ${run.failed.error.message}` : plural(run.statements.length, 'statement')}`,
    ),
  );
  const says = 'Both orders run';
  return failed.length > 0
    ? claim(
        'orders',
        'change',
        says,
        'missed',
        `${title(failed[0]!)}: ${failed[0]!.failed!.error.message}`,
        evidence,
      )
    : claim(
        'orders',
        'change',
        says,
        rows > 0 ? 'proven' : 'not-proven',
        rows > 0 ? 'Both ran on the filled twin.' : 'Both ran, but no table held a row.',
        evidence,
      );
}

function equalClaim({ differences, together }: Merge): Claim {
  const says = 'Both orders end in the same structure';
  if (!differences)
    return claim('same-end', 'change', says, 'not-proven', 'Not every order ran to its end.', []);
  const evidence = [measured(`${plural(differences.length, 'difference')} between the two results`)];
  const real = differences.filter((one) => !isOrderOnly(one));
  if (real.length > 0)
    return claim(
      'same-end',
      'change',
      says,
      'missed',
      `They differ: ${real
        .slice(0, 5)
        .map(({ path }) => path)
        .join('; ')}.`,
      evidence,
    );
  return claim(
    'same-end',
    'change',
    says,
    'proven',
    differences.length > 0
      ? `Equal but for the order of columns, which is that of the order they run in: ${differences.map(({ path }) => path.replace(/ order differs$/, '')).join(', ')}.`
      : `Equal, ${together.map(title).join(' and ')}.`,
    evidence,
  );
}

function conflictClaim({ conflicts }: Merge): Claim {
  const says = 'Neither lays hand on what the other changes';
  const [first] = conflicts;
  const evidence = [measured(plural(conflicts.length, 'conflict'))];
  return first
    ? claim(
        'conflicts',
        'change',
        says,
        'missed',
        `${first.object}: ${first.says}${conflicts.length > 1 ? `; and ${conflicts.length - 1} more` : ''}.`,
        evidence,
      )
    : claim('conflicts', 'change', says, 'proven', 'No object is changed or made by both.', evidence);
}

/** Both orders side by side, and where the branches meet. */
export function mergeBlocks(merge: Merge | undefined): readonly Block[] {
  if (!merge) return [];
  const { alone, together, conflicts, differences } = merge;
  const rows = [...alone, ...together].map((run): readonly Cell[] => [
    title(run),
    run.statements.length,
    formatMs(run.statements.reduce((sum, one) => sum + one.ms, 0)),
    run.failed
      ? { text: `${run.failed.branch} fails: ${run.failed.error.message}`, tone: 'bad' }
      : { text: 'runs', tone: 'good' },
  ]);
  return [
    {
      id: 'orders',
      title: 'Alone, and in both orders',
      kind: 'table',
      columns: [column('order'), column('statements', 'right'), column('time', 'right'), column('result')],
      rows,
    },
    ...(conflicts.length > 0
      ? [
          {
            id: 'conflicts',
            title: 'Where they meet',
            kind: 'table' as const,
            columns: [column('kind'), column('object', 'code'), column('what')],
            rows: conflicts.map(({ kind, object, says }): readonly Cell[] => [kind, object, says]),
          },
        ]
      : []),
    ...(differences && differences.length > 0
      ? [
          {
            id: 'differences',
            title: 'Where the two results differ',
            kind: 'table' as const,
            columns: [column('object', 'code'), column(title(together[0]!)), column(title(together[1]!))],
            rows: differences
              .slice(0, 30)
              .map(({ path, before, after }): readonly Cell[] => [
                path,
                before ?? 'absent',
                after ?? 'absent',
              ]),
          },
        ]
      : []),
  ];
}
