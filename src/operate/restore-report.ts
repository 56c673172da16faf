/** What a restore showed, as a report. */
import { plural } from '../base/text.ts';
import { formatBytes, formatMs } from '../base/units.ts';
import { printName } from '../catalog/identity.ts';
import { column, fact, report } from '../report/build.ts';
import type { Block, Cell, Claim, Report } from '../report/model.ts';
import type { RestoredBackup } from './restore-backup.ts';

export interface RestoreReportOptions {
  readonly folder: string;
  readonly started: number;
  /** Nothing is kept. */
  readonly verify: boolean;
  readonly to?: string;
}

/** Claims of a restore: whole files, a server that came up, readable pages, the same rows. */
export function restoreReport(done: RestoredBackup, options: RestoreReportOptions): Report {
  const { restored, record } = done;
  const claims = claimsOf(done);
  const wrong = claims.filter((claim) => claim.verdict === 'missed');
  const recoveryMs = Math.round(restored.unpackMs + restored.recoverMs);
  const kept = !options.verify && wrong.length === 0;
  return report({
    command: 'restore',
    title: `Restore of ${options.folder}`,
    headline:
      wrong.length > 0
        ? `It starts, but ${wrong[0]!.because}`
        : `Restored: ${formatBytes(restored.bytes)} in ${formatMs(recoveryMs)}${restored.recovered.at ? `, up to the commit of ${restored.recovered.at}` : ''}.`,
    started: options.started,
    server: `${restored.server}, ${restored.provider}`,
    claims,
    blocks: [factsOf(done, options, kept), ...rowsOf(done)],
    limits: [
      ...(restored.compared.length === 0
        ? [
            done.recovery
              ? 'Rows were not compared: they are those of a later time than the backup. Look at them yourself.'
              : 'Rows were not compared: the backup was taken without --fingerprints.',
          ]
        : []),
      ...(record && record.changed.length > 0
        ? [`Not compared, since they changed while the backup was taken: ${record.changed.join(', ')}.`]
        : []),
    ],
    next: kept ? [{ command: `dbd sandbox stop ${restored.id}`, why: 'ends it and removes its data' }] : [],
    output: {
      ...(kept ? { id: restored.id, url: restored.url } : {}),
      recoveryMs,
      bytes: restored.bytes,
      ...restored.recovered,
      ...(options.to === undefined ? {} : { to: options.to }),
    },
  });
}

function claimsOf({ restored }: RestoredBackup): readonly Claim[] {
  const { integrity, compared } = restored;
  const claim = (id: string, says: string, verdict: Claim['verdict'], because: string): Claim => ({
    id,
    kind: 'acceptance',
    says,
    verdict,
    because,
    evidence: [],
  });
  const differing = compared.filter(({ same }) => !same);
  return [
    claim('files', 'Every file is as it was backed up', 'proven', 'All sums match the manifest.'),
    claim(
      'started',
      'The server recovers and takes writes',
      'proven',
      `${restored.server} came up on the restored files, timeline ${restored.recovered.timeline}.`,
    ),
    claim(
      'pages',
      'Every table and index can be read',
      !integrity.tried ? 'not-proven' : integrity.problems.length > 0 ? 'missed' : 'proven',
      !integrity.tried
        ? 'This server lacks the extension that reads them.'
        : integrity.problems.length > 0
          ? `${integrity.problems.slice(0, 5).join('; ')}.`
          : `${plural(integrity.tables, 'table')} and ${plural(integrity.indexes, 'index', 'indexes')} were read whole.`,
    ),
    ...(compared.length === 0
      ? []
      : [
          claim(
            'rows',
            'The rows are those of the backup',
            differing.length > 0 ? 'missed' : 'proven',
            differing.length > 0
              ? `${differing.map(({ table }) => printName(table)).join(', ')} ${differing.length === 1 ? 'has' : 'have'} other rows.`
              : `${plural(compared.length, 'table')} compared by a hash over all rows.`,
          ),
        ]),
  ];
}

function factsOf(
  { restored, segments, recovery }: RestoredBackup,
  { to }: RestoreReportOptions,
  kept: boolean,
): Block {
  const { recovered } = restored;
  return {
    id: 'restored',
    title: 'Restored',
    kind: 'facts',
    facts: [
      ...(kept ? [fact('url', restored.url, 'measured'), fact('id', restored.id, 'measured')] : []),
      fact('unpacked and checked', formatMs(restored.unpackMs), 'measured'),
      fact('started and replayed', formatMs(restored.recoverMs), 'measured'),
      fact('looked at', formatMs(restored.checkMs), 'measured'),
      fact(
        'log',
        recovery
          ? 'archived segments, and those of the backup'
          : plural(segments, 'segment of the backup', 'segments of the backup'),
        'measured',
      ),
      ...(recovered.lsn === undefined ? [] : [fact('replayed to', recovered.lsn, 'measured')]),
      ...(recovered.at === undefined ? [] : [fact('last commit', recovered.at, 'measured')]),
      ...(to === undefined
        ? []
        : [fact('data folder', `${to}; start it with pg_ctl -D, as the account that owns it`, 'measured')]),
    ],
  };
}

function rowsOf({ restored }: RestoredBackup): readonly Block[] {
  if (restored.compared.length === 0) return [];
  return [
    {
      id: 'rows',
      title: 'Rows',
      kind: 'table',
      columns: [
        column('table'),
        column('backed up', 'right'),
        column('restored', 'right'),
        column('contents'),
      ],
      rows: restored.compared.map(({ table, expected, found, same }): readonly Cell[] => [
        printName(table),
        expected,
        found ?? 'missing',
        { text: same ? 'the same' : 'differ', tone: same ? 'good' : 'bad' },
      ]),
    },
  ];
}
