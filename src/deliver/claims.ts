/** What discharges each claim of a task: one function per kind, from what was run to a verdict. */
import { findTable } from '../catalog/find.ts';
import { formatBytes, formatCount, formatMs } from '../base/units.ts';
import { plural } from '../base/text.ts';
import type { Claim, ClaimKind, ClaimVerdict, Evidence } from '../report/model.ts';
import type { Entity, Lifecycle, Privacy, Relation, Rule, Volume } from '../task/model.ts';
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

/** In the catalog after `up`, with every column that was asked for. */
export function entityClaim(outcome: Outcome, entity: Entity): Claim {
  const { planned, before } = outcome;
  const table = tableOf(planned.after, planned.design, entity.id);
  if (!table)
    return claim(
      entity.id,
      'entity',
      entity.says,
      'missed',
      'After the change the witness finds no such table.',
    );
  const columns = planned.design.columns.get(entity.id) ?? new Map<string, readonly string[]>();
  const wanted = entity.fields.flatMap((field) => columns.get(field.name) ?? [field.name]);
  const absent = wanted.filter((name) => !table.columns.some((column) => column.name === name));
  const loose = entity.fields
    .filter((field) => field.required)
    .flatMap((field) => columns.get(field.name) ?? [field.name])
    .filter((name) => table.columns.some((column) => column.name === name && !column.notNull));
  const existed = findTable(before, table) !== undefined;
  const evidence = [
    measured(
      `${table.schema}.${table.name}: ${plural(table.columns.length, 'column')}, ${plural(table.constraints.length, 'constraint')}, ${plural(table.indexes.length, 'index', 'indexes')}${existed ? ', a table that existed before' : ''}`,
    ),
  ];
  if (absent.length > 0)
    return claim(
      entity.id,
      'entity',
      entity.says,
      'missed',
      `Columns are missing: ${absent.join(', ')}.`,
      evidence,
    );
  if (loose.length > 0)
    return claim(
      entity.id,
      'entity',
      entity.says,
      'missed',
      `Required columns accept null: ${loose.join(', ')}.`,
      evidence,
    );
  return claim(
    entity.id,
    'entity',
    entity.says,
    'proven',
    'The witness read it from the catalog after the change.',
    evidence,
  );
}

/** Orphans rejected by the foreign key, delete rule observed. */
export function relationClaim(outcome: Outcome, relation: Relation): Claim {
  const tests = outcome.observed.relations.get(relation.id) ?? [];
  if (tests.length === 0)
    return claim(
      relation.id,
      'relation',
      relation.says,
      'missed',
      'After the change the witness finds no foreign key for it.',
    );
  const evidence: Evidence[] = [];
  const open: string[] = [];
  const wrong: string[] = [];
  for (const test of tests) {
    if (!test.orphan) open.push(`no row of ${test.table.name} was free to test an orphan with`);
    else if (test.orphan.ok) wrong.push(`${test.table.name} accepted a row whose parent does not exist`);
    else if (test.orphan.constraint !== test.constraint)
      open.push(
        `the orphan was rejected by ${test.orphan.constraint ?? test.orphan.message ?? 'something else'}, not by ${test.constraint}`,
      );
    else evidence.push(measured(`An orphan is rejected by ${test.constraint}.`, test.orphan.shown));
    if (!test.deleted) open.push(`no parent of ${test.table.name} has children to observe`);
    else {
      const { attempt, children, left, nulled } = test.deleted;
      const seen = attempt.ok
        ? left === 0 && nulled >= children
          ? 'set null'
          : left === 0
            ? 'cascade'
            : 'left'
        : 'refused';
      const expected = {
        cascade: ['cascade'],
        'set null': ['set null'],
        restrict: ['refused'],
        'no action': ['refused'],
        'set default': ['cascade', 'left'],
      }[relation.onDelete];
      if (expected.includes(seen))
        evidence.push(
          measured(
            `Deleting a parent with ${plural(children, 'child', 'children')}: ${seen}.`,
            attempt.shown,
          ),
        );
      else if (!attempt.ok && attempt.constraint !== test.constraint)
        open.push(`the delete was stopped by ${attempt.constraint ?? attempt.message ?? 'something else'}`);
      else wrong.push(`deleting a parent gives "${seen}", asked for was "${relation.onDelete}"`);
    }
  }
  if (wrong.length > 0)
    return claim(relation.id, 'relation', relation.says, 'missed', `${wrong.join('; ')}.`, evidence);
  if (open.length > 0)
    return claim(relation.id, 'relation', relation.says, 'not-proven', `${open.join('; ')}.`, evidence);
  return claim(
    relation.id,
    'relation',
    relation.says,
    'proven',
    'Orphans are rejected and the delete rule was observed.',
    evidence,
  );
}

/** Every accept row inserts; every reject row fails with the rule's own constraint. */
export function ruleClaim(outcome: Outcome, rule: Rule): Claim {
  const tests = outcome.observed.rules.get(rule.id) ?? [];
  const constraint = outcome.planned.design.constraints.get(rule.id);
  if (tests.length === 0)
    return claim(
      rule.id,
      'rule',
      rule.says,
      'not-proven',
      'The task gives no row to accept or to reject.',
      constraint ? [measured(`The constraint ${constraint} exists.`)] : [],
    );
  const evidence = tests.flatMap((test) =>
    test.attempt
      ? [
          measured(
            `${test.row}: ${test.attempt.ok ? 'accepted' : `rejected by ${test.attempt.constraint ?? test.attempt.message ?? '?'}`}`,
            test.attempt.shown,
          ),
        ]
      : [],
  );
  const untried = tests.filter((test) => !test.attempt);
  const wrong = tests.filter((test) => test.attempt && (test.expected === 'accepted') !== test.attempt.ok);
  const elsewhere = tests.filter(
    (test) =>
      test.expected === 'rejected' &&
      test.attempt &&
      !test.attempt.ok &&
      test.attempt.constraint !== constraint,
  );
  if (wrong.length > 0)
    return claim(
      rule.id,
      'rule',
      rule.says,
      'missed',
      wrong
        .map(
          (test) =>
            `${test.row} was ${test.attempt!.ok ? 'accepted' : `rejected by ${test.attempt!.constraint ?? test.attempt!.message ?? '?'}`}`,
        )
        .join('; '),
      evidence,
    );
  if (elsewhere.length > 0)
    return claim(
      rule.id,
      'rule',
      rule.says,
      'missed',
      `Rejected by ${elsewhere[0]!.attempt!.constraint ?? elsewhere[0]!.attempt!.message ?? 'something else'}, not by ${constraint ?? 'a constraint of this rule'}.`,
      evidence,
    );
  if (untried.length > 0)
    return claim(
      rule.id,
      'rule',
      rule.says,
      'not-proven',
      'The table has no row that could lend the other columns.',
      evidence,
    );
  const kinds = `${plural(tests.filter((test) => test.expected === 'accepted').length, 'row')} accepted, ${plural(tests.filter((test) => test.expected === 'rejected').length, 'row')} rejected`;
  return claim(
    rule.id,
    'rule',
    rule.says,
    'proven',
    `${kinds}, each by ${constraint ?? 'the rule'} and as the task says.`,
    evidence,
  );
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
