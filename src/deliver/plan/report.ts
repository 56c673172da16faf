/** A plan as a report: what was shown of it, its steps, and its SQL. */
import { plural } from '../../base/text.ts';
import { changeFiles } from '../../change/files.ts';
import type { Change, Step } from '../../change/model.ts';
import { report, type Draft } from '../../report/build.ts';
import type { Grammar } from '../../engine/model.ts';
import type { Claim, Next, Report } from '../../report/model.ts';
import { blocksOf } from './blocks.ts';
import { findingsOf, orderOf } from './findings.ts';
import type { PlanOutcome, Tried } from './model.ts';
import { isReal, leadsBack } from './plan.ts';

export interface PlanReportOptions {
  readonly grammar: Grammar;
  readonly started: number;
  /** The call without answers about renames, to be repeated with them. */
  readonly call: string;
  /** The SQL alone is wanted. */
  readonly sql: boolean;
  /** Folder that the files were written to. */
  readonly folder?: string;
  readonly limits: readonly string[];
}

/** The report of a plan; without a way that converged there is no SQL in it. */
export function planReport(outcome: PlanOutcome, options: PlanReportOptions): Report {
  const { sides, planned, way, refused } = outcome;
  const { sandbox } = sides.from;
  const claims = claimsOf(outcome);
  const text = way ? planSql(way.change, options.grammar) : '';
  return report({
    command: 'plan',
    title: `${sides.from.source} → ${sides.to.source}`,
    started: options.started,
    headline: headlineOf(outcome),
    claims,
    findings: findingsOf(outcome),
    blocks: options.sql
      ? [{ id: 'sql', title: 'SQL', kind: 'code', language: 'sql', text }]
      : blocksOf(outcome),
    next: nextOf(outcome, options),
    server: `${sandbox.server}, ${sandbox.provider}`,
    limits: options.limits,
    output: {
      ...(options.folder === undefined ? {} : { folder: options.folder }),
      converges: refused.length === 0,
      form: way?.form ?? (planned.statements.length === 0 ? 'nothing to do' : 'none'),
      order: orderOf(outcome).length > 0 ? 'differs' : 'kept',
      rollback: way === undefined ? 'none' : leadsBack(way) ? 'proven' : 'not proven',
      steps: way ? stepsOf(way.change) : [],
      questions: planned.questions,
      refused,
      sql: text,
    },
  } satisfies Draft);
}

/** The statements of a change as one text, `-- dbd:boundary` between transactions; what stands outside of one stands alone, so that each part may be sent in one go. */
export function planSql(change: Change, grammar: Grammar): string {
  const phases = change.phases.map((phase) => ({
    ...phase,
    steps: phase.steps.flatMap((step) => apartOutside(step, grammar)),
  }));
  return changeFiles({ ...change, phases })
    .filter(({ path }) => path.startsWith('up/'))
    .map(({ sql }) => sql)
    .join('\n');
}

/** Several statements that are sent at once are one transaction to the server. */
function apartOutside(step: Step, grammar: Grammar): readonly Step[] {
  const statements = step.transaction === 'none' ? grammar.split(step.sql) : [];
  if (statements.length < 2) return [step];
  return statements.map(({ sql }, at) =>
    at === 0 ? { ...step, sql } : { ...step, sql, id: `${step.id}.${at + 1}` },
  );
}

function stepsOf(change: Change): readonly Record<string, unknown>[] {
  return change.phases.flatMap(({ name, steps }) => steps.map((step) => ({ phase: name, ...step })));
}

function headlineOf(outcome: PlanOutcome): string {
  const { way, refused, planned, apart } = outcome;
  if (refused.length > 0)
    return `Refused: ${plural(refused.length, 'thing')} cannot be brought about, first ${refused[0]!.path}.`;
  if (way === undefined)
    return apart.length > 0
      ? 'Only the order of columns differs; nothing is to be done.'
      : 'Both sides are alike; nothing is to be done.';
  const steps = way.change.phases.flatMap((phase) => phase.steps);
  const order = orderOf(outcome).length > 0 ? ', order differs' : '';
  const asked = planned.questions.length > 0 ? `; ${plural(planned.questions.length, 'question')} open` : '';
  return `${plural(steps.length, 'step')} in ${plural(way.change.phases.length, 'phase')} lead there${order}; the way back ${leadsBack(way) ? 'was carried out as well' : 'is not proven'}${asked}.`;
}

function claimsOf(outcome: PlanOutcome): readonly Claim[] {
  const { way, refused, planned, sides } = outcome;
  const where = `${sides.from.sandbox.server} in a sandbox`;
  const order = orderOf(outcome);
  return [
    {
      id: 'converges',
      kind: 'change',
      says: 'The database ends as it is wanted.',
      verdict: refused.length === 0 ? 'proven' : 'missed',
      because:
        refused.length > 0
          ? `${refused[0]!.path}: ${refused[0]!.why}.`
          : `A witness that shares nothing with the plan finds both alike${way?.third ? `, and so does ${way.third}` : ''}${order.length > 0 ? `; order differs in ${order.join(', ')}` : ''}.`,
      evidence: [
        {
          basis: 'measured',
          text: `carried out on ${where}, every row of the system catalogs compared`,
        },
      ],
    },
    ...(way ? [wayBackClaim(way, where)] : []),
    ...(way?.rows
      ? [
          {
            id: 'rows',
            kind: 'change',
            says: 'The rows that are there allow it.',
            verdict: 'missed',
            because: way.rows.message,
            evidence: [
              { basis: 'measured', text: `carried out on ${where} with the rows that the start came with` },
            ],
          } as const,
        ]
      : []),
    ...(planned.questions.length > 0
      ? [
          {
            id: 'renames',
            kind: 'change',
            says: 'Nothing is dropped that was only renamed.',
            verdict: 'not-proven',
            because: `${plural(planned.questions.length, 'object')} may have been renamed; as it stands, the plan drops and makes.`,
            evidence: [],
          } as const,
        ]
      : []),
  ];
}

function wayBackClaim(way: Tried, where: string): Claim {
  const { back } = way;
  const proven = leadsBack(way);
  const [first] = back?.left.filter(isReal) ?? [];
  return {
    id: 'way-back',
    kind: 'change',
    says: 'The way back leads to the structure of the start.',
    verdict: proven ? 'proven' : 'not-proven',
    because: proven
      ? 'It was carried out, and the witness finds the start again.'
      : back?.failed
        ? back.failed.message
        : first
          ? `${first.path}: ${first.fact} differs afterwards.`
          : 'It was not carried out.',
    evidence: proven
      ? [{ basis: 'measured', text: `carried out on ${where}; what rows lose is another question` }]
      : [],
  };
}

function nextOf({ planned, way }: PlanOutcome, { call, folder }: PlanReportOptions): readonly Next[] {
  return [
    ...planned.questions.flatMap(({ from, to }): readonly Next[] => [
      {
        command: `${call} --rename '${from}=${to}'`,
        why: `${to} is ${from} under a new name: nothing is lost`,
      },
      { command: `${call} --rename '${from}=no'`, why: `${from} is really meant to go` },
    ]),
    ...(way === undefined
      ? []
      : folder === undefined
        ? [
            {
              command: `${call} --out changes`,
              why: 'the change as a folder, for `dbd rehearse` and `dbd migrate`',
            },
          ]
        : [
            { command: `dbd rehearse ${folder}`, why: 'locks, stalls and losses on a twin with rows' },
            { command: `dbd preflight ${folder} --database "$DATABASE_URL"`, why: 'what the real rows say' },
          ]),
  ];
}
