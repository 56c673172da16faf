/** What discharges each claim of a task: one function per kind, from what was run to a verdict. */
import { formatBytes, formatCount, formatMs } from '../base/units.ts';
import { plural } from '../base/text.ts';
import type { Claim, ClaimKind, ClaimVerdict, Evidence } from '../report/model.ts';
import type { Lifecycle, Privacy, Volume } from '../task/model.ts';
import type { Outcome } from './model.ts';
import { tableOf } from './observe.ts';

/** Puts a claim together. */
export function claim(
  id: string,
  kind: ClaimKind,
  says: string,
  verdict: ClaimVerdict,
  because: string,
  evidence: readonly Evidence[] = [],
): Claim {
  return { id, kind, says, verdict, because, evidence };
}

/** A measured result. */
export function measured(text: string, shown?: string): Evidence {
  return { basis: 'measured', text, ...(shown === undefined ? {} : { shown }) };
}

/** Bytes per row measured, size at the horizon derived; an assumed rate stays an assumption. */
export function volumeClaim(outcome: Outcome, volume: Volume): Claim {
  const { planned, sizes, volumes } = outcome;
  const table = tableOf(planned.after, planned.design, volume.of);
  const planned_ = volumes.find(
    (entry) => table && entry.table.name === table.name && entry.table.schema === table.schema,
  );
  if (!table || !planned_)
    return claim(volume.id, 'volume', volume.says, 'not-proven', `There is no table for ${volume.of}.`);
  const mine = sizes.filter(
    (size) =>
      size.table === `${table.schema}.${table.name}` ||
      (size.name.name === table.name && size.name.schema === table.schema),
  );
  const rows = mine.find((size) => size.kind === 'table')?.rows ?? 0;
  const bytes = mine.reduce((sum, size) => sum + size.bytes, 0);
  if (rows <= 0)
    return claim(
      volume.id,
      'volume',
      volume.says,
      'not-proven',
      'The twin holds no rows of it, so no size was measured.',
    );
  const perRow = bytes / rows;
  const horizon = planned_.horizon * perRow;
  const assumed = [volume.now, volume.perDay].some((given) => given.kind !== 'declared');
  const evidence: Evidence[] = [
    measured(`${formatBytes(perRow)} per row with its indexes, on ${formatCount(rows)} rows`),
    {
      basis: 'derived',
      text: `${formatBytes(horizon)} at ${formatCount(planned_.horizon)} rows (page fill between 100 % and 70 %: ${formatBytes(horizon)} to ${formatBytes(horizon / 0.7)})`,
    },
    ...(assumed ? [{ basis: 'assumed' as const, text: 'The growth is an assumption of the task.' }] : []),
  ];
  return assumed
    ? claim(
        volume.id,
        'volume',
        volume.says,
        'not-proven',
        'The bytes per row are measured; the growth is only assumed.',
        evidence,
      )
    : claim(
        volume.id,
        'volume',
        volume.says,
        'proven',
        `${formatBytes(horizon)} at the horizon, from measured bytes per row.`,
        evidence,
      );
}

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
  const evidence = [
    measured(
      `${formatCount(run.rows)} of ${formatCount(run.before)} rows removed in ${plural(run.batches, 'batch', 'batches')}, ${formatMs(run.ms)}; longest batch ${formatMs(run.longestBatchMs)}`,
      purge.sql,
    ),
    ...run.derived.map((derived) =>
      measured(
        `${derived.table}: ${formatCount(derived.before)} rows before, ${formatCount(derived.after)} after`,
      ),
    ),
  ];
  return run.rows === 0
    ? claim(
        lifecycle.id,
        'lifecycle',
        lifecycle.says,
        'not-proven',
        'The purge ran, but the twin had no row that was old enough.',
        evidence,
      )
    : claim(
        lifecycle.id,
        'lifecycle',
        lifecycle.says,
        'proven',
        'The purge ran on the twin, batch by batch.',
        evidence,
      );
}

/** What each role can read; roles that do not exist prove nothing. */
export function privacyClaim(outcome: Outcome, privacy: Privacy): Claim {
  const attempts = outcome.observed.readers.get(privacy.id) ?? [];
  const evidence = attempts.map((attempt) =>
    measured(
      !attempt.exists
        ? `The role ${attempt.role} does not exist in the current structure.`
        : attempt.reads
          ? `${attempt.role} can read ${privacy.of}.`
          : `${attempt.role} cannot read ${privacy.of}: ${attempt.message ?? ''}`,
    ),
  );
  const stranger = attempts[0];
  if (!stranger)
    return claim(privacy.id, 'privacy', privacy.says, 'not-proven', `There is no column ${privacy.of}.`);
  if (stranger.reads)
    return claim(privacy.id, 'privacy', privacy.says, 'missed', 'Every role can read it.', evidence);
  const absent = attempts.filter((attempt) => !attempt.exists).map((attempt) => attempt.role);
  const denied = attempts
    .slice(1)
    .filter((attempt) => attempt.exists && !attempt.reads)
    .map((attempt) => attempt.role);
  if (denied.length > 0)
    return claim(
      privacy.id,
      'privacy',
      privacy.says,
      'missed',
      `${denied.join(', ')} should read it and cannot.`,
      evidence,
    );
  if (absent.length > 0)
    return claim(
      privacy.id,
      'privacy',
      privacy.says,
      'not-proven',
      `The role ${absent.join(', ')} is not part of the current structure, so its rights could not be tried.`,
      evidence,
    );
  if (privacy.mask !== undefined)
    return claim(
      privacy.id,
      'privacy',
      privacy.says,
      'not-proven',
      'Who reads it was tried; masked seeds are not made yet.',
      evidence,
    );
  return claim(
    privacy.id,
    'privacy',
    privacy.says,
    'proven',
    'Tried as each named role and as a stranger.',
    evidence,
  );
}
