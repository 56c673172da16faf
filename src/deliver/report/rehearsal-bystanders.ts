/** Blocks of a rehearsal that tell who was there beside the change: holders, a standby, and what each statement did to them. */
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell, Fact, Finding } from '../../report/model.ts';
import type { Holder, StandbyFacts, StatementWait, UnderLoad } from '../../rehearse/model.ts';
import { firstLine } from './rehearsal-blocks.ts';

/** Who waited for which statement, how often it tried, and how sure it could be of its locks; nothing where no statement held anybody up. */
export function waitBlocks(underLoad: UnderLoad | undefined): readonly Block[] {
  const told = (underLoad?.waits ?? []).filter(
    (wait) => !wait.granted || wait.calls > 0 || wait.failed > 0 || wait.chance !== undefined,
  );
  if (!underLoad || told.length === 0) return [];
  const derived = told.flatMap(({ holder }) => holder ?? [])[0];
  return [
    {
      id: 'waits',
      title: 'Who waited for which statement',
      kind: 'table',
      columns: [
        column('statement', 'code'),
        column('stall × tries', 'right'),
        column('calls held up', 'right'),
        column('they waited', 'right'),
        column('failed', 'right'),
        column('locks granted', 'right'),
        column('chance of one try, derived', 'right'),
      ],
      rows: told.map(waitRow),
      note: [
        `Beside the load: ${holdersOf(underLoad.holders)}.`,
        'A call counts as held up when it took longer than any of its kind did without the change.',
        ...(derived
          ? [
              `The chance is derived: a try that begins at a random moment of the stay of the ${derived.kind} gets its lock if that leaves within the limit; also for statements that came when it was gone.`,
            ]
          : []),
      ].join(' '),
    },
  ];
}

function waitRow(wait: StatementWait): readonly Cell[] {
  return [
    firstLine(wait.sql),
    `${wait.calls > 0 ? formatMs(wait.worstMs) : '–'} × ${wait.attempts}`,
    wait.calls,
    wait.calls > 0 ? formatMs(wait.waitedMs) : '–',
    { text: String(wait.failed), tone: wait.failed > 0 ? 'bad' : 'plain' },
    { text: `${wait.granted ? 1 : 0} of ${wait.attempts}`, tone: wait.granted ? 'plain' : 'bad' },
    wait.chance === undefined
      ? 'nobody held it'
      : wait.limitMs === undefined
        ? 'waits without a limit'
        : `${Math.round(wait.chance * 100)} % within ${formatMs(wait.limitMs)}`,
  ];
}

function holdersOf(holders: readonly Holder[]): string {
  if (holders.length === 0) return 'no other transaction was open';
  return holders
    .map(
      (holder) =>
        `one ${holder.kind} of ${formatMs(holder.ms)} (${holder.mode} on ${holder.tables.join(', ')})`,
    )
    .join(', ');
}

/** What became of the standby and its readers; why there was none, where one was asked for. */
export function standbyBlocks(underLoad: UnderLoad | undefined): readonly Block[] {
  const standby = underLoad?.standby;
  if (!standby) return [];
  const head = { id: 'standby', title: 'A streaming standby and its readers' };
  if (standby.kind === 'none')
    return [{ ...head, kind: 'text', text: `There was none: ${standby.because}.` }];
  const lagged = (underLoad.waits ?? []).filter((wait) => (wait.lagMs ?? 0) > standby.sampleMs);
  return [
    { ...head, kind: 'facts', facts: standbyFacts(standby) },
    ...(lagged.length === 0
      ? []
      : [
          {
            id: 'lag',
            title: 'How far the standby fell behind',
            kind: 'table' as const,
            columns: [column('statement', 'code'), column('log', 'right'), column('time', 'right')],
            rows: lagged.map((wait): readonly Cell[] => [
              firstLine(wait.sql),
              formatBytes(wait.lagBytes ?? 0),
              formatMs(wait.lagMs ?? 0),
            ]),
            note: `Looked at every ${formatMs(standby.sampleMs)} while each statement ran; hot_standby_feedback off, readers are cancelled once they hold replay up for ${formatMs(standby.delayMs)} (30 s where nothing else is set: fewer are cancelled then, and it falls farther behind).`,
          },
        ]),
  ];
}

function standbyFacts(standby: StandbyFacts): readonly Fact[] {
  const fact = (label: string, value: string, tone?: Fact['tone']): Fact => ({
    label,
    value,
    basis: 'measured',
    ...(tone ? { tone } : {}),
  });
  const causes = Object.entries(standby.conflicts).filter(([, count]) => count > 0);
  const cancelled = standby.cancelledCalls + standby.cancelledReaders;
  return [
    fact(
      'queries cancelled',
      `${plural(cancelled, 'query', 'queries')} of ${formatCount(standby.calls + standby.longReaders)}`,
      cancelled > 0 ? 'bad' : 'good',
    ),
    fact(
      'cancelled, by cause',
      causes.length === 0 ? 'none' : causes.map(([cause, count]) => `${cause} ${count}`).join(', '),
    ),
    fact('cancelled before the change', String(standby.conflictsBefore)),
    fact('farthest behind', `${formatBytes(standby.lagBytes)}, ${formatMs(standby.lagMs)}`),
    fact('log kept for it', formatBytes(standby.retainedBytes)),
    fact(
      'caught up',
      standby.caughtUpMs === undefined
        ? 'not within 15 s'
        : `${formatMs(standby.caughtUpMs)} after the change`,
      standby.caughtUpMs === undefined ? 'bad' : 'plain',
    ),
  ];
}

/** Queries on the standby that the change cancelled. */
export function standbyFindings(underLoad: UnderLoad | undefined): readonly Finding[] {
  const standby = underLoad?.standby;
  if (standby?.kind !== 'followed') return [];
  const cancelled = standby.cancelledCalls + standby.cancelledReaders;
  if (cancelled <= standby.conflictsBefore || cancelled === 0) return [];
  const causes = Object.entries(standby.conflicts).filter(([, count]) => count > 0);
  return [
    {
      rule: 'standby-queries-cancelled',
      severity: 'warning',
      place: 'standby',
      message: `${plural(cancelled, 'query', 'queries')} of the standby ${cancelled === 1 ? 'was' : 'were'} cancelled${causes.length > 0 ? ` (${causes.map(([cause, count]) => `${cause} ${count}`).join(', ')})` : ''}: replay waited ${formatMs(standby.delayMs)} for them.`,
      why: 'A lock that keeps readers out is replayed on every standby, and its readers are in the way there too.',
      instead:
        'Run it while no long query runs on the standby, or let long queries read a standby that may fall behind.',
    },
  ];
}
