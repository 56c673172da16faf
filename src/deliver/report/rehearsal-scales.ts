/** Blocks that tell which figures of a rehearsal carry over to production, and how far. */
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell, Finding } from '../../report/model.ts';
import type { Compared } from '../rehearsal/expected.ts';
import type { StatementRun } from '../../rehearse/model.ts';
import type { ScaledFigure, ScaledStatement, Scales } from '../../rehearse/scales/model.ts';
import { firstLine } from './rehearsal-blocks.ts';

const words: Readonly<Record<ScaledFigure['figure'], string>> = {
  time: 'time',
  log: 'write-ahead log',
  bytes: 'table and indexes before',
};

/** The statements on several sizes, and what follows for production's. */
export function scaleBlocks(scales: Scales | undefined): readonly Block[] {
  if (!scales) return [];
  const head = { id: 'scales', title: 'The same on tables of other sizes' };
  if (scales.statements.length === 0)
    return [
      {
        ...head,
        kind: 'text',
        text: `No other size was measured: ${scales.because ?? 'no statement grew with a table'}.`,
      },
    ];
  return [
    {
      ...head,
      kind: 'table',
      columns: [
        column('statement', 'code'),
        column('figure'),
        column('measured at (rows of the table)'),
        column('grows like (residual)'),
        column('at your size', 'right'),
      ],
      rows: scales.statements.flatMap((statement) =>
        statement.figures
          .filter(({ measured }) => measured.some((value) => value > 0))
          .map((figure, at) => scaleRow(statement, figure, at)),
      ),
      note: [
        `Each size ran ${scales.runs} times, durable, the lower time counts. The server kept ${formatBytes(scales.cacheBytes)} in memory; the largest table of the largest size has ${formatBytes(scales.largestBytes)} with its indexes. The system's own cache was not limited, so no figure is that of a disk.`,
        'Measured: the sizes. Derived: growth and your size; the interval spans both kinds of growth with their residuals.',
        ...(scales.because ? [`Fewer sizes than planned: ${scales.because}.`] : []),
      ].join(' '),
    },
  ];
}

function scaleRow({ sql, rows }: ScaledStatement, figure: ScaledFigure, at: number): readonly Cell[] {
  const show = figure.figure === 'time' ? formatMs : formatBytes;
  return [
    at === 0 ? firstLine(sql) : '',
    words[figure.figure],
    figure.measured.map((value, i) => `${show(value)} (${formatCount(rows[i] ?? 0)})`).join(', '),
    figure.fit
      ? `${figure.fit.shape} (${Math.round(figure.fit.residual * 100)} %)`
      : 'not known: fewer than four sizes',
    figure.there === undefined
      ? 'size not told'
      : figure.there.proven
        ? `${show(figure.there.value)} (${show(figure.there.low)}–${show(figure.there.high)}) at ${formatCount(figure.there.rows)} rows`
        : `not proven: ${show(figure.there.low)}–${show(figure.there.high)} at ${formatCount(figure.there.rows)} rows, more than ten times what was measured`,
  ];
}

/** What of each statement is the same in production, what grows with its tables, and what depends on its surroundings. */
export function classBlock(
  statements: readonly StatementRun[],
  scales: Scales | undefined,
  grows: (run: StatementRun) => boolean,
): Block | undefined {
  const told = statements.filter((run) => run.locks.length > 0 || run.rewrites.length > 0);
  if (told.length === 0) return undefined;
  return {
    id: 'classes',
    title: 'What of this is true of your database too',
    kind: 'table',
    columns: [
      column('statement', 'code'),
      column('the same there'),
      column('grows with the table'),
      column('depends on what goes on there'),
    ],
    rows: told.map((run): readonly Cell[] => [
      firstLine(run.sql),
      [
        run.locks.map((lock) => `${lock.mode} on ${lock.relation}`).join(', '),
        run.rewrites.length > 0 ? `rewrites ${run.rewrites.join(', ')}` : '',
        run.scans.length > 0 ? `reads whole: ${run.scans.join(', ')}` : '',
      ]
        .filter(Boolean)
        .join('; '),
      grows(run) ? growth(run, scales) : 'nothing: a moment',
      run.sampled
        ? 'waits for older transactions and snapshots; disk'
        : grows(run)
          ? 'wait for the lock; disk'
          : 'wait for the lock',
    ]),
    note: 'Locks, rewrites and full reads follow from structure and version. Times grow with rows; waits and disks are those of the hour in which it runs.',
  };
}

function growth(run: StatementRun, scales: Scales | undefined): string {
  const found = scales?.statements.find(({ sql }) => sql === run.sql);
  const time = found?.figures.find(({ figure }) => figure === 'time');
  if (!time) return `time (${formatMs(run.ms)} here)`;
  if (!time.there) return `time and log, like ${time.fit?.shape ?? 'unknown'}`;
  const range = `${formatMs(time.there.low)}–${formatMs(time.there.high)}`;
  return time.there.proven ? `${formatMs(time.there.value)} (${range}) derived` : `${range}: not proven`;
}

/** Where a statement did something else than the table of measured statements says of it. */
export function factsFindings(compared: readonly Compared[]): readonly Finding[] {
  return compared.flatMap(({ run, known, contradictions }) =>
    contradictions.map((message): Finding => ({
      rule: 'facts-contradicted',
      severity: 'warning',
      place: firstLine(run.sql),
      message,
      why: `The table of measured statements (${known.join(', ')}) says otherwise; what was seen here counts.`,
    })),
  );
}
