/** The report of a delivered task, and the folder it goes into. */
import { cpus, totalmem } from 'node:os';
import { hashOfFiles, sha256 } from '../../evidence/folder.ts';
import { plural, shellWord } from '../../base/text.ts';
import { formatBytes, formatCount } from '../../base/units.ts';
import { changeFiles } from '../../change/files.ts';
import { dictionary } from '../../document/dictionary.ts';
import { drawDiagram } from '../../document/diagram.ts';
import { report, verdictOf } from '../../report/build.ts';
import type { Claim, Report } from '../../report/model.ts';
import { render } from '../../render/all.ts';
import { writeTask } from '../../task/task.ts';
import { titleOf } from '../asking/ask.ts';
import { allClaims } from '../claims/all-claims.ts';
import { rowsByRelation } from '../claims/change-claims.ts';
import { changedTables } from '../changed-tables.ts';
import { markedFindings } from '../current/cited-fidelity.ts';
import { contradictions, productionFindings } from '../current/production.ts';
import type { Contribution } from '../deliverables/model.ts';
import { compatibilityFindings, loadFindings, statementFindings } from './findings.ts';
import { writeFolder, type OutputFile } from '../files.ts';
import type { Outcome, TaskSource } from '../model.ts';
import { sentenceBlocks } from '../asking/sentences.ts';
import { blocksOf } from './task-blocks.ts';

/** Where and how the report is made. */
export interface ReportPlace {
  readonly folder: string;
  readonly started: number;
  /** Where the task was read from. */
  readonly source: Pick<TaskSource, 'name'>;
}

