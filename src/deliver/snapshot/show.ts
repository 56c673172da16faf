/** What is inside a snapshot: for whoever has to decide whether it may leave the house, and for whoever works from it. */
import { printName, printPart } from '../../catalog/identity.ts';
import { plural } from '../../base/text.ts';
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import type { Snapshot } from '../../engine/model.ts';
import { fact, report } from '../../report/build.ts';
import type { Block, Fact, Report } from '../../report/model.ts';
import { insideColumns, type InsideColumn } from '../../snapshot/mask/inside.ts';
import { block, maskedBlock } from './blocks.ts';
import { privateFindings, rareFindings } from './findings.ts';
import { gatheredColumns, gatheredIndexes, gatheredTables, rootsOf } from './gathered.ts';
import { knownShare, indexUses, parametersKnown, tableFigures } from './figures.ts';
import { ageOf, oftenOf, perDay, percent } from './words.ts';

export interface ShowOptions {
  readonly snapshot: Snapshot;
  /** The file as it was named. */
  readonly file: string;
  /** Version of dbd that wrote it. */
  readonly program: string;
  readonly bytes: number;
  readonly unpackedBytes: number;
  /** ISO time to which the age is counted. */
  readonly now: string;
}

/** Tells a snapshot as a report; its `output` holds everything that the blocks show, and more rows of it. */
export function showSnapshot(options: ShowOptions): Report {
  const started = performance.now();
  const { snapshot, file } = options;
  const tables = tableFigures(snapshot);
  const indexes = indexUses(snapshot);
  const inside = insideColumns(snapshot);
  const rootOf = rootsOf(snapshot.catalog);
  const shown = gatheredColumns(inside, rootOf);
  const priv = shown.filter((one) => one.state === 'real' && one.class !== undefined);
  const masked = shown.filter((one) => one.state === 'masked');
  const { takenAt, source, locale, settings, roles, workload, probes, unseen } = snapshot;
  const bytes = [...tables, ...indexes].reduce((sum, one) => sum + one.bytes, 0);
  const known = knownShare(snapshot);
  return report({
    command: 'snapshot show',
    title: `Snapshot ${file}`,
    started,
    headline: `${plural(tables.length, 'table')}, ${plural(indexes.length, 'index', 'indexes')}, ${formatBytes(bytes)} of ${source.database}, as of ${ageOf(takenAt, options.now)}; ${
      priv.length > 0
        ? `${plural(priv.length, 'column holds', 'columns hold')} real private values.`
        : masked.length > 0
          ? `private values were replaced in ${plural(masked.length, 'column')}.`
          : 'no column looks private.'
    }`,
    findings: [...privateFindings(priv), ...rareFindings(shown)],
    blocks: [
      { id: 'snapshot', title: 'Snapshot', kind: 'facts', facts: factsOf(options, known) },
      ...insideBlock(shown, priv.length + masked.length),
      ...maskedBlock(snapshot.masked.filter((one) => one.notExact !== undefined)),
      ...block(
        'tables',
        'Tables',
        ['table', 'rows>', 'size>', 'rows/day>', 'updates, HOT>', 'scans, by index>'],
        gatheredTables(tables, rootOf).map(({ one, parts }) => [
          `${printName(one)}${parts > 0 ? ` (${plural(parts, 'partition')})` : ''}`,
          one.rows === undefined ? 'never analysed' : formatCount(one.rows),
          formatBytes(one.bytes + one.toastBytes),
          one.rowsPerDay === undefined ? '' : perDay(one.rowsPerDay),
          one.updated === 0
            ? ''
            : `${formatCount(one.updated)}${one.hot === undefined ? '' : `, ${percent(one.hot)}`}`,
          one.sequentialScans + one.indexScans === 0
            ? ''
            : `${formatCount(one.sequentialScans + one.indexScans)}, ${percent(one.indexScans / (one.sequentialScans + one.indexScans))}`,
        ]),
      ),
      ...block(
        'indexes',
        'Indexes',
        ['index', 'of', 'method', 'size>', 'height>', 'scans>'],
        gatheredIndexes(indexes, rootOf).map(({ one, parts }) => [
          `${printPart(one.name)}${parts > 0 ? ` (${plural(parts, 'part')})` : ''}`,
          printName(one.table),
          one.method,
          formatBytes(one.bytes),
          one.level === undefined ? '' : `${one.level}${one.levelBasis === 'derived' ? ' (derived)' : ''}`,
          one.scans === undefined
            ? ''
            : one.scans === 0 && one.serves === undefined
              ? { text: 'none', tone: 'bad' }
              : formatCount(one.scans),
        ]),
      ),
      ...workloadBlock(snapshot),
      ...block(
        'settings',
        'Settings that are not the default',
        ['setting', 'value', 'from'],
        settings
          .filter((one) => one.from !== 'default')
          .map((one) => [one.name, one.value, one.role === undefined ? one.from : `${one.from} ${one.role}`]),
      ),
      ...block(
        'roles',
        'Roles',
        ['role', 'signs in', 'is', 'member of'],
        roles.map((one) => [
          one.name,
          one.login ? 'yes' : 'no',
          [one.superuser ? 'superuser' : '', one.bypassRowSecurity ? 'above row security' : '']
            .filter((word) => word !== '')
            .join(', '),
          one.memberOf.join(', '),
        ]),
      ),
      ...block(
        'probes',
        'Probes',
        ['probe', 'what', 'of the rows>', 'time>'],
        probes.ran.map((one) => [
          one.kind,
          one.refused === undefined ? one.what : `${one.what}: not run, ${one.refused}`,
          percent(one.share),
          formatMs(one.ms),
        ]),
      ),
      ...block(
        'unseen',
        'Not seen',
        ['what', 'why', 'so', 'opened by'],
        unseen.map((one) => [one.what, one.why, one.means, one.grant ?? '']),
      ),
    ],
    next: [
      ...(priv.length > 0
        ? [
            {
              command: `dbd snapshot --database URL -o ${file} --mask auto`,
              why: 'takes it again with made-up values in private columns',
            },
          ]
        : []),
      { command: `dbd twin ${file} --hollow`, why: 'starts a database that plans as this one does' },
    ],
    output: {
      file,
      program: options.program,
      bytes: options.bytes,
      unpackedBytes: options.unpackedBytes,
      takenAt,
      source,
      locale,
      tables,
      indexes,
      values: inside,
      masked: snapshot.masked,
      workload: {
        source: workload.source,
        ...(workload.since === undefined ? {} : { since: workload.since }),
        ...(known === undefined ? {} : { knownParameters: known }),
        statements: workload.statements.map(({ samples, ...one }) => ({ ...one, samples: samples.length })),
      },
      settings,
      roles,
      probes: probes.ran,
      unseen,
    },
  });
}

