/** What discharges a lifecycle: old rows deleted, moved or anonymised, and nothing else touched. */
import { formatCount, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { Claim, ClaimVerdict } from '../../report/model.ts';
import type { Lifecycle } from '../../task/model.ts';
import type { Outcome } from '../model.ts';
import { tableOf } from '../trials/observe.ts';
import type { PurgeRun } from '../trials/purge.ts';
import { claim, measured } from './claims.ts';

const words = { delete: 'removed', archive: 'moved', anonymise: 'anonymised' } as const;

/** The purge ran: rows, time, what derived data did. */
export function lifecycleClaim(outcome: Outcome, lifecycle: Lifecycle): Claim {
  const run = outcome.observed.purges.get(lifecycle.id);
  const purge = outcome.planned.design.purges.get(lifecycle.id);
  if (!run || !purge)
    return claim(
      lifecycle.id,
      'lifecycle',
      lifecycle.says,
      'not-proven',
      'No purge could be designed for it.',
    );
  const verdict = (value: ClaimVerdict, because: string): Claim =>
    claim(lifecycle.id, 'lifecycle', lifecycle.says, value, because, evidence);
  const evidence = [
    ...(run.aged > 0
      ? [measured(`${formatCount(run.aged)} rows were made one day older first, so that some were due.`)]
      : []),
    measured(
      `${formatCount(run.rows)} of ${formatCount(run.before)} rows ${words[purge.does]} in ${plural(run.batches, 'batch', 'batches')}, ${formatMs(run.ms)}; longest batch ${formatMs(run.longestBatchMs)}`,
      purge.sql,
    ),
    ...(run.failed === undefined
      ? [measured('A batch that was rolled back left every row as it was.')].slice(run.torn > 0 ? 1 : 0)
      : []),
    ...(run.held.rows > 0
      ? [
          measured(
            `${formatCount(run.held.rows)} rows were old and held back by ${purge.hold ?? ''}; ${run.held.touched} of them changed`,
          ),
        ]
      : []),
    ...(run.young.rows > 0
      ? [
          measured(
            `${formatCount(run.young.rows)} rows were not old enough; ${run.young.touched} of them ${purge.does === 'anonymise' ? 'changed' : 'went'}`,
          ),
        ]
      : []),
    ...(run.archived
      ? [
          measured(
            `${formatCount(run.archived.rows)} rows in ${purge.archive?.name ?? ''}: ${run.archived.changed} not as they were, ${run.archived.doubled} in both tables; ${formatCount(run.after + run.archived.rows)} in both together, ${formatCount(run.before)} before`,
          ),
        ]
      : []),
    ...run.derived.map((derived) =>
      measured(
        `${derived.table}: ${formatCount(derived.before)} rows before, ${formatCount(derived.after)} after${derived.same ? ', values unchanged' : ', values changed'}`,
      ),
    ),
  ];
  const summaries = outcome.task.requirements.entities.filter(
    (entity) => entity.derived?.onSourceDelete === 'keep',
  );
  const disturbed = run.derived.filter(
    (derived) =>
      !derived.same &&
      summaries.some((entity) => {
        const summary = tableOf(outcome.planned.after, outcome.planned.design, entity.id);
        return summary !== undefined && outcome.engine.quote.name(summary) === derived.table;
      }),
  );
  if (run.failed !== undefined) return verdict('missed', `The purge failed: ${run.failed}`);
  if (run.rows === 0)
    return verdict('not-proven', 'The purge ran, but the twin had no row that was old enough.');
  if (run.left > 0)
    return verdict(
      'missed',
      `${formatCount(run.left)} rows that are old enough stayed${purge.does === 'anonymise' ? ' as they were' : ''}.`,
    );
  const wrong = harm(run);
  if (wrong.length > 0) return verdict('missed', `${wrong.join('; ')}.`);
  if (run.young.rows === 0)
    return verdict(
      'not-proven',
      'The purge ran, but the twin had no row that must stay, so nothing shows that one would.',
    );
  if (lifecycle.hold !== undefined && run.held.rows === 0)
    return verdict('not-proven', 'The purge ran, but the twin had no old row that is held back.');
  if (disturbed.length > 0)
    return verdict(
      'missed',
      `The purge changed ${disturbed.map((derived) => derived.table).join(', ')}, which must keep deleted rows counted.`,
    );
  return verdict(
    'proven',
    `The purge ran on the twin, batch by batch, until no row was old enough${lifecycle.hold === undefined ? '' : ' and not held back'}; what it takes on production rows was not measured.`,
  );
}

/** What a purge must never do. */
function harm({ torn, held, young, archived, before, after, rows }: PurgeRun): readonly string[] {
  return [
    ...(torn > 0 ? [`${formatCount(torn)} rows changed although their batch was rolled back`] : []),
    ...(held.touched > 0 ? [`${formatCount(held.touched)} rows that are held back were touched`] : []),
    ...(young.touched > 0 ? [`${formatCount(young.touched)} rows that are not old enough were touched`] : []),
    ...(archived && archived.doubled > 0
      ? [`${formatCount(archived.doubled)} rows are in the table and in the archive`]
      : []),
    ...(archived && archived.changed > 0
      ? [`${formatCount(archived.changed)} rows of the archive are not as they were`]
      : []),
    ...(archived && after + archived.rows !== before
      ? [
          `${formatCount(Math.abs(before - after - archived.rows))} of ${formatCount(rows)} moved rows were ${after + archived.rows < before ? 'lost' : 'doubled'}`,
        ]
      : []),
  ];
}
