/** What discharges each claim of a task: one function per kind, from what was run to a verdict. */
import { formatBytes, formatCount } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { Claim, ClaimKind, ClaimVerdict, Evidence } from '../../report/model.ts';
import type { Privacy, Volume } from '../../task/model.ts';
import { findTable } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { ChecklistEntry } from '../deliverables/model.ts';
import type { Outcome } from '../model.ts';
import { tableOf } from '../trials/observe.ts';

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

/** Below this many rows the half-empty and fixed pages of a table and its indexes still show in bytes per row, and this far a size is carried from so few. */
const fewestRows = 10_000;
const furthestSize = 10;

/** Bytes per row measured, size at the horizon derived; an assumed rate stays an assumption. */
export function volumeClaim(outcome: Outcome, volume: Volume): Claim {
  const { planned, sizes, volumes } = outcome;
  const table = tableOf(planned.after, planned.design, volume.of);
  const planned_ = volumes.find(
    (entry) => table && entry.table.name === table.name && entry.table.schema === table.schema,
  );
  if (!table || !planned_)
    return claim(volume.id, 'volume', volume.says, 'not-proven', `There is no table for ${volume.of}.`);
  // A partitioned table holds nothing itself: its partitions do.
  const parts = [
    table,
    ...planned.after.tables.filter((one) => one.partitionOf && sameName(one.partitionOf, table)),
  ];
  const mine = sizes.filter((size) =>
    parts.some((part) => size.table === part.name && size.name.schema === part.schema),
  );
  const tables = mine.filter((size) => size.kind === 'table');
  const rows = tables.reduce(
    (sum, size) => sum + (parts.length > 1 && size.name.name === table.name ? 0 : size.rows),
    0,
  );
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
    measured(
      `${formatBytes(perRow)} per row with its ${plural(mine.length - tables.length, 'index', 'indexes')}, on ${formatCount(rows)} generated rows of the twin`,
    ),
    {
      basis: 'derived',
      text: `${formatBytes(horizon)} at ${formatCount(planned_.horizon)} rows (page fill between 100 % and 70 %: ${formatBytes(horizon)} to ${formatBytes(horizon / 0.7)})`,
    },
    ...(assumed ? [{ basis: 'assumed' as const, text: 'The growth is an assumption of the task.' }] : []),
  ];
  if (!assumed && rows < fewestRows && planned_.horizon > rows * furthestSize)
    return claim(
      volume.id,
      'volume',
      volume.says,
      'not-proven',
      `${formatCount(rows)} rows are too few to tell bytes per row of ${formatCount(planned_.horizon)}.`,
      evidence,
    );
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
        `${formatBytes(horizon)} to ${formatBytes(horizon / 0.7)} at the horizon, derived from the measured bytes of generated rows.`,
        evidence,
      );
}

/** A privacy claim whose readers were tried, with what the seeds show; a mask without seeds that show it is not proven. */
export function withMask(tried: Claim, { mask }: Privacy, masked: ChecklistEntry | undefined): Claim {
  const evidence = [...tried.evidence, ...(masked?.evidence ?? [])];
  if (masked?.verdict === 'missed' && tried.verdict !== 'missed')
    return { ...tried, verdict: 'missed', because: masked.because, evidence };
  if (mask !== undefined && !masked && tried.verdict === 'proven')
    return { ...tried, verdict: 'not-proven', because: noSeeds, evidence };
  return { ...tried, evidence };
}

const noSeeds = 'Who reads it was tried; no seeds with masked values were made.';

/** What each role can read; roles that do not exist prove nothing. */
export function privacyClaim(outcome: Outcome, privacy: Privacy, masked?: ChecklistEntry): Claim {
  const attempts = outcome.observed.readers.get(privacy.id) ?? [];
  const owner = tableOf(
    outcome.planned.after,
    outcome.planned.design,
    privacy.of.slice(0, privacy.of.lastIndexOf('.')),
  );
  const existed = owner !== undefined && findTable(outcome.before, owner) !== undefined;
  const tried = attempts.map((attempt) =>
    measured(
      !attempt.exists
        ? `The role ${attempt.role} does not exist in the current structure.`
        : attempt.reads
          ? `${attempt.role} can read ${privacy.of}${attempt.through === undefined ? '' : ` through ${attempt.through}`}.`
          : `${attempt.role} cannot read ${privacy.of}: ${attempt.message ?? ''}`,
    ),
  );
  const evidence = [...tried, ...(masked?.evidence ?? [])];
  const strangers = attempts.filter((attempt) => attempt.stranger);
  if (strangers.length === 0)
    return claim(privacy.id, 'privacy', privacy.says, 'not-proven', `There is no column ${privacy.of}.`);
  const leak = strangers.find((attempt) => attempt.reads);
  if (leak)
    return claim(
      privacy.id,
      'privacy',
      privacy.says,
      'missed',
      `Every role can read it${leak.through === undefined ? '' : ` through ${leak.through}`}.`,
      evidence,
    );
  if (masked?.verdict === 'missed')
    return claim(privacy.id, 'privacy', privacy.says, 'missed', masked.because, evidence);
  const others = attempts
    .filter((attempt) => attempt.unnamed && attempt.reads)
    .map((attempt) => attempt.role);
  if (others.length > 0)
    return claim(
      privacy.id,
      'privacy',
      privacy.says,
      'missed',
      `${others.join(', ')} can read it, and the task does not name them.`,
      evidence,
    );
  const absent = attempts.filter((attempt) => !attempt.exists).map((attempt) => attempt.role);
  const denied = attempts
    .filter((attempt) => !attempt.stranger && !attempt.unnamed && attempt.exists && !attempt.reads)
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
  if (existed)
    return claim(
      privacy.id,
      'privacy',
      privacy.says,
      'not-proven',
      'Who may read it in your database is not part of the twin: roles and their grants stay where they are.',
      evidence,
    );
  if (privacy.mask !== undefined && !masked)
    return claim(privacy.id, 'privacy', privacy.says, 'not-proven', noSeeds, evidence);
  return claim(
    privacy.id,
    'privacy',
    privacy.says,
    'proven',
    attempts.length > strangers.length
      ? 'Tried as each named role and as a role without rights, also through views.'
      : 'A role without rights cannot read it, also through views; the task names no reader.',
    evidence,
  );
}
