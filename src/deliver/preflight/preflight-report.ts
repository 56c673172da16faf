/** A preflight as a report: a claim per question, findings for what speaks against it, and what to type next. */
import { plural } from '../../base/text.ts';
import { formatMs } from '../../base/units.ts';
import type { Check, Go, Preflight, PreflightStep, Reason } from '../../preflight/model.ts';
import { column, fact, report } from '../../report/build.ts';
import type { Block, Claim, Finding, Next, Report, Verdict } from '../../report/model.ts';

export interface PreflightReport {
  readonly result: Preflight;
  readonly title: string;
  readonly started: number;
  /** The call, to be typed again. */
  readonly again: string;
  readonly file?: string;
}

const verdicts: Readonly<Record<Go, Verdict>> = {
  go: 'proven',
  open: 'conditions',
  wait: 'failed',
  stop: 'failed',
};
const words: Readonly<Record<Go, string>> = { go: 'Go', open: 'Not proven', wait: 'Wait', stop: 'Stop' };

/** Draws up the report. */
export function preflightReport({ result, title, started, again, file }: PreflightReport): Report {
  const { steps, server, verdict } = result;
  return report({
    command: 'preflight',
    title,
    headline: headline(result),
    started,
    verdict: verdicts[verdict],
    server: `PostgreSQL ${server.version}`,
    claims: steps.flatMap(claims),
    findings: [
      ...result.reasons.map((reason) => finding(server.database, reason)),
      ...steps.flatMap((step) => step.reasons.map((reason) => finding(`step ${step.id}`, reason))),
    ],
    blocks: [
      {
        id: 'server',
        title: 'Measured on',
        kind: 'facts',
        facts: [
          fact('database', `${server.database}, as ${server.role}`, 'measured'),
          fact(
            'server',
            `PostgreSQL ${server.version}${server.standby ? ', a standby' : ''}${server.system === undefined ? '' : `, system ${server.system}`}`,
            'measured',
          ),
          fact(
            'at',
            `${server.at}${server.lsn === undefined ? '' : `, log ${server.lsn}`}${server.replayMs === undefined ? '' : `, ${formatMs(server.replayMs)} behind the primary's last commit`}`,
            'measured',
          ),
          fact('change', result.change, 'measured'),
        ],
      },
      stepTable(steps),
      ...(result.notes.length > 0
        ? [{ id: 'notes', title: 'Worth knowing', kind: 'text' as const, text: result.notes.join('\n') }]
        : []),
      ...fixes(steps),
    ],
    next: next(result, again),
    limits: [
      `Rows written after ${result.began} are not in it: run it again shortly before the change.`,
      'Rights of the role that will run the change are not asked.',
    ],
    output: {
      preflight: result,
      change: result.change,
      go: verdict,
      ...(file === undefined ? {} : { file }),
    },
  });
}

function headline({ verdict, steps, reasons }: Preflight): string {
  const checks = steps.flatMap((step) => step.checks);
  const failing = checks.filter(({ outcome }) => outcome === 'fails');
  const open = checks.filter(({ outcome }) => outcome === 'open').length;
  const held = checks.length - failing.length - open;
  const others = [...reasons, ...steps.flatMap((step) => step.reasons)].filter(
    (reason) => reason.verdict === verdict,
  );
  const asked = `${held} of ${plural(checks.length, 'precondition')} hold${held === 1 ? 's' : ''}`;
  const tail = failing[0]
    ? `: ${failing[0].says} — no. ${failing[0].because}`
    : verdict === 'go'
      ? '.'
      : others[0]
        ? `. ${others[0].text}`
        : `, ${open} not proven.`;
  return `${words[verdict]}. ${asked}${tail}`;
}

function claims(step: PreflightStep): readonly Claim[] {
  return step.checks.map((check, at): Claim => ({
    id: `${step.id}.${at + 1}`,
    kind: 'change',
    says: check.says,
    verdict: check.outcome === 'holds' ? 'proven' : check.outcome === 'fails' ? 'missed' : 'not-proven',
    because: because(check),
    evidence: [
      { basis: check.basis, text: check.because, ...(check.sql === undefined ? {} : { shown: check.sql }) },
    ],
  }));
}

function because({ because: why, instead, answer }: Check): string {
  const when = answer ? ` (${answer.at.slice(0, 19)}Z)` : '';
  return `${why}${when}${instead === undefined ? '' : ` ${instead}`}`;
}

function finding(place: string, { verdict, about, text, instead }: Reason): Finding {
  return {
    rule: about,
    severity: verdict === 'stop' ? 'error' : verdict === 'wait' ? 'warning' : 'info',
    place,
    message: text,
    ...(instead === undefined ? {} : { instead }),
  };
}

function stepTable(steps: readonly PreflightStep[]): Block {
  return {
    id: 'steps',
    title: 'Steps',
    kind: 'table',
    columns: [column('step'), column('statement', 'code'), column('verdict'), column('because')],
    rows: steps.map((step) => [
      step.id,
      short(step.sql),
      {
        text: words[step.verdict].toLowerCase(),
        tone: step.verdict === 'go' ? 'good' : step.verdict === 'open' ? 'plain' : 'bad',
      },
      reasonOf(step),
    ]),
  };
}

function reasonOf({ checks, reasons, verdict }: PreflightStep): string {
  const failed = checks.find(({ outcome }) => outcome === 'fails');
  const reason = reasons.find((one) => one.verdict === verdict);
  const open = checks.find(({ outcome }) => outcome === 'open');
  if (verdict === 'stop' && failed) return `${failed.says}: ${failed.because}`;
  if (reason) return reason.text;
  if (open && verdict === 'open') return `${open.says}: ${open.because}`;
  return checks.length === 0
    ? 'no row can make it fail'
    : plural(checks.length, 'precondition holds', 'preconditions hold');
}

function short(sql: string): string {
  const line = sql
    .replaceAll(/^\s*--.*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

/** Queries that show every offending row. */
function fixes(steps: readonly PreflightStep[]): readonly Block[] {
  const failing = steps.flatMap((step) =>
    step.checks.flatMap(({ outcome, sql, says }) =>
      outcome === 'fails' && sql !== undefined ? [`-- step ${step.id}: ${says}\n${sql};`] : [],
    ),
  );
  return failing.length === 0
    ? []
    : [
        {
          id: 'offenders',
          title: 'Rows that stand in the way',
          kind: 'code',
          language: 'sql',
          text: failing.join('\n\n'),
        },
      ];
}

function next({ verdict }: Preflight, again: string): readonly Next[] {
  switch (verdict) {
    case 'go':
      return [
        {
          command: 'dbd migrate',
          why: 'nothing that was asked stands against it; rows written meanwhile are not in it',
        },
      ];
    case 'wait':
      return [{ command: again, why: 'when what it waits for is over' }];
    case 'stop':
      return [{ command: again, why: 'when the rows were mended, or the change' }];
    default:
      return [
        { command: again, why: 'when what was not seen can be asked: a grant, more time, the free space' },
      ];
  }
}
