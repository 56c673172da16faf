/** What the maintenance of partitions discharges: retention by whole partitions, and the promise that the next ones are there. */
import { formatCount, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { PartedTable } from '../../design/model.ts';
import type { Claim, Evidence } from '../../report/model.ts';
import type { Entity, Lifecycle } from '../../task/model.ts';
import type { Outcome } from '../model.ts';
import type { PartitionRun } from '../trials/partitions.ts';
import { claim, measured } from './claims.ts';

/** Retention by taking whole partitions away; undefined when the claim is answered by a purge. */
export function partitionClaim(outcome: Outcome, lifecycle: Lifecycle): Claim | undefined {
  const parted = outcome.planned.design.parted.find((one) => one.lifecycle === lifecycle.id);
  if (!parted) return undefined;
  const say = (verdict: Claim['verdict'], because: string, evidence: readonly Evidence[] = []): Claim =>
    claim(lifecycle.id, 'lifecycle', lifecycle.says, verdict, because, evidence);
  const run = outcome.observed.partitions.get(parted.entity);
  if (!run) return say('not-proven', 'The maintenance of its partitions was not tried.');
  if (run.failed !== undefined)
    return say('missed', `The maintenance of its partitions failed: ${run.failed}`);
  const { expired } = run;
  if (!expired) return say('not-proven', 'Its maintenance takes no partition away.');
  const gone = expired.before - expired.after;
  const kept = outcome.task.requirements.entities.filter(({ derived }) => derived?.onSourceDelete === 'keep');
  const evidence = [
    measured(
      `${formatCount(expired.moved)} rows were moved to a partition of the past${expired.due > expired.moved ? `, ${formatCount(expired.due - expired.moved)} were old enough already` : ''}; the calls removed ${formatCount(gone)} of ${formatCount(expired.before)} rows in ${formatMs(expired.ms)}`,
      `SELECT * FROM ${outcome.engine.quote.name(parted.routine)}();`,
    ),
    measured(`Locks until its commit: ${lockText(expired.locks)}`),
    measured(`While another session's transaction had read the table: ${expired.besideReader}`),
    ...expired.derived.map((one) =>
      measured(
        `${one.table}: ${formatCount(one.rows)} rows, ${one.same ? 'values unchanged' : 'values changed'}`,
      ),
    ),
  ];
  if (expired.due === 0)
    return say('not-proven', 'The twin had no row that could be made old enough.', evidence);
  if (expired.left > 0 || gone !== expired.due)
    return say(
      'missed',
      `${formatCount(gone)} rows went, ${formatCount(expired.due)} were due, and ${formatCount(expired.left)} that are old enough stayed.`,
      evidence,
    );
  if (expired.derived.some((one) => !one.same) && kept.length > 0)
    return say(
      'missed',
      'Taking the partition away changed a summary that must keep deleted rows counted.',
      evidence,
    );
  return say(
    'proven',
    `A partition goes as a whole when its youngest possible row is ${plural(parted.expired!.keepDays, 'day')} old, so the oldest rows stay up to one ${parted.every} longer; how long it waits for its lock in production was not measured.`,
    evidence,
  );
}

/** What the trial of a partitioned entity adds to its claim. */
export function partitionEvidence(
  { observed, planned, engine }: Outcome,
  entity: Entity,
): {
  readonly evidence: readonly Evidence[];
  readonly wrong: readonly string[];
  readonly open: readonly string[];
} {
  const parted = planned.design.parted.find((one) => one.entity === entity.id);
  if (!parted) return { evidence: [], wrong: [], open: [] };
  const run = observed.partitions.get(entity.id);
  if (!run) return { evidence: [], wrong: [], open: ['the maintenance of its partitions was not tried'] };
  return {
    evidence: [
      measured(
        `${plural(run.together.callers, 'session')} called ${engine.quote.name(parted.routine)}() at once for ${plural(run.together.missing, 'missing partition')}: ${run.together.made} made; a call right after found ${run.again} to do`,
      ),
      ...(run.expired?.act === 'empty'
        ? [
            measured(
              `An expired partition without rows: ${run.expired.done}; locks until the commit: ${lockText(run.expired.locks)}`,
            ),
          ]
        : []),
    ],
    wrong: doubts(parted, run),
    open: [],
  };
}

function doubts(parted: PartedTable, { failed, together, again, expired }: PartitionRun): readonly string[] {
  if (failed !== undefined) return [`the maintenance of its partitions failed: ${failed}`];
  return [
    ...(together.made === together.missing
      ? []
      : [`of ${plural(together.missing, 'missing partition')} concurrent calls made ${together.made}`]),
    ...(expired?.act === 'empty' && expired.done !== 'dropped'
      ? [`an expired partition without rows stayed: ${expired.done}`]
      : []),
    ...(again === 0 ? [] : [`a second call of ${parted.routine.name}() did something again`]),
  ];
}

function lockText(locks: readonly { readonly relation: string; readonly mode: string }[]): string {
  return locks.length === 0 ? 'none' : locks.map(({ relation, mode }) => `${mode} on ${relation}`).join(', ');
}
