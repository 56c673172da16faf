/** Findings with their places, and those that somebody explained. */
import type { Grammar } from '../../engine/model.ts';
import type { Finding } from '../../report/model.ts';
import { changeRules } from '../../rules/change/all.ts';
import { suppressionsIn, type Suppression } from '../../rules/lint/comments.ts';
import type { Found } from '../../rules/lint/lint.ts';
import { matches } from '../../rules/check.ts';
import type { Deviation } from '../../rules/model.ts';
import type { Placed, Sources } from './sources.ts';

export interface Explaining {
  readonly grammar: Grammar;
  readonly deviations?: readonly Deviation[];
  readonly today: string;
  /** Rules that were asked: a suppression of another one may still be needed. */
  readonly asked: ReadonlySet<string>;
}

export interface Explained {
  readonly findings: readonly Finding[];
  readonly explained: readonly Finding[];
  /** Suppressions that explained something, or belong to a rule that was not asked: statement and offset. */
  readonly used: ReadonlySet<string>;
}

/** Sorts what was found into findings and what is explained, by a comment beside the statement or by the configuration. */
export function findingsOf(found: readonly Found[], sources: Sources, explaining: Explaining): Explained {
  const findings: Finding[] = [];
  const explained: Finding[] = [];
  const used = new Set<string>();
  const suppressions = sources.statements.map(({ statement }) =>
    suppressionsIn(explaining.grammar, statement.sql),
  );
  for (const [statement, all] of suppressions.entries())
    for (const { rule, at } of all)
      if (!explaining.asked.has(rule) && changeRules.some(({ id }) => id === rule))
        used.add(key(statement, at));
  for (const one of found) {
    const finding = findingOf(one, sources.statements[one.statement]!);
    const beside = (suppressions[one.statement] ?? []).find(
      ({ rule, because }) => because !== undefined && (rule === one.rule.id || rule === '*'),
    );
    if (beside) {
      used.add(key(one.statement, beside.at));
      explained.push({ ...finding, explained: beside.because! });
      continue;
    }
    const deviation = (explaining.deviations ?? []).find(
      ({ rule, object, until }) =>
        (rule === one.rule.id || rule === '*') &&
        (until === undefined || until >= explaining.today) &&
        [one.object, finding.span?.file].some((place) => place !== undefined && matches(object, place)),
    );
    if (deviation) explained.push({ ...finding, explained: deviation.because });
    else findings.push(finding);
  }
  return { findings, explained, used };
}

const key = (statement: number, at: number): string => `${statement}:${at}`;

function findingOf({ rule, severity, message, fix }: Found, { span }: Placed): Finding {
  return {
    rule: rule.id,
    severity,
    place: `${span.file}:${span.line}:${span.column}`,
    message,
    why: `${rule.because.charAt(0).toUpperCase()}${rule.because.slice(1)}.`,
    instead: rule.instead,
    ...(fix === undefined ? {} : { fix }),
    span,
  };
}

/** Suppressions without a reason, and those that explain nothing. */
export function idleSuppressions(
  sources: Sources,
  used: ReadonlySet<string>,
  grammar: Grammar,
): readonly Finding[] {
  return sources.statements.flatMap((placed, statement) =>
    suppressionsIn(grammar, placed.statement.sql).flatMap((suppression) =>
      suppression.because === undefined
        ? [told(suppression, placed, sources, 'suppression-without-reason')]
        : used.has(key(statement, suppression.at))
          ? []
          : [told(suppression, placed, sources, 'idle-suppression')],
    ),
  );
}

function told(
  { rule, at }: Suppression,
  { statement, part }: Placed,
  sources: Sources,
  id: 'suppression-without-reason' | 'idle-suppression',
): Finding {
  const from = statement.offset + at;
  const span = sources.spanIn(part, from, from + 1);
  return {
    rule: id,
    severity: id === 'idle-suppression' ? 'info' : 'warning',
    place: `${span.file}:${span.line}:${span.column}`,
    message:
      id === 'idle-suppression'
        ? `Nothing here is found by ${rule}: the comment explains nothing.`
        : `${rule} is to be ignored without a reason, so it is not.`,
    instead:
      id === 'idle-suppression' ? 'Remove it, or correct its rule.' : 'Write `-- dbd:ignore rule because …`.',
    span,
  };
}