/** Makes the report and writes the folder; throws `file.unwritable`. */
export async function taskReport(
  outcome: Outcome,
  contributions: readonly Contribution[],
  { folder, started, source: { name: from } }: ReportPlace,
): Promise<Report> {
  const claims = allClaims(outcome, contributions);
  const files = changeFiles(outcome.planned.change);
  const changed = changedTables(outcome);
  const diagram = drawDiagram({ before: outcome.before, after: outcome.planned.after, focus: changed });
  const probes = [
    ...outcome.planned.change.phases.flatMap((phase) => phase.steps).flatMap((step) => step.probe ?? []),
    ...contributions.flatMap((made) => made.probes ?? []),
  ];
  const documents: OutputFile[] = [
    ...files.map((file) => ({ path: file.path, text: file.sql })),
    { path: 'diagram.svg', text: diagram.svg },
    { path: 'diagram.mmd', text: diagram.mermaid },
    { path: 'dictionary.md', text: dictionary(outcome.planned.after, changed) },
    { path: 'task.md', text: writeTask(outcome.task) },
    ...(probes.length > 0
      ? [
          {
            path: 'probes.sql',
            text: `-- Read-only: each query must return no row on your data.\n${probes.map((sql) => sql.trim().replace(/;?$/, ';')).join('\n\n')}\n`,
          },
        ]
      : []),
    ...contributions.flatMap((made) => made.files ?? []),
  ];
  const listed = [...documents, ...['report.html', 'report.md', 'report.json'].map((path) => ({ path }))];
  const findings = [...findingsOf(outcome), ...contributions.flatMap((made) => made.findings ?? [])];
  const verdict = verdictOf(claims, findings);
  const made = report({
    command: 'task',
    title: titleOf(outcome.task),
    started,
    verdict,
    headline: headlineOf(claims, findings, verdict),
    claims,
    findings,
    blocks: blocksOf(outcome, files, diagram, listed, [
      ...sentenceBlocks(outcome.task, outcome.sentences),
      ...contributions.flatMap((made) => made.blocks ?? []),
    ]),
    next: [
      ...nextOf(claims, {
        folder,
        probes: probes.length > 0,
        from,
        scales: outcome.volumes.map(({ scale }) => scale),
      }),
      ...contributions.flatMap((made) => made.next ?? []),
    ],
    server: outcome.server,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${formatBytes(totalmem())}`,
    limits: [...limitsOf(outcome), ...contributions.flatMap((made) => made.limits ?? [])],
    output: {
      task: outcome.task.id,
      ...(from === undefined ? {} : { from }),
      folder,
      files: listed.map((file) => file.path),
      hash: outcome.task.hash,
      change: hashOfFiles(files.map(({ path, sql }) => ({ path, sha256: sha256(sql) }))),
    },
  });
  const style = { width: 100, color: false, unicode: true };
  await writeFolder(
    folder,
    [
      ...documents,
      { path: 'report.html', text: await render('html', made, style) },
      { path: 'report.md', text: await render('md', made, style) },
      { path: 'report.json', text: `${JSON.stringify(made, null, 2)}\n` },
    ],
    ['up', 'down'],
  );
  return made;
}

function headlineOf(
  claims: readonly Claim[],
  findings: Report['findings'],
  verdict: Report['verdict'],
): string {
  const own = claims.filter((claim) => claim.kind !== 'checklist');
  const count = (of: Claim['verdict']): number => own.filter((claim) => claim.verdict === of).length;
  const open = own
    .filter((claim) => claim.verdict === 'not-proven')
    .map((claim) => claim.id)
    .join(', ');
  const lines = claims.filter((claim) => claim.kind === 'checklist' && claim.verdict === 'missed');
  // A line of the checklist is named where no claim says the same.
  const missed = [...own.filter((claim) => claim.verdict === 'missed'), ...lines]
    .filter((claim, _, all) => claim.kind !== 'checklist' || all.length === lines.length)
    .map((claim) => claim.id)
    .join(', ');
  const said = `${count('proven')} of ${own.length} claims are proven`;
  if (verdict === 'proven') return `All ${own.length} claims are proven.`;
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  return `${said}${errors > 0 ? `; ${plural(errors, 'error')} found` : ''}${missed ? `; missed: ${missed}` : ''}${open ? `; not proven: ${open}` : ''}.`;
}

function findingsOf(outcome: Outcome): Report['findings'] {
  const { rehearsal, before, volumes, task } = outcome;
  const blocked = task.requirements.limits.flatMap((limit) => limit.blockedMs ?? []);
  return [
    ...statementFindings(rehearsal.statements, rowsByRelation(before, volumes), outcome.engine.grammar),
    ...(rehearsal.underLoad && blocked.length > 0
      ? markedFindings(
          loadFindings(rehearsal.underLoad, Math.min(...blocked), outcome.workload),
          outcome.cited,
        )
      : []),
    ...compatibilityFindings(rehearsal.compatibility),
    ...productionFindings(outcome.production, new Date()),
    ...contradictions(outcome.production, task.requirements.volumes, volumes),
    ...outcome.planned.design.notes.map(({ about, ...note }) => ({
      ...note,
      severity: 'warning' as const,
      place: about,
    })),
  ];
}

function limitsOf({ limits, fills, source, volumes, rehearsal }: Outcome): readonly string[] {
  const small = volumes
    .filter((volume) => volume.scale < 1)
    .map((volume) => `${volume.table.name} ${formatCount(volume.rows)} of ${formatCount(volume.horizon)}`);
  return [
    `Current structure: ${source}.`,
    ...limits,
    ...(small.length > 0 ? [`Smaller on the twin than declared: ${small.join(', ')}.`] : []),
    ...fills.flatMap((fill) => fill.limits),
    ...(rehearsal.underLoad?.excluded ?? []).map(
      (query) => `${query.name} was left out of the load: ${query.reason}`,
    ),
    'Times are of this machine, with everything in memory; they are not those of your disks.',
  ];
}

/** Below this share of the declared rows more of them come first; figures are not carried further. */
const farBelow = 0.1;

function nextOf(
  claims: readonly Claim[],
  {
    folder,
    probes,
    from = '-',
    scales,
  }: {
    readonly folder: string;
    readonly probes: boolean;
    readonly from: string | undefined;
    readonly scales: readonly number[];
  },
): Report['next'] {
  const call = `dbd task ${shellWord(from)}`;
  return [
    { command: `open ${folder}/report.html`, why: 'the whole report, offline' },
    ...(probes
      ? [
          {
            command: `psql -f ${folder}/probes.sql "$DATABASE_URL"`,
            why: 'what only your rows can answer; every query must return no row',
          },
        ]
      : []),
    ...(claims.some((claim) => claim.kind === 'access' && claim.verdict === 'not-proven')
      ? [
          scales.some((scale) => scale < farBelow)
            ? {
                command: call,
                why: 'without --quick, or with more --rows: figures that reach the declared volume',
              }
            : { command: `${call} --scale 1`, why: 'measure at the declared volume instead of deriving' },
        ]
      : []),
  ];
}
