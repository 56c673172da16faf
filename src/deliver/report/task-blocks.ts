/** Blocks of a task's report: figures, choices, SQL, queries, indexes, volumes and files. */
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { ChangeFile } from '../../change/model.ts';
import { column, fact } from '../../report/build.ts';
import type { Block, Cell, Fact } from '../../report/model.ts';
import { citedBlocks } from '../current/cited-fidelity.ts';
import type { Outcome } from '../model.ts';
import { capturedBlocks, loadBlock, lockBlock, roundTripBlock, totalWal } from './rehearsal-blocks.ts';
import { compatibilityBlock } from './rehearsal-queries.ts';
import { rowsByTable, rowsOf } from '../twin/twin.ts';

/** All blocks in reading order; `listed` are the folder's files. */
export function blocksOf(
  outcome: Outcome,
  files: readonly ChangeFile[],
  diagram: { svg: string; mermaid: string },
  listed: readonly { readonly path: string; readonly what?: string }[],
  more: readonly Block[],
): readonly Block[] {
  const { rehearsal, planned, tuned, workload } = outcome;
  const { design } = planned;
  return [
    { id: 'facts', title: 'In figures', kind: 'facts', facts: factsOf(outcome) },
    { id: 'diagram', title: 'What changes', kind: 'diagram', ...diagram },
    ...(design.choices.length > 0
      ? [
          {
            id: 'choices',
            title: 'Why it looks like this',
            kind: 'table' as const,
            columns: [column('about'), column('chosen'), column('because'), column('serves')],
            rows: design.choices.map((choice) => [
              choice.about,
              choice.chosen,
              choice.because,
              choice.claims.join(', '),
            ]),
          },
        ]
      : []),
    {
      id: 'sql',
      title: 'The change',
      kind: 'sql',
      files: files.map((file) => ({ path: file.path, sql: file.sql })),
    },
    lockBlock(rehearsal.statements, rehearsal.underLoad),
    ...(rehearsal.underLoad ? [loadBlock(rehearsal.underLoad), ...capturedBlocks(workload)] : []),
    ...citedBlocks(outcome.cited),
    ...(rehearsal.roundTrip ? [roundTripBlock(rehearsal.roundTrip)] : []),
    ...(rehearsal.compatibility.length > 0 ? [compatibilityBlock(rehearsal.compatibility)] : []),
    ...queryBlocks(outcome),
    ...(tuned.kept.length + tuned.rejected.length > 0 ? [indexBlock(outcome)] : []),
    volumeBlock(outcome),
    ...more,
    {
      id: 'files',
      title: 'In the folder',
      kind: 'files',
      files: listed.map(({ path, what }) => ({ path, what: what ?? whatIs(path) })),
    },
  ];
}

function queryBlocks({ access, tuned, task }: Outcome): readonly Block[] {
  if (access.length === 0) return [];
  const units = new Set(
    task.requirements.access.flatMap((one) => (one.transaction === undefined ? [] : [one.id])),
  );
  const targets = new Map(task.requirements.access.map((pattern) => [pattern.id, pattern.p95]));
  return [
    ...(tuned.queries.length === 0
      ? []
      : [
          {
            id: 'before-after',
            title: 'Queries before and after the chosen indexes',
            kind: 'bars' as const,
            unit: 'ms' as const,
            bars: tuned.queries.map((query) => {
              const target = targets.get(query.claim.split(',')[0]!);
              return {
                label: query.claim,
                before: query.beforeMs,
                after: query.afterMs,
                ...(target === undefined ? {} : { target }),
              };
            }),
            note: 'Calls one after the other, on the twin: the mean over the sets of values of the best run of each. The verdicts below rest on other calls.',
          },
        ]),
    {
      id: 'queries',
      title: 'Access patterns',
      kind: 'table',
      columns: [
        column('pattern'),
        column('p95', 'right'),
        column('interval', 'right'),
        column('target', 'right'),
        column('basis'),
        column('rows measured', 'right'),
        column('rows declared', 'right'),
        column('samples', 'right'),
        column('plan'),
      ],
      rows: access.map((result): readonly Cell[] => [
        result.claim,
        {
          text: result.p95 === undefined ? '–' : formatMs(result.p95),
          tone: result.verdict === 'missed' ? 'bad' : result.verdict === 'proven' ? 'good' : 'plain',
        },
        result.low === undefined || result.high === undefined
          ? '–'
          : `${formatMs(result.low)} – ${formatMs(result.high)}`,
        result.target === undefined ? '–' : formatMs(result.target),
        result.basis,
        formatCount(result.atRows),
        formatCount(result.declaredRows),
        result.n,
        result.plan.slice(0, 3).join(units.has(result.claim) ? '; ' : ' ← '),
      ]),
      note: 'Only where the basis is measured was the p95 seen at the declared rows; elsewhere it was carried there from the rows measured on the twin, and the interval is that of the calculation.',
    },
  ];
}

