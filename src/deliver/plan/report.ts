/** A plan as a report: what was shown of it, its steps, and its SQL. */
import { plural } from '../../base/text.ts';
import { printName } from '../../catalog/identity.ts';
import { changeFiles } from '../../change/files.ts';
import type { Change, Step } from '../../change/model.ts';
import type { StatementFacts } from '../../engine/model.ts';
import { column, fact, report, type Draft } from '../../report/build.ts';
import type { Block, Cell, Claim, Finding, Next, Report } from '../../report/model.ts';
import type { PlanOutcome, Tried } from './model.ts';
import { isReal, leadsBack } from './plan.ts';

export interface PlanReportOptions {
  readonly started: number;
  /** The call without answers about renames, to be repeated with them. */
  readonly call: string;
  /** The SQL alone is wanted. */
  readonly sql: boolean;
  /** Folder that the files were written to. */
  readonly folder?: string;
  readonly limits: readonly string[];
}

/** Differences that are named one by one. */
const told = 50;

/** The report of a plan; without a way that converged there is no SQL in it. */
export function planReport(outcome: PlanOutcome, options: PlanReportOptions): Report {
  const { sides, planned, way, refused } = outcome;
  const { sandbox } = sides.from;
  const claims = claimsOf(outcome);
  const text = way ? planSql(way.change) : '';
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

/** The statements of a change as one text, `-- dbd:boundary` between transactions. */
export function planSql(change: Change): string {
  return changeFiles(change)
    .filter(({ path }) => path.startsWith('up/'))
    .map(({ sql }) => sql)
    .join('\n');
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
          : `A witness that shares nothing with the plan finds both alike${order.length > 0 ? `; order differs in ${order.join(', ')}` : ''}.`,
      evidence: [
        {
          basis: 'measured',
          text: `carried out on ${where}, every row of the system catalogs compared`,
        },
      ],
    },
    ...(way ? [wayBackClaim(way, where)] : []),
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

function findingsOf(outcome: PlanOutcome): readonly Finding[] {
  const { way, refused, planned, short, others } = outcome;
  const steps = way?.change.phases.flatMap((phase) => phase.steps) ?? [];
  return [
    ...refused.slice(0, told).map(({ path, why }): Finding => ({
      rule: 'not-planned',
      severity: 'error',
      place: path,
      message: `${why}.`,
    })),
    ...planned.questions.map(({ kind, from, to }): Finding => ({
      rule: 'rename-or-drop',
      severity: 'warning',
      place: `${kind} ${from}`,
      message: `${from} goes and ${to} comes: is that a rename?`,
      why: 'As it stands, the plan drops the one with what it holds and makes the other.',
      instead: `--rename '${from}=${to}' or --rename '${from}=no'`,
    })),
    ...steps.flatMap((step): readonly Finding[] =>
      step.destructive === undefined
        ? []
        : [
            {
              rule: 'loses',
              severity: 'warning',
              place: `step ${step.id}`,
              message: step.destructive.replace(/\.?$/, '.'),
              why: 'No way back brings it again.',
            },
          ],
    ),
    ...orderOf(outcome).map((place): Finding => ({
      rule: 'order-differs',
      severity: 'warning',
      place,
      message: 'Its columns stand in another order than wanted.',
      why: 'PostgreSQL adds columns last; INSERT and COPY without a list of columns depend on the order.',
    })),
    ...(way?.form === 'short' && (short.length > 0 || others.length > 0)
      ? [
          {
            rule: 'no-online-form',
            severity: 'warning' as const,
            place: 'the plan',
            message: 'These are plain statements; the application waits for them.',
            why:
              short[0] ??
              others[0]?.failed?.message ??
              'The online form does not lead to the same structure.',
            instead: 'Stop the application meanwhile, or look at what a rehearsal shows.',
          },
        ]
      : []),
  ];
}

/** Objects in which only places of columns differ, at the end or, where nothing is to be done, at the start. */
function orderOf({ way, apart, planned }: PlanOutcome): readonly string[] {
  const left = way?.left ?? (planned.statements.length === 0 ? apart : []);
  return [...new Set(left.filter((one) => !isReal(one)).map(({ path }) => path))];
}

function blocksOf(outcome: PlanOutcome): readonly Block[] {
  const { way, sides, apart } = outcome;
  return [
    {
      id: 'sides',
      title: 'From and to',
      kind: 'facts',
      facts: [
        fact('from', sides.from.source, 'measured'),
        fact('to', sides.to.source, 'measured'),
        fact('facts that differ', String(apart.length), 'measured'),
      ],
    },
    ...(way
      ? [
          {
            id: 'steps',
            title: 'Steps',
            kind: 'table' as const,
            columns: ['', 'phase', 'statement', 'lock', 'for', 'way back'].map((title) =>
              column(title, title === 'statement' ? 'code' : undefined),
            ),
            rows: way.change.phases.flatMap(({ name, steps }) => steps.map((step) => rowOf(name, step))),
            note: 'Locks are looked up in a table of measured statements; `dbd rehearse` measures them on a twin.',
          },
          {
            id: 'files',
            title: 'SQL',
            kind: 'sql' as const,
            files: changeFiles(way.change).map(({ path, sql }) => ({ path, sql })),
          },
        ]
      : []),
  ];
}

function rowOf(phase: string, step: Step): readonly Cell[] {
  return [
    step.id,
    phase,
    brief(step.sql),
    lockOf(step.facts),
    durationOf(step.facts),
    step.undo === null
      ? { text: 'none', tone: 'bad' }
      : step.undo === undefined
        ? 'unknown'
        : step.undo === ''
          ? 'with the others'
          : 'own',
  ];
}

function lockOf(facts: StatementFacts | undefined): string {
  if (facts === undefined || facts.known.length === 0) return 'not known';
  return facts.locks.length === 0
    ? 'none'
    : facts.locks.map(({ relation, mode }) => `${mode} on ${printName(relation)}`).join(', ');
}

function durationOf(facts: StatementFacts | undefined): Cell {
  if (facts === undefined || facts.known.length === 0) return 'not known';
  return facts.lasts === 'size of the table' && facts.blocks !== 'nobody' && facts.blocks !== 'schema changes'
    ? { text: `as long as the table is large: ${facts.blocks} wait`, tone: 'bad' }
    : facts.lasts === 'moment'
      ? 'a moment'
      : `${facts.lasts}; ${facts.blocks === 'nobody' ? 'nobody waits' : `${facts.blocks} wait`}`;
}

function brief(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
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
