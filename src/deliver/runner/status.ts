/** The story of `dbd status`. */
import { formatCount } from '../../base/units.ts';
import { column, report } from '../../report/build.ts';
import type { Block, Cell, Finding, Next, Report } from '../../report/model.ts';
import type { ChangeStatus, Problem } from '../../runner/model.ts';
import { statusOf, type Status } from '../../runner/status.ts';
import { holderText } from '../../runner/lock.ts';
import { call, called, type StoryOptions } from './story.ts';

/** Says what has run, what is half done and what waits; writes nothing. */
export async function statusStory(options: StoryOptions): Promise<Report> {
  const started = performance.now();
  const status = await statusOf(options);
  const { situation, problems, holder } = status;
  const count = (state: ChangeStatus['state']): number =>
    situation.changes.filter((one) => one.state === state).length;
  const half = situation.changes.filter(({ state }) => state === 'partly' || state === 'reversing');
  const parts = [
    `${count('done') + count('baseline')} done`,
    ...(half.length > 0 ? [`${half.length} half done (${half.map(({ id }) => id).join(', ')})`] : []),
    `${count('pending')} open`,
  ];
  return report({
    command: 'status',
    title: `Changes on ${called(options.target)}`,
    headline: `${called(options.target)}: ${parts.join(', ')}${problems.length > 0 ? `; ${problems[0]!.text}` : '.'}`,
    started,
    verdict: problems.length > 0 ? 'failed' : 'proven',
    server: status.server,
    findings: problems.map(finding),
    blocks: [changesBlock(status), ...halfBlock(status), ...progressBlock(status)],
    limits: [...status.said, ...(holder ? [`A runner is at work now: ${holderText(holder)}.`] : [])],
    next: nextOf(options, status),
    output: {
      changes: situation.changes.map(({ id, state, phasesDone, steps, last }) => ({
        id,
        state,
        phasesDone,
        steps: steps.map(({ phase, step, state: one }) => ({ phase, step, state: one })),
        ...(last ? { at: last.at, by: last.role } : {}),
      })),
      problems,
      ...(holder ? { holder } : {}),
    },
  });
}

/** A problem as a finding of the report. */
export function finding({ kind, change, text, next }: Problem): Finding {
  return { rule: `change-${kind}`, severity: 'error', place: change, message: text, instead: next };
}

function changesBlock({ situation }: Status): Block {
  return {
    id: 'changes',
    title: 'Changes',
    kind: 'table',
    columns: [
      column('change'),
      column('state'),
      column('steps', 'right'),
      column('phases done'),
      column('when'),
      column('by'),
    ],
    rows: situation.changes.map(({ id, state, steps, phasesDone, last }): readonly Cell[] => [
      id,
      {
        text: state,
        tone: state === 'done' || state === 'baseline' ? 'good' : state === 'pending' ? 'plain' : 'bad',
      },
      `${steps.filter((one) => one.state === 'done').length} of ${steps.length}`,
      phasesDone.join(', '),
      last?.at ?? '',
      last?.role ?? '',
    ]),
  };
}

/** Where a half change stands, step by step. */
function halfBlock({ situation }: Status): readonly Block[] {
  const rows = situation.changes
    .filter(({ state }) => state === 'partly' || state === 'reversing')
    .flatMap(({ id, steps }) =>
      steps
        .filter(({ state }) => state !== 'done')
        .map(({ phase, step, state, last }): readonly Cell[] => [
          id,
          `${phase} ${step}`,
          { text: state, tone: state === 'open' ? 'plain' : 'bad' },
          last?.at ?? '',
          last?.note?.slice(0, 160) ?? '',
        ]),
    );
  if (rows.length === 0) return [];
  return [
    {
      id: 'half',
      title: 'Steps that are not done',
      kind: 'table',
      columns: [column('change'), column('step'), column('state'), column('when'), column('what was said')],
      rows,
    },
  ];
}

function progressBlock({ situation }: Status): readonly Block[] {
  const open = situation.progress.filter(({ done }) => !done);
  if (open.length === 0) return [];
  return [
    {
      id: 'progress',
      title: 'Backfills',
      kind: 'table',
      columns: [
        column('change'),
        column('step'),
        column('rows', 'right'),
        column('up to key'),
        column('of'),
        column('at'),
      ],
      rows: open.map(({ change, step, rows, watermark, end, at }) => [
        change,
        step,
        formatCount(rows),
        watermark?.join(', ') ?? '',
        end?.join(', ') ?? '',
        at,
      ]),
    },
  ];
}

function nextOf(options: StoryOptions, { situation, problems }: Status): readonly Next[] {
  if (problems.length > 0) return problems.map(({ next, text }) => ({ command: next, why: text }));
  const intended = situation.changes.find(({ steps }) => steps.some(({ state }) => state === 'intended'));
  if (intended)
    return [
      {
        command: call(options, 'migrate'),
        why: `${intended.id} was cut off; the run looks at what it left and goes on`,
      },
      { command: call(options, 'repair'), why: 'shows what was left, without going on' },
    ];
  const open = situation.changes.some(({ state }) => state === 'pending' || state === 'partly');
  return open
    ? [
        { command: `${call(options, 'migrate')} --dry-run`, why: 'shows what would run' },
        { command: call(options, 'migrate'), why: 'runs what is open' },
      ]
    : [{ command: call(options, 'verify'), why: 'compares history, files and structure' }];
}