function indexBlock({ tuned }: Outcome): Block {
  const rows = [
    ...tuned.kept.map((index) => ({ index, kept: true })),
    ...tuned.rejected.map((index) => ({ index, kept: false })),
  ];
  return {
    id: 'indexes',
    title: 'Indexes, built and measured',
    kind: 'table',
    columns: [
      column('index', 'code'),
      column('decision'),
      column('because'),
      column('size on the twin', 'right'),
      column('build on the twin', 'right'),
      column('per row written on the twin', 'right'),
    ],
    rows: rows.map(({ index, kept }): readonly Cell[] => [
      index.sql,
      { text: kept ? 'kept' : 'rejected', tone: kept ? 'good' : 'plain' },
      index.because,
      formatBytes(index.bytes),
      formatMs(index.buildMs),
      index.writeMsPerRow === undefined ? '–' : formatMs(index.writeMsPerRow),
    ]),
    note: 'What is saved and what it costs per day is calculated from the times of the twin for the declared rates and rows, at most ten times its rows; it was not measured there.',
  };
}

function volumeBlock({ volumes, fills, production }: Outcome): Block {
  const day = production?.snapshot.takenAt.slice(0, 10) ?? '';
  // Tables whose structure file brings rows keep those, however many were planned.
  const filled = rowsByTable(fills);
  return {
    id: 'volumes',
    title: 'The twin',
    kind: 'table',
    columns: [
      column('table'),
      column('now', 'right'),
      column('at the horizon', 'right'),
      column('on the twin', 'right'),
      column('basis'),
    ],
    rows: volumes.map((volume): readonly Cell[] => [
      volume.table.name,
      formatCount(volume.now),
      formatCount(volume.horizon),
      formatCount(filled.get(keyOf(volume.table)) ?? volume.rows),
      volume.basis === 'snapshot'
        ? `measured in production on ${day}`
        : volume.claim
          ? `${volume.basis} (${volume.claim})`
          : volume.basis,
    ]),
  };
}

function factsOf({ rehearsal, fills, planned, task }: Outcome): readonly Fact[] {
  const rewrites = rehearsal.statements.flatMap((run) => run.rewrites);
  const load = rehearsal.underLoad;
  const worst = load?.stalls[0];
  const limits = task.requirements.limits.flatMap((one) => one.blockedMs ?? []);
  const limit = limits.length > 0 ? Math.min(...limits) : undefined;
  const steps = planned.change.phases.flatMap((phase) => phase.steps);
  return [
    fact('steps', `${steps.length} in ${plural(planned.change.phases.length, 'phase')}`, 'derived'),
    ...(worst
      ? [
          fact(
            'longest wait of an existing query, on the twin',
            formatMs(worst.ms),
            load?.assumed ? 'assumed' : 'measured',
            limit === undefined ? 'plain' : worst.ms > limit ? 'bad' : 'good',
          ),
        ]
      : []),
    fact('tables rewritten', String(rewrites.length), 'measured', rewrites.length > 0 ? 'bad' : 'good'),
    fact('write-ahead log, on the twin', totalWal(rehearsal.statements), 'measured'),
    ...(rehearsal.roundTrip
      ? [
          fact('up, on the twin', formatMs(rehearsal.roundTrip.upMs), 'measured'),
          fact('down, on the twin', formatMs(rehearsal.roundTrip.downMs), 'measured'),
        ]
      : []),
    fact('rows on the twin', formatCount(rowsOf(fills)), 'measured'),
    fact(
      'destructive steps',
      String(steps.filter((step) => step.destructive !== undefined).length),
      'derived',
    ),
  ];
}

function whatIs(path: string): string {
  if (path.startsWith('up/')) return 'the change, for psql';
  if (path.startsWith('down/')) return 'its way back';
  return (
    {
      'diagram.svg': 'changed tables and their neighbours',
      'diagram.mmd': 'the same as Mermaid',
      'dictionary.md': 'data dictionary of the changed tables',
      'task.md': 'the task as it was understood',
      'probes.sql': 'read-only checks for your data',
      'report.html': 'this report, offline',
      'report.md': 'this report for a pull request',
      'report.json': 'this report for machines',
    }[path] ?? ''
  );
}
