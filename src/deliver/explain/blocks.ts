/** What was found, as a report: the plan drawn, findings with their fixes, what trying them showed, and other ways. */
import { stringify } from 'yaml';
import { formatCount, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { column, fact, report } from '../../report/build.ts';
import type { Block, Cell, Finding, Next, Report } from '../../report/model.ts';
import type { PlanFinding } from '../../rules/plan/model.ts';
import { alignedBlock } from './aligned.ts';
import { drawPlan, titleOf } from './draw.ts';

import type { Explained, SeenPlan, TriedFix } from './model.ts';
import { headlineOf, titleFor } from './headline.ts';
import type { ExplainOptions } from './options.ts';
import { ordersBlock } from './orders-block.ts';
import { outputOf } from './output.ts';
import { stepsOf } from './strategies.ts';
import { percent } from './tries.ts';

/** Findings that are marked in the tree. */
const marked = 9;
/** Longest text of a statement in the report. */
const widest = 4000;

/** The report; with `yaml` its code is the output as YAML. */
export function reportOf(options: ExplainOptions, explained: Explained, started: number): Report {
  const output = outputOf(explained);
  const findings = explained.findings.map((finding) => findingOf(explained, finding));
  return report({
    command: 'explain',
    title: titleFor(explained),
    headline: headlineOf(explained),
    started,
    // Advice on a plan is no failure of what was asked; a finding that is an error still ends with 1.
    verdict: findings.every(({ severity }) => severity === 'info') ? 'proven' : 'conditions',
    findings: options.yaml ? [] : findings,
    blocks: options.yaml
      ? [
          {
            id: 'yaml',
            title: 'Result',
            kind: 'code',
            language: 'yaml',
            text: stringify(output, { lineWidth: 0 }),
          },
        ]
      : blocksOf(explained),
    next: nextOf(options, explained),
    ...(explained.server === undefined ? {} : { server: explained.server }),
    limits: explained.limits,
    output,
  });
}

function findingOf(explained: Explained, finding: PlanFinding): Finding {
  const key = JSON.stringify(finding.fix);
  const tried = explained.fixes.find(({ fix }) => JSON.stringify(fix) === key);
  const number = explained.findings.indexOf(finding) + 1;
  const stake =
    finding.share >= 0.001
      ? `; at most ${percent(finding.share)} of the ${finding.basis === 'measured' ? 'time' : 'cost'} is at stake`
      : '';
  const sql = tried !== undefined && !['advice', 'rewrite'].includes(finding.fix.kind);
  return {
    rule: finding.rule,
    severity: finding.severity,
    place: `(${number}) ${finding.node}, node ${finding.path}`,
    message: finding.message,
    why: `${evidenceOf(finding)}${stake}`,
    ...(sql ? { fix: tried.shown } : { instead: tried?.shown ?? '' }),
  };
}

function evidenceOf({ evidence }: PlanFinding): string {
  return Object.entries(evidence)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? formatCount(value) : value}`)
    .join(', ');
}

function blocksOf(explained: Explained): readonly Block[] {
  const { plans, ran, compared, sql } = explained;
  const main = (ran ?? plans[0])!;
  const others = plans.filter((one) => one !== main);
  return [
    ...(sql === undefined
      ? []
      : [
          {
            id: 'statement',
            title: 'Statement',
            kind: 'code',
            language: 'sql',
            text: sql.slice(0, widest),
          } as const,
        ]),
    planBlock('plan', `Plan: ${kindOf(main, ran !== undefined)}`, main, marksOf(explained)),
    summary(explained, main),
    ...(compared === undefined ? [] : [alignedBlock('compared', 'Before and after', compared.aligned)]),
    ...otherPlans(main, others),
    ...triedBlock(explained.fixes),
    ...explained.fixes.flatMap(({ aligned, shown, verdict }, i) =>
      aligned === undefined || verdict !== 'helps'
        ? []
        : [alignedBlock(`fix-${i + 1}`, `Plan with ${shown.split(';')[0]!}`, aligned)],
    ),
    ...strategiesBlock(explained),
    ...ordersBlock(explained),
  ];
}

function kindOf({ kind, values, sets }: SeenPlan, isRun: boolean): string {
  const with_ =
    values.length === 0
      ? ''
      : ` with ${values.map((value) => (value === null ? 'NULL' : JSON.stringify(value))).join(', ')}`;
  const like = sets === undefined ? '' : `, as ${sets.like} of ${sets.of} sets of values`;
  const words: Readonly<Record<SeenPlan['kind'], string>> = {
    given: isRun ? 'run' : 'as given',
    twin: 'as the twin plans it',
    common: isRun ? 'run on rows' : 'common values',
    skewed: 'skewed values',
    generic: 'for all values (generic)',
  };
  return `${words[kind]}${with_}${like}`;
}

function planBlock(id: string, title: string, { plan }: SeenPlan, marks: ReadonlyMap<string, string>): Block {
  return { id, title, kind: 'code', language: 'text', text: drawPlan(plan, marks) };
}

function marksOf({ findings }: Explained): ReadonlyMap<string, string> {
  const marks = new Map<string, string>();
  for (const [i, { path }] of findings.slice(0, marked).entries())
    marks.set(path, `${marks.get(path) ?? '◄'} (${i + 1})`);
  return marks;
}

function summary({ plans, from, ranOn }: Explained, { plan }: SeenPlan): Block {
  const time = (label: string, ms: number | undefined): readonly ReturnType<typeof fact>[] =>
    ms === undefined ? [] : [fact(label, formatMs(ms), 'measured')];
  return {
    id: 'figures',
    title: 'Figures',
    kind: 'facts',
    facts: [
      fact('from', from, 'measured'),
      ...(ranOn === undefined ? [] : [fact('run on', ranOn, 'measured')]),
      ...(plans.length > 1 ? [fact('plans', String(plans.length), 'measured')] : []),
      fact('cost', formatCount(Math.round(plan.root.totalCost)), 'derived'),
      ...time('planning', plan.planningMs),
      ...time('execution', plan.executionMs),
      ...plan.triggers.map(({ name, ms, calls }) =>
        fact(`trigger ${name}`, `${formatMs(ms)} in ${plural(calls, 'call')}`, 'measured'),
      ),
      ...(plan.jit === undefined
        ? []
        : [
            fact('JIT', `${formatMs(plan.jit.ms)} for ${plural(plan.jit.functions, 'function')}`, 'measured'),
          ]),
      ...Object.entries(plan.settings).map(([name, value]) => fact(name, value, 'measured')),
      ...(plan.cut ? [fact('cut off', 'the text ends in the middle of the plan', 'measured', 'bad')] : []),
      ...(plan.unknown.length > 0
        ? [
            fact(
              'not known',
              `${plan.unknown.join(', ')}: fields of a newer server, kept as they are`,
              'measured',
            ),
          ]
        : []),
    ],
  };
}

/** The other plans of the statement: drawn where their steps differ, else a line each. */
function otherPlans(main: SeenPlan, others: readonly SeenPlan[]): readonly Block[] {
  if (others.length === 0) return [];
  const seen = new Set([stepsOf(main.plan)]);
  const drawn = others.filter(
    ({ plan }) => !seen.has(stepsOf(plan)) && seen.add(stepsOf(plan)) && plan !== main.plan,
  );
  return [
    {
      id: 'other-plans',
      title: 'Other plans',
      kind: 'table',
      columns: [column('plan'), column('cost', 'right'), column('time', 'right'), column('top step', 'code')],
      rows: others.map((one): readonly Cell[] => [
        kindOf(one, false),
        formatCount(Math.round(one.plan.root.totalCost)),
        one.plan.executionMs === undefined ? '' : formatMs(one.plan.executionMs),
        titleOf(one.plan.root),
      ]),
    },
    ...drawn.map((one, i) => planBlock(`plan-${i + 2}`, `Plan: ${kindOf(one, false)}`, one, new Map())),
  ];
}

function triedBlock(fixes: readonly TriedFix[]): readonly Block[] {
  if (fixes.length === 0) return [];
  return [
    {
      id: 'tried',
      title: 'Fixes that were tried',
      kind: 'table',
      columns: [
        column('fix', 'code'),
        column('verdict'),
        column('cost', 'right'),
        column('time', 'right'),
        column('because'),
      ],
      rows: fixes.map(({ shown, verdict, cost, time, because, assumed, basis }): readonly Cell[] => [
        shown,
        {
          text: `${verdict.replace('-', ' ')}${basis === undefined ? '' : basis === 'measured' ? ', measured' : ', estimated'}`,
          tone: verdict === 'helps' ? 'good' : verdict === 'slower' ? 'bad' : 'plain',
        },
        cost === undefined
          ? ''
          : `${formatCount(Math.round(cost.before))} → ${formatCount(Math.round(cost.after))}`,
        time === undefined ? '' : `${formatMs(time.before.ms)} → ${formatMs(time.after.ms)}`,
        `${because}${assumed.length === 0 ? '' : ` Assumed: ${assumed.join('; ')}.`}`,
      ]),
    },
  ];
}

function strategiesBlock({ strategies, ran, plans }: Explained): readonly Block[] {
  if (strategies.length === 0) return [];
  const main = (ran === undefined ? plans[0] : plans.find(({ kind }) => kind !== 'generic'))!.plan;
  return [
    {
      id: 'strategies',
      title: 'Other strategies',
      kind: 'table',
      columns: [column('way'), column('cost', 'right'), column('time', 'right'), column('steps', 'code')],
      rows: strategies.map(({ says, cost, time, ratio, steps }): readonly Cell[] => [
        says,
        `${formatCount(Math.round(cost))} (${percent(cost / Math.max(main.root.totalCost, 1e-9))})`,
        time === undefined || ratio === undefined
          ? ''
          : {
              text: `${formatMs(time.ms)}, ${ratio.value.toFixed(2)}x`,
              tone: ratio.high < 1 ? 'good' : 'plain',
            },
        steps,
      ]),
      note: strategies.some(({ hint }) => hint !== undefined)
        ? `Hints are a last word, after estimates and indexes: ${strategies.find(({ hint }) => hint !== undefined)!.hint!}`
        : 'What a switch shows is where an estimate is wrong; mend that, not the switch.',
    },
  ];
}

function nextOf({ analyze, source, given }: ExplainOptions, { fixes }: Explained): readonly Next[] {
  const name = /[\s'"]/.test(given) ? 'query.sql' : given;
  if (source === undefined && fixes.length > 0)
    return [{ command: `dbd explain ${name} --snapshot FILE`, why: 'tries the fixes on a twin' }];
  if (source !== undefined && !analyze)
    return [
      {
        command: `dbd explain ${name} ${askedOf(source)} --analyze`,
        why: 'runs it on rows and times every fix in turns',
      },
    ];
  return [];
}

function askedOf(source: NonNullable<ExplainOptions['source']>): string {
  if (source.kind === 'snapshot') return `--snapshot ${source.shown}`;
  return source.kind === 'database' ? '--database $DATABASE_URL' : `--task ${source.task.name ?? 'TASK.md'}`;
}
