/** The report of a delivered task, and the folder it goes into. */
import { cpus, totalmem } from 'node:os';
import { formatBytes, formatCount, formatMs } from '../base/units.ts';
import { plural } from '../base/text.ts';
import type { Name } from '../catalog/model.ts';
import { changeFiles } from '../change/files.ts';
import { dictionary } from '../document/dictionary.ts';
import { drawDiagram } from '../document/diagram.ts';
import { column, fact, report, verdictOf } from '../report/build.ts';
import type { Block, Cell, Claim, Fact, Report } from '../report/model.ts';
import { render } from '../render/all.ts';
import { writeTask } from '../task/task.ts';
import { titleOf } from './ask.ts';
import {
  acceptanceClaim,
  checklist,
  preconditionClaims,
  roundTripClaim,
  rowsByRelation,
} from './change-claims.ts';
import { accessClaim } from './access-claims.ts';
import { lifecycleClaim, privacyClaim, volumeClaim } from './claims.ts';
import { entityClaim } from './entity-claims.ts';
import { relationClaim, ruleClaim } from './integrity-claims.ts';
import { compatibilityClaim, limitClaim } from './running-claims.ts';
import { compatibilityFindings, loadFindings, statementFindings } from './findings.ts';
import { writeFolder, type OutputFile } from './files.ts';
import type { Outcome } from './model.ts';
import { compatibilityBlock, loadBlock, lockBlock, roundTripBlock, totalWal } from './rehearsal-blocks.ts';
import { rowsOf } from './twin.ts';

/** Where and how the report is made. */
export interface ReportPlace {
  readonly folder: string;
  readonly started: number;
}

