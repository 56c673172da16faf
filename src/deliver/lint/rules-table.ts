import type { LintOptions } from '../../rules/lint/lint.ts';
import { askedRules } from '../../rules/lint/lint.ts';
import { column, report } from '../../report/build.ts';
import type { Report, Severity } from '../../report/model.ts';
import { changeRules } from '../../rules/change/all.ts';
import { plural } from '../../base/text.ts';

/** A rule as other tools show it. */
export interface ShownRule {
  readonly id: string;
  readonly group: string;
  readonly severity: Severity;
  readonly finds: string;
  readonly because: string;
  readonly instead: string;
}

/** Findings of the linter about its own input: they belong to no statement's rule. */
export const ownRules: readonly ShownRule[] = [
  {
    id: 'unreadable-sql',
    group: 'input',
    severity: 'error',
    finds: 'SQL that the server’s grammar does not take',
    because: 'the migration fails here',
    instead: 'Correct the statement.',
  },
  {
    id: 'unread-code',
    group: 'input',
    severity: 'info',
    finds: 'Code of a migration whose SQL is not in the file',
    because: 'it is put together when the migration runs, and no rule saw it',
    instead: 'Rehearse the migration: dbd rehearse -- with its own command.',
  },
  {
    id: 'idle-suppression',
    group: 'input',
    severity: 'info',
    finds: 'A dbd:ignore that explains nothing which was found',
    because: 'it would hide what comes later',
    instead: 'Remove it, or correct its rule.',
  },
  {
    id: 'suppression-without-reason',
    group: 'input',
    severity: 'warning',
    finds: 'A dbd:ignore without a reason',
    because: 'the next reader cannot tell whether it still holds',
    instead: 'Write `-- dbd:ignore rule because …`.',
  },
];

/** The rules that were asked, in their order. */
export function rulesTable(options: Pick<LintOptions, 'severities' | 'only'>): readonly ShownRule[] {
  return [...askedRules(options).map(shown), ...ownRules];
}

function shown({ id, group, severity, finds, because, instead }: ShownRule): ShownRule {
  return { id, group, severity, finds, because, instead };
}

/** The list of rules, without looking at any file. */
export function listChangeRules(): Report {
  return report({
    command: 'lint',
    title: 'Rules',
    started: performance.now(),
    verdict: 'proven',
    headline: `${plural(changeRules.length, 'rule')}; \`standards: { rules: … }\` in dbd.config.yaml switches them off or makes them graver.`,
    blocks: [
      {
        id: 'rules',
        title: 'Rules',
        kind: 'table',
        columns: [column('Rule', 'code'), column('Group'), column('Severity'), column('Finds')],
        rows: changeRules.map(({ id, group, severity, finds }) => [id, group, severity, finds]),
      },
    ],
  });
}
