/** A drill as blocks of a report. */
import { plural } from '../base/text.ts';
import { formatBytes, formatMs } from '../base/units.ts';
import { printName } from '../catalog/identity.ts';
import { column, fact } from '../report/build.ts';
import type { Block, Cell } from '../report/model.ts';
import type { DrillResult } from './model.ts';

/** Milliseconds from the loss of the server until the first query was answered. */
export function recoveryMs({ unpackMs, recoverMs }: DrillResult): number {
  return unpackMs + recoverMs;
}

/** Bytes a second at which the backup was unpacked and checked. */
export function unpackRate({ bytes, unpackMs }: DrillResult): number {
  return (bytes / Math.max(1, unpackMs)) * 1000;
}

/** What the drill showed, in one sentence. */
export function drillSentence(drilled: DrillResult): string {
  const { tables, acknowledged, problems } = drilled;
  if (problems.length > 0) return `The rehearsed recovery was wrong: ${problems.slice(0, 3).join('; ')}`;
  const rows = tables.reduce((sum, { expected }) => sum + expected, 0);
  return `Proven in the sandbox: after DROP TABLE ${printName(drilled.dropped)} and the loss of the server, all ${plural(tables.length, 'table')} (${rows} rows) came back as they were just before, in ${formatMs(recoveryMs(drilled))} at ${formatBytes(drilled.bytes)}; ${plural(acknowledged.after, 'write')} of after the disaster ${acknowledged.after === 1 ? 'is' : 'are'} lost, of before it none`;
}

/** Figures, timeline and compared tables; `productionBytes` is derived and carries the recovery time along. */
export function drillBlocks(drilled: DrillResult, productionBytes?: number): readonly Block[] {
  const { acknowledged, toTheEnd } = drilled;
  const rate = unpackRate(drilled);
  return [
    {
      id: 'backup',
      title: 'Backup and recovery, rehearsed',
      kind: 'facts',
      facts: [
        fact(
          'cluster',
          `${formatBytes(drilled.bytes)}, ${drilled.files} files, ${drilled.server}`,
          'measured',
        ),
        fact('base backup', `${formatMs(drilled.backupMs)}, every file matches the manifest`, 'measured'),
        fact('archived log', formatBytes(drilled.logBytes), 'measured'),
        fact(
          'recovery time',
          `${formatMs(recoveryMs(drilled))}: unpack and check ${formatMs(drilled.unpackMs)}, start and replay ${formatMs(drilled.recoverMs)}`,
          'measured',
        ),
        fact(
          'writes lost',
          `${acknowledged.after} acknowledged after the target, as was meant; ${acknowledged.beforeMissing} of ${acknowledged.before} from before it`,
          'measured',
          acknowledged.beforeMissing === 0 ? 'good' : 'bad',
        ),
        fact(
          'writes lost with the disk alone',
          `${toTheEnd.missing} of ${toTheEnd.of} acknowledged: the log was streamed; with archiving by file it is what the last file lacks`,
          'measured',
        ),
        fact(
          'pages read',
          drilled.integrity.tried
            ? `${plural(drilled.integrity.tables, 'table')} and ${plural(drilled.integrity.indexes, 'index', 'indexes')}, ${plural(drilled.integrity.problems.length, 'fault')}`
            : 'the server lacks the extension that reads them',
          'measured',
        ),
        ...(productionBytes === undefined
          ? []
          : [
              fact(
                'at the horizon',
                `${formatBytes(productionBytes)} unpack in about ${formatMs((productionBytes / rate) * 1000)} at ${formatBytes(rate)}/s, the rate of many small files on this machine; fetching the backup and replaying its log come on top`,
                'derived',
              ),
            ]),
      ],
    },
    {
      id: 'backup-timeline',
      title: 'The drill, moment by moment',
      kind: 'table',
      columns: [column('at', 'right'), column('what happened')],
      rows: drilled.moments.map(({ at, what }): readonly Cell[] => [formatMs(at), what]),
    },
    {
      id: 'backup-rows',
      title: 'Rows after the recovery',
      kind: 'table',
      columns: [column('table'), column('before', 'right'), column('after', 'right'), column('contents')],
      rows: drilled.tables.map(({ table, expected, found, same }): readonly Cell[] => [
        printName(table),
        expected,
        found ?? 'missing',
        { text: same ? 'the same' : 'differ', tone: same ? 'good' : 'bad' },
      ]),
      note: `Compared by a hash over all columns of all rows. Target: ${drilled.target}.`,
    },
  ];
}
