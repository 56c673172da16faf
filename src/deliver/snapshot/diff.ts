/** Two snapshots of a database side by side: what changed, and what it may cost. */
import { printName, printPart } from '../../catalog/identity.ts';
import { plural } from '../../base/text.ts';
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import type { Snapshot } from '../../engine/model.ts';
import { fact, report } from '../../report/build.ts';
import type { Block, Cell, Finding, Report } from '../../report/model.ts';
import { compareSnapshots, type SnapshotDiff } from '../../snapshot/diff/diff.ts';
import type { StatementChange, StatementSpan } from '../../snapshot/diff/workload.ts';
import { block } from './blocks.ts';
import { perDay } from './words.ts';

export interface NamedSnapshot {
  readonly snapshot: Snapshot;
  readonly file: string;
}

/** Compares two snapshots; given the younger one first, they are turned, and the report says so. */
export function diffSnapshots(first: NamedSnapshot, second: NamedSnapshot): Report {
  const started = performance.now();
  const turned = Date.parse(first.snapshot.takenAt) > Date.parse(second.snapshot.takenAt);
  const [before, after] = turned ? [second, first] : [first, second];
  const diff = compareSnapshots(before.snapshot, after.snapshot);
  const { structure, sizes, statistics, indexes, workload, settings, roles } = diff;
  const grown = sizes.reduce((sum, one) => sum + one.bytesAfter - one.bytesBefore, 0);
  const parts = [
    ...(structure.length > 0 ? [plural(structure.length, 'difference') + ' of structure'] : []),
    ...(grown === 0 ? [] : [`${formatBytes(Math.abs(grown))} ${grown > 0 ? 'more' : 'less'}`]),
    ...(statistics.length > 0 ? [`statistics of ${plural(statistics.length, 'column')} moved`] : []),
    ...(workload.slower.length > 0 ? [`${plural(workload.slower.length, 'statement')} slower`] : []),
    ...(settings.length > 0 ? [plural(settings.length, 'setting') + ' changed'] : []),
  ];
  return report({
    command: 'snapshot diff',
    title: `${before.file} → ${after.file}`,
    started,
    headline: `${spanOf(diff.days)}: ${parts.length > 0 ? parts.join(', ') : 'nothing that plans or loads follow'}.`,
    findings: findingsOf(diff),
    blocks: [
      {
        id: 'snapshots',
        title: 'Snapshots',
        kind: 'facts',
        facts: [
          ...[before, after].map(({ file, snapshot }, at) =>
            fact(
              at === 0 ? 'before' : 'after',
              `${file}, ${snapshot.takenAt}, ${snapshot.source.version}`,
              'measured',
            ),
          ),
          fact('counters of tables', diff.counters.tables, 'derived'),
          fact('counters of statements', diff.counters.workload, 'derived'),
        ],
      },
      ...block(
        'structure',
        'Structure',
        ['what', 'before', 'after'],
        structure.map((one) => [one.path, one.before ?? '', one.after ?? '']),
      ),
      ...block(
        'sizes',
        'Tables that grew or shrank',
        ['table', 'rows>', 'was>', 'size>', 'was>', 'rows/day>'],
        sizes.map((one) => [
          printName(one),
          one.rowsAfter === undefined ? '' : formatCount(one.rowsAfter),
          one.rowsBefore === undefined ? '' : formatCount(one.rowsBefore),
          formatBytes(one.bytesAfter),
          formatBytes(one.bytesBefore),
          one.rowsAfter === undefined || one.rowsBefore === undefined || diff.days <= 0
            ? ''
            : perDay((one.rowsAfter - one.rowsBefore) / diff.days),
        ]),
      ),
      ...block(
        'statistics',
        'Statistics that moved',
        ['column', 'what', 'before', 'after'],
        statistics.flatMap((one) =>
          one.moved.map(({ what, before: was, after: is }) => [
            `${printName({ schema: one.schema, name: one.relation })}.${printPart(one.column)}`,
            what,
            was,
            is,
          ]),
        ),
      ),
      ...block(
        'indexes',
        'Indexes',
        ['index', 'what', 'size>'],
        [
          ...indexes.added.map((one): readonly Cell[] => [printName(one), 'new', '']),
          ...indexes.gone.map((one): readonly Cell[] => [printName(one), 'gone', '']),
          ...indexes.unused.map((one): readonly Cell[] => [
            printName(one),
            { text: 'not used in between', tone: 'bad' },
            formatBytes(one.bytes),
          ]),
        ],
      ),
      ...statements('slower', 'Slower statements', workload.slower),
      ...statements('faster', 'Faster statements', workload.faster),
      ...statements('more-often', 'Statements that run more often', workload.moreOften),
      ...statements('less-often', 'Statements that run less often', workload.lessOften),
      ...statements('new', 'New statements', workload.added),
      ...statements('gone', 'Statements that did not run any more', workload.gone),
      ...block(
        'settings',
        'Settings',
        ['setting', 'before', 'after'],
        settings.map((one) => [one.name, one.before ?? 'not set', one.after ?? 'not set']),
      ),
      ...block(
        'roles',
        'Roles',
        ['role', 'before', 'after'],
        roles.map((one) => [one.name, one.before ?? 'not there', one.after ?? 'gone']),
      ),
    ],
    limits: [
      ...(turned ? [`${first.file} is the younger one, so they were compared the other way round.`] : []),
      ...diff.limits,
    ],
    output: { before: before.file, after: after.file, ...diff },
  });
}

function findingsOf({ workload, indexes, days }: SnapshotDiff): readonly Finding[] {
  const [worst] = workload.slower;
  const unused = indexes.unused.reduce((sum, one) => sum + one.bytes, 0);
  return [
    ...(worst
      ? [
          {
            rule: 'statement-slower',
            severity: 'warning' as const,
            place: worst.sql.slice(0, 80),
            message: `${plural(workload.slower.length, 'statement')} became slower, this one from ${meanOf(worst.before)} to ${meanOf(worst.after)} a call.`,
          },
        ]
      : []),
    ...(indexes.unused.length > 0 && days >= 1
      ? [
          {
            rule: 'index-not-used',
            severity: 'info' as const,
            place: printName(indexes.unused[0]!),
            message: `${plural(indexes.unused.length, 'index was', 'indexes were')} not scanned in ${spanOf(days)}; together ${formatBytes(unused)}.`,
            why: 'Only this server was counted: standbys count by themselves, and a yearly report scans once a year.',
          },
        ]
      : []),
  ];
}

function statements(id: string, title: string, changes: readonly StatementChange[]): readonly Block[] {
  return block(
    id,
    title,
    ['statement', 'mean>', 'was>', 'calls/h>', 'was>'],
    changes.map((one) => [
      one.sql,
      meanOf(one.after),
      meanOf(one.before),
      rateOf(one.after),
      rateOf(one.before),
    ]),
  );
}

function meanOf(span: StatementSpan | undefined): string {
  return span?.meanMs === undefined ? '' : formatMs(span.meanMs);
}

function rateOf(span: StatementSpan | undefined): string {
  return span?.callsPerHour === undefined ? '' : formatCount(Number(span.callsPerHour.toPrecision(3)));
}

function spanOf(days: number): string {
  const hours = days * 24;
  const minutes = Math.round(hours * 60);
  if (minutes < 1) return 'Within a minute';
  if (days >= 2) return `In ${plural(Math.round(days), 'day')}`;
  return `In ${hours >= 2 ? plural(Math.round(hours), 'hour') : plural(minutes, 'minute')}`;
}