/** Makes the report and writes the folder; throws `file.unwritable`. */
export async function taskReport(outcome: Outcome, { folder, started }: ReportPlace): Promise<Report> {
  const claims = allClaims(outcome);
  const files = changeFiles(outcome.planned.change);
  const changed = changedTables(outcome);
  const diagram = drawDiagram({ before: outcome.before, after: outcome.planned.after, focus: changed });
  const probes = outcome.planned.change.phases
    .flatMap((phase) => phase.steps)
    .flatMap((step) => step.probe ?? []);
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
  ];
  const names = [...documents.map((file) => file.path), 'report.html', 'report.md', 'report.json'];
  const findings = findingsOf(outcome);
  const verdict = verdictOf(claims, findings);
  const made = report({
    command: 'task',
    title: titleOf(outcome.task),
    started,
    verdict,
    headline: headlineOf(claims, findings, verdict),
    claims,
    findings,
    blocks: blocksOf(outcome, files, diagram, names),
    next: nextOf(claims, folder, probes.length > 0),
    server: outcome.server,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${formatBytes(totalmem())}`,
    limits: limitsOf(outcome),
    output: { task: outcome.task.id, folder, files: names, hash: outcome.task.hash },
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

function allClaims(outcome: Outcome): readonly Claim[] {
  const { requirements } = outcome.task;
  const claims = [
    ...requirements.entities.map((entity) => entityClaim(outcome, entity)),
    ...requirements.relations.map((relation) => relationClaim(outcome, relation)),
    ...requirements.rules.map((rule) => ruleClaim(outcome, rule)),
    ...requirements.access.map((access) => accessClaim(outcome, access)),
    ...requirements.volumes.map((volume) => volumeClaim(outcome, volume)),
    ...requirements.lifecycle.map((lifecycle) => lifecycleClaim(outcome, lifecycle)),
    ...requirements.privacy.map((privacy) => privacyClaim(outcome, privacy)),
    ...requirements.limits.map((limit) => limitClaim(outcome, limit)),
    ...requirements.compat.map((compat) => compatibilityClaim(outcome, compat)),
    roundTripClaim(outcome.rehearsal),
    ...preconditionClaims(outcome),
  ];
  const byId = new Map(claims.map((claim) => [claim.id, claim]));
  const accepted = requirements.acceptance.map((acceptance) => acceptanceClaim(acceptance, byId));
  return [...claims, ...accepted, ...checklist(outcome, claims)];
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
  const missed = own
    .filter((claim) => claim.verdict === 'missed')
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
      ? loadFindings(rehearsal.underLoad, Math.min(...blocked))
      : []),
    ...compatibilityFindings(rehearsal.compatibility),
  ];
}

function blocksOf(
  outcome: Outcome,
  files: ReturnType<typeof changeFiles>,
  diagram: { svg: string; mermaid: string },
  names: readonly string[],
): readonly Block[] {
  const { rehearsal, planned, tuned } = outcome;
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
    ...(rehearsal.underLoad ? [loadBlock(rehearsal.underLoad)] : []),
    ...(rehearsal.roundTrip ? [roundTripBlock(rehearsal.roundTrip)] : []),
    ...(rehearsal.compatibility.length > 0 ? [compatibilityBlock(rehearsal.compatibility)] : []),
    ...queryBlocks(outcome),
    ...(tuned.kept.length + tuned.rejected.length > 0 ? [indexBlock(outcome)] : []),
    volumeBlock(outcome),
    {
      id: 'files',
      title: 'In the folder',
      kind: 'files',
      files: names.map((path) => ({ path, what: whatIs(path) })),
    },
  ];
}

function queryBlocks({ access, tuned, task }: Outcome): readonly Block[] {
  if (access.length === 0) return [];
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
              const target = targets.get(query.claim);
              return {
                label: query.claim,
                before: query.beforeMs,
                after: query.afterMs,
                ...(target === undefined ? {} : { target }),
              };
            }),
            note: 'Median of calls one after the other, on the twin; the verdicts below rest on calls at the declared rate.',
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
        result.plan.slice(0, 3).join(' ← '),
      ]),
      note: 'Open loop at the declared peak rate, from the moment each call was due; derived figures are fitted through three sizes, and the interval is that of the fit.',
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
      column('size', 'right'),
      column('build', 'right'),
      column('per written row', 'right'),
    ],
    rows: rows.map(({ index, kept }): readonly Cell[] => [
      index.sql,
      { text: kept ? 'kept' : 'rejected', tone: kept ? 'good' : 'plain' },
      index.because,
      formatBytes(index.bytes),
      formatMs(index.buildMs),
      index.writeMsPerRow === undefined ? '–' : formatMs(index.writeMsPerRow),
    ]),
  };
}

function volumeBlock({ volumes }: Outcome): Block {
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
      formatCount(volume.rows),
      volume.claim ? `${volume.basis} (${volume.claim})` : volume.basis,
    ]),
  };
}

function factsOf({ rehearsal, fills, planned }: Outcome): readonly Fact[] {
  const rewrites = rehearsal.statements.flatMap((run) => run.rewrites);
  const worst = rehearsal.underLoad?.stalls[0];
  const steps = planned.change.phases.flatMap((phase) => phase.steps);
  return [
    fact('steps', `${steps.length} in ${plural(planned.change.phases.length, 'phase')}`, 'measured'),
    ...(worst
      ? [
          fact(
            'longest wait of an existing query',
            formatMs(worst.ms),
            'measured',
            worst.ms > 500 ? 'bad' : 'good',
          ),
        ]
      : []),
    fact('tables rewritten', String(rewrites.length), 'measured', rewrites.length > 0 ? 'bad' : 'good'),
    fact('write-ahead log', totalWal(rehearsal.statements), 'measured'),
    ...(rehearsal.roundTrip
      ? [
          fact('up', formatMs(rehearsal.roundTrip.upMs), 'measured'),
          fact('down', formatMs(rehearsal.roundTrip.downMs), 'measured'),
        ]
      : []),
    fact('rows on the twin', formatCount(rowsOf(fills)), 'measured'),
    fact(
      'destructive steps',
      String(steps.filter((step) => step.destructive !== undefined).length),
      'measured',
    ),
  ];
}

/** Tables that the change makes or touches. */
function changedTables({ before, planned, rehearsal }: Outcome): readonly Name[] {
  const known = new Map(
    before.tables.map((table) => [`${table.schema}.${table.name}`, JSON.stringify(table)]),
  );
  const locked = new Set(rehearsal.statements.flatMap((run) => run.rewrites));
  return planned.after.tables
    .filter(
      (table) =>
        known.get(`${table.schema}.${table.name}`) !== JSON.stringify(table) ||
        locked.has(`${table.schema}.${table.name}`),
    )
    .map(({ schema, name }) => ({ schema, name }));
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

function nextOf(claims: readonly Claim[], folder: string, probes: boolean): Report['next'] {
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
      ? [{ command: 'dbd task … --scale 1', why: 'measure at the declared volume instead of deriving' }]
      : []),
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
