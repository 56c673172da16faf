/** What limits a rehearsal's evidence, and what can be done next. */
import { formatCount } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { Report } from '../../report/model.ts';
import type { Rehearsed } from '../rehearsal/rehearsed.ts';
import { poolerLimits } from './rehearsal-queries.ts';
import { safeFolder } from './safe-form.ts';

/** Follow-up calls. */
export function nextSteps(
  { workload, before }: Rehearsed,
  out: string | undefined,
  planned: boolean,
): Report['next'] {
  return [
    ...(out === undefined ? [] : [{ command: `open ${out}/report.html`, why: 'the whole report, offline' }]),
    ...(planned
      ? [
          out === undefined
            ? {
                command: 'dbd rehearse … --out rehearsal',
                why: 'writes the report, the way back, and the form that blocks nobody',
              }
            : {
                command: `dbd rehearse ${out}/${safeFolder} …`,
                why: 'rehearse the form that blocks nobody, with the same options',
              },
        ]
      : []),
    ...(workload
      ? []
      : [
          {
            command: 'dbd rehearse --workload queries.sql …',
            why: 'your own queries instead of assumed ones: above each, `-- name: user_by_email` and `-- rate: 20/s`',
          },
        ]),
    ...(before.tables.length === 0
      ? [
          {
            command: 'dbd rehearse --current schema.sql …',
            why: "start from today's structure instead of an empty database",
          },
        ]
      : []),
  ];
}

/** What the report's figures rest on, in sentences; `hidden` statements of the tool itself are not listed. */
export function limitsOf(done: Rehearsed, hidden: number): readonly string[] {
  const { rehearsal, fill } = done;
  const between = 'filledBetween' in rehearsal ? rehearsal.filledBetween : undefined;
  return [
    `Current structure: ${done.source}.`,
    ...done.limits,
    ...(fill.measured
      ? [
          `Rows per table are those that production had on ${fill.measured.on}, ${formatCount(fill.measured.rows)} in all; the twin holds ${formatCount(fill.rows)}.`,
        ]
      : !fill.restored && (fill.rows > 0 || between)
        ? ['No volumes were declared: the rows of each table are assumed.']
        : []),
    ...(between
      ? [
          `The twin started empty; tables that earlier migrations made were filled before later ones (${between.map((made) => `${made.table.name} ${formatCount(made.rows)}`).join(', ') || 'none was'}), and a migration that ran inside one long transaction was committed in between.`,
        ]
      : []),
    ...(rehearsal.underLoad?.assumed
      ? ['No workload was given: one read and one write by key per table ran beside the migration.']
      : []),
    ...(hidden > 0
      ? [
          `${plural(hidden, 'statement')} of the tool itself (reads, its own tables, transactions) ${hidden === 1 ? 'is' : 'are'} not listed.`,
        ]
      : []),
    ...fill.limits,
    ...poolerLimits(rehearsal),
    ...(rehearsal.underLoad?.excluded ?? []).map(
      (query) => `${query.name} was left out of the load: ${query.reason}`,
    ),
    'Times are of this machine, with everything in memory; they are not those of your disks.',
  ];
}
