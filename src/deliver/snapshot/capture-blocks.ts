/** What a report says of a snapshot that was just taken. */
import { plural } from '../../base/text.ts';
import { formatBytes, formatMs } from '../../base/units.ts';
import type { ProbeRun, Snapshot } from '../../engine/model.ts';
import { column, fact } from '../../report/build.ts';
import type { Block, Fact } from '../../report/model.ts';

/** The outcome in one sentence. */
export function captureHeadline(snapshot: Snapshot, bytes: number): string {
  const { catalog, workload, unseen } = snapshot;
  const parts = [
    plural(catalog.tables.length, 'table'),
    plural(snapshot.relations.filter(({ index }) => index).length, 'index', 'indexes'),
    plural(workload.statements.length, 'statement'),
  ];
  const missing = unseen.length === 0 ? '' : `; ${plural(unseen.length, 'thing')} could not be seen`;
  return `${parts.join(', ')} in ${formatBytes(bytes)}${missing}.`;
}

/** What was captured, what could not be seen with the grants that open it, and the probes that ran. */
export function captureBlocks(snapshot: Snapshot): readonly Block[] {
  const { unseen, probes } = snapshot;
  const grants = [...new Set(unseen.flatMap(({ grant }) => grant ?? []))];
  return [
    { id: 'captured', title: 'Captured', kind: 'facts', facts: facts(snapshot) },
    ...(unseen.length === 0
      ? []
      : [
          {
            id: 'unseen',
            title: 'Not seen',
            kind: 'table' as const,
            columns: [column('what'), column('why'), column('so')],
            rows: unseen.map(({ what, why, means }) => [what, why, means]),
          },
          ...(grants.length === 0
            ? []
            : [
                {
                  id: 'grants',
                  title: 'What opens it',
                  kind: 'code' as const,
                  language: 'sql',
                  text: grants.join('\n'),
                },
              ]),
        ]),
    ...probeBlocks(probes.ran),
  ];
}

/** More probes than this are told by their kind. */
const manyProbes = 40;
const manyRefused = 20;

function probeBlocks(ran: readonly ProbeRun[]): readonly Block[] {
  if (ran.length === 0) return [];
  const refused = ran.filter((run) => run.refused !== undefined);
  const answered = ran.filter((run) => run.refused === undefined);
  const heads = [column('probe'), column('of'), column('share', 'right'), column('time', 'right')];
  const time = (runs: readonly ProbeRun[]): string => formatMs(runs.reduce((sum, { ms }) => sum + ms, 0));
  return [
    {
      id: 'probes',
      title: 'Probes',
      kind: 'table',
      columns: heads,
      rows:
        answered.length <= manyProbes
          ? answered.map((run) => [run.kind, `${tableName(run)}: ${run.what}`, share(run.share), time([run])])
          : [...new Set(answered.map(({ kind }) => kind))].map((kind) => {
              const runs = answered.filter((run) => run.kind === kind);
              const least = Math.min(...runs.map((run) => run.share));
              return [
                kind,
                `${plural(runs.length, 'question')}, ${plural(new Set(runs.map(tableName)).size, 'table')}`,
                least < 1 ? `${share(least)} or more` : '100 %',
                time(runs),
              ];
            }),
    },
    ...(refused.length === 0
      ? []
      : [
          {
            id: 'probes-refused',
            title: 'Probes without an answer',
            kind: 'table' as const,
            columns: [column('probe'), column('of'), column('why')],
            rows: refused
              .slice(0, manyRefused)
              .map((run) => [run.kind, `${tableName(run)}: ${run.what}`, run.refused!]),
            ...(refused.length > manyRefused ? { note: `And ${refused.length - manyRefused} more.` } : {}),
          },
        ]),
  ];
}

const tableName = ({ table }: ProbeRun): string => `${table.schema}.${table.name}`;

function facts(snapshot: Snapshot): readonly Fact[] {
  const { catalog, relations, columns, extended, source, locale, workload, activity } = snapshot;
  const bytes = relations.reduce((sum, relation) => sum + (relation.bytes ?? 0), 0);
  const rows = relations.reduce(
    (sum, relation) =>
      sum + (relation.index || relation.kind === 'partitioned' ? 0 : Math.max(0, relation.rows)),
    0,
  );
  const trees = relations.flatMap(({ index }) => (index?.level === undefined ? [] : [index.levelBasis]));
  const derived = trees.filter((basis) => basis === 'derived').length;
  return [
    fact(
      'taken',
      `${snapshot.takenAt}, ${source.how === 'script' ? 'by a script' : 'over a connection'}`,
      'measured',
    ),
    fact(
      'server',
      [`PostgreSQL ${source.version}`, source.service, source.standby ? 'a standby' : undefined]
        .filter(Boolean)
        .join(', '),
      'measured',
    ),
    fact(
      'role',
      `${source.role.name}${source.role.superuser ? ', superuser' : ''}${source.role.memberOf.length === 0 ? '' : `, member of ${source.role.memberOf.join(', ')}`}`,
      'measured',
    ),
    fact('locale', `${locale.locale ?? locale.collate} (${locale.provider})`, 'measured'),
    fact(
      'tables',
      `${catalog.tables.length}, ${Math.round(rows).toLocaleString('en')} rows as last counted`,
      'measured',
    ),
    fact('indexes', String(relations.filter(({ index }) => index).length), 'measured'),
    fact('files', formatBytes(bytes), 'measured'),
    fact(
      'columns with statistics',
      String(new Set(columns.map((one) => `${one.schema}\0${one.relation}\0${one.column}`)).size),
      'measured',
    ),
    ...(extended.length === 0 ? [] : [fact('extended statistics', String(extended.length), 'measured')]),
    ...(derived === 0
      ? []
      : [fact('levels of b-trees', `${derived} of ${trees.length} worked out from sizes`, 'derived')]),
    fact('statements', statements(snapshot), 'measured'),
    ...(workload.dropped
      ? [fact('statements that the server dropped', String(workload.dropped), 'measured', 'bad')]
      : []),
    fact('counted since', activity.since ?? 'the counters were never reset', 'measured'),
  ];
}

function statements({ workload }: Snapshot): string {
  const { counted } = workload;
  if (!counted) return workload.source;
  const calls = workload.statements.reduce((sum, statement) => sum + statement.calls, 0);
  const ms = workload.statements.reduce((sum, statement) => sum + statement.totalMs, 0);
  return `${workload.statements.length} of ${counted.statements}: ${share(calls / (counted.calls || 1))} of all calls, ${share(ms / (counted.totalMs || 1))} of their time${workload.since === undefined ? '' : `, since ${workload.since}`}`;
}

function share(part: number): string {
  return part > 0 && part < 0.001 ? '< 0.1 %' : `${Number((part * 100).toFixed(part < 0.1 ? 1 : 0))} %`;
}