function factsOf(
  { snapshot, program, bytes, unpackedBytes, now }: ShowOptions,
  known: number | undefined,
): readonly Fact[] {
  const { source, locale, takenAt, workload, activity } = snapshot;
  const { role } = source;
  const samples = workload.statements.filter((one) => one.samples.length > 0).length;
  return [
    fact(
      'source',
      `${source.version} of ${source.engine}, database ${source.database}${source.standby ? ', a standby' : ''}${source.service === undefined ? '' : `, ${source.service}`}`,
      'measured',
    ),
    fact(
      'taken',
      `${takenAt} (${ageOf(takenAt, now)}), by ${source.how === 'script' ? 'a script as ' : ''}${role.name}${role.superuser ? ', a superuser' : role.memberOf.length > 0 ? `, member of ${role.memberOf.join(', ')}` : ''}`,
      'measured',
    ),
    fact(
      'locale',
      `${locale.provider} ${locale.locale ?? locale.collate}${locale.version === undefined ? '' : ` (${locale.version})`}, ${source.encoding}`,
      'measured',
    ),
    fact(
      'file',
      `${formatBytes(bytes)}, ${formatBytes(unpackedBytes)} unpacked, written by dbd ${program}`,
      'measured',
    ),
    fact('counted since', activity.since ?? 'the server does not say', 'measured'),
    fact(
      'workload',
      `${plural(workload.statements.length, 'statement')} of ${workload.source}${workload.dropped ? `, ${formatCount(workload.dropped)} dropped by the server` : ''}`,
      'measured',
    ),
    ...(samples === 0
      ? []
      : [fact('real values', `of parameters, in ${plural(samples, 'statement')}`, 'measured')]),
    ...(known === undefined
      ? []
      : [fact('parameters', `known for ${percent(known)} of the calls`, 'measured')]),
  ];
}

function insideBlock(inside: readonly InsideColumn[], telling: number): readonly Block[] {
  return block(
    'values',
    'Columns whose values are inside',
    ['column', 'values>', 'in', 'state', 'why'],
    inside.map((one) => [
      printName({ schema: one.schema, name: one.relation }) + `.${printPart(one.column)}`,
      one.values,
      one.carriers.join(', '),
      one.state === 'masked'
        ? { text: 'masked', tone: 'good' }
        : one.class === undefined
          ? 'real'
          : { text: `real, ${one.class}`, tone: 'bad' },
      one.why ?? '',
    ]),
    telling + 10,
  );
}

function workloadBlock(snapshot: Snapshot): readonly Block[] {
  const { statements } = snapshot.workload;
  const all = statements.reduce((sum, one) => sum + one.totalMs, 0);
  const busiest = statements.toSorted((a, b) => b.totalMs - a.totalMs);
  return block(
    'workload',
    'Workload, by time',
    ['statement', 'of the time>', 'calls>', 'mean>', 'rows/call>', 'parameters'],
    busiest.map((one) => [
      one.sql,
      percent(all > 0 ? one.totalMs / all : 0),
      oftenOf(snapshot, one.calls),
      formatMs(one.meanMs),
      formatCount(one.calls > 0 ? one.rows / one.calls : 0),
      one.cut
        ? 'cut off'
        : !/\$\d/.test(one.sql)
          ? 'none'
          : parametersKnown(one)
            ? plural(one.samples.length, 'sample')
            : 'unknown',
    ]),
  );
}
