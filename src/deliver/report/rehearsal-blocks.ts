/** Blocks of a report that tell a rehearsal; the task's and the wrapped command's reports share them. */
import { isOrderOnly } from '../../catalog/difference.ts';
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell, StepRow } from '../../report/model.ts';
import type { RoundTrip, RowCheck, StatementRun, UnderLoad } from '../../rehearse/model.ts';
import type { Workload } from '../../workload/model.ts';

/** Lock table: what each statement did. */
export function lockBlock(statements: readonly StatementRun[], underLoad: UnderLoad | undefined): Block {
  const stalls = worstStallPerStatement(underLoad);
  const steps = statements.map((run): StepRow => {
    const stallMs = stalls.get(run.sql);
    const notes = [
      ...(run.sampled ? ['locks sampled: it runs outside transactions'] : []),
      ...(run.attempts > 1 ? [`${run.attempts} attempts`] : []),
      ...run.skipped,
      ...(run.error ? [`failed: ${run.error.message}`] : []),
    ];
    return {
      sql: run.sql,
      locks: run.locks,
      rewrites: run.rewrites,
      scans: run.scans,
      ms: run.ms,
      walBytes: run.walBytes,
      ...(run.origin ? { phase: run.origin } : {}),
      ...(stallMs === undefined ? {} : { stallMs }),
      ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
    };
  });
  return { id: 'locks', title: 'What each statement did', kind: 'steps', steps };
}

/** Worst stall attributed to each statement's text. */
function worstStallPerStatement(underLoad: UnderLoad | undefined): ReadonlyMap<string, number> {
  const worst = new Map<string, number>();
  for (const stall of underLoad?.statementStalls ?? [])
    if (stall.during) worst.set(stall.during, Math.max(stall.ms, worst.get(stall.during) ?? 0));
  return worst;
}

/** How the running application's queries fared beside the change. */
export function loadBlock(underLoad: UnderLoad): Block {
  const before = new Map(underLoad.baseline.queries.map((query) => [query.name, query]));
  const rows = underLoad.during.queries.map((query): readonly Cell[] => {
    const baseline = before.get(query.name);
    const stall = underLoad.stalls.find((candidate) => candidate.query === query.name);
    const broken = query.failed + query.timedOut;
    return [
      query.name,
      query.scheduled,
      baseline ? formatMs(slowest(baseline.calls)) : '–',
      formatMs(slowest(query.calls)),
      { text: String(query.timedOut), tone: query.timedOut > 0 ? 'bad' : 'plain' },
      { text: String(query.failed), tone: broken > query.timedOut ? 'bad' : 'plain' },
      stall?.during ? firstLine(stall.during) : '–',
    ];
  });
  return {
    id: 'load',
    title: 'The running application meanwhile',
    kind: 'table',
    rows,
    columns: [
      { title: 'query' },
      { title: 'calls', align: 'right' },
      { title: 'longest without', align: 'right' },
      { title: 'longest beside the change', align: 'right' },
      { title: 'timed out', align: 'right' },
      { title: 'failed', align: 'right' },
      { title: 'while', code: true },
    ],
    note: `Open loop: each call is timed from the moment it was due. ${underLoad.readerMs > 0 ? `One long reader was present for ${formatMs(underLoad.readerMs)}.` : 'No long reader was present.'}`,
  };
}

/** Up → down → up, with what was compared. */
export function roundTripBlock(trip: RoundTrip): Block {
  const rows: Cell[][] = [
    ['up', formatMs(trip.upMs), 'ran'],
    [
      'down',
      formatMs(trip.downMs),
      verdictCell(
        trip.afterDown.every(isOrderOnly),
        trip.afterDown.length === 0
          ? 'catalog equals the start'
          : 'catalog equals the start but for the order of columns',
        `${trip.afterDown.length} differences from the start`,
      ),
    ],
    ...(trip.afterSecondUp
      ? [
          [
            'up again',
            '',
            verdictCell(
              trip.afterSecondUp.length === 0,
              'catalog equals the first up',
              `${trip.afterSecondUp.length} differences from the first up`,
            ),
          ],
        ]
      : []),
    ...trip.rows.map((check): Cell[] => [
      check.table,
      '',
      check.lost.length > 0
        ? { text: `${formatCount(check.after)} rows; lost: ${check.lost.join(', ')}`, tone: 'bad' }
        : verdictCell(
            check.equal,
            `${formatCount(check.after)} rows equal`,
            `${formatCount(check.before)} rows before, ${formatCount(check.after)} after: values differ`,
          ),
    ]),
  ];
  const different = [...trip.afterDown, ...(trip.afterSecondUp ?? [])]
    .slice(0, 12)
    .map((item) => `${item.path}: ${item.before ?? 'absent'} → ${item.after ?? 'absent'}`);
  return {
    id: 'round-trip',
    title: 'There and back again',
    kind: 'table',
    rows,
    columns: [{ title: 'step' }, { title: 'time', align: 'right' }, { title: 'what the witness read' }],
    ...(different.length > 0 ? { note: different.join(' · ') } : {}),
  };
}

/** Written amount of all statements together, bytes. */
export function totalWal(statements: readonly StatementRun[]): string {
  return formatBytes(statements.reduce((sum, run) => sum + run.walBytes, 0));
}

function slowest(calls: readonly { readonly ms: number }[]): number {
  return calls.reduce((worst, call) => Math.max(worst, call.ms), 0);
}

function verdictCell(good: boolean, yes: string, no: string): Cell {
  return { text: good ? yes : no, tone: good ? 'good' : 'bad' };
}

/** The first telling line of a statement, at most 80 characters. */
export function firstLine(sql: string): string {
  const line =
    sql.split('\n').find((candidate) => candidate.trim() && !candidate.trim().startsWith('--')) ?? sql;
  return line.trim().length > 80 ? `${line.trim().slice(0, 79)}…` : line.trim();
}

/** Characters of a statement's text that a table shows. */
const shownText = 160;

/** Statements that production counted, by the names that the report calls them. */
export function capturedBlocks(workload: Workload | undefined): readonly Block[] {
  const captured = (workload?.queries ?? []).filter(({ counted }) => counted !== undefined);
  if (captured.length === 0) return [];
  return [
    {
      id: 'captured',
      title: 'Statements of production',
      kind: 'table',
      columns: [column('query'), column('calls per second there', 'right'), column('statement')],
      rows: captured.map(({ name, counted = 0, sql }): readonly Cell[] => {
        const text = sql.replaceAll(/\s+/g, ' ').trim();
        return [
          name,
          String(Number(counted.toPrecision(3))),
          text.length > shownText ? `${text.slice(0, shownText - 1)}…` : text,
        ];
      }),
    },
  ];
}

/** Rows of today's tables before and after the migration. */
export function rowsBlock(rows: readonly RowCheck[]): Block {
  return {
    id: 'rows',
    title: 'Rows of today after the migration',
    kind: 'table',
    columns: [column('table'), column('before', 'right'), column('after', 'right'), column('values')],
    rows: rows.map((check): readonly Cell[] => [
      check.table,
      formatCount(check.before),
      formatCount(check.after),
      check.lost.length > 0
        ? { text: `lost: ${check.lost.join(', ')}`, tone: 'bad' }
        : check.equal
          ? { text: 'equal', tone: 'good' }
          : 'changed',
    ]),
  };
}
