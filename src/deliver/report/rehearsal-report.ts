/** The report of a migration that somebody else wrote. */
import { cpus, totalmem } from 'node:os';
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { fact, report, verdictOf } from '../../report/build.ts';
import type { Block, Claim, Finding, Report } from '../../report/model.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Grammar } from '../../engine/model.ts';
import { isBookkeeping } from '../../rehearse/wrapped/bookkeeping.ts';
import type { StatementRun } from '../../rehearse/model.ts';
import { render } from '../../render/all.ts';
import { roundTripClaim, rowsByRelation } from '../claims/change-claims.ts';
import { writeFolder } from '../files.ts';
import {
  compatibilityFindings,
  growsWithRows,
  loadFindings,
  statementFindings,
  statementsOf,
  type RowsOf,
} from './findings.ts';
import {
  applicationClaim,
  blockedClaim,
  dataClaims,
  ownRowsClaims,
  runsClaim,
} from '../claims/rehearsal-claims.ts';
import { citedBlocks, markedFindings } from '../current/cited-fidelity.ts';
import { productionFindings } from '../current/production.ts';
import type { Rehearsed } from '../rehearsal/rehearsed.ts';
import {
  capturedBlocks,
  loadBlock,
  lockBlock,
  roundTripBlock,
  totalWal,
  rowsBlock,
} from './rehearsal-blocks.ts';
import { comparedWithFacts } from '../rehearsal/expected.ts';
import { noSpans, spansIn } from '../rehearsal/spans.ts';
import { compatibilityBlock, newVersionBlocks } from './rehearsal-queries.ts';
import { killBlocks, killClaims, killFindings } from './rehearsal-kills.ts';
import { mergeBlocks, mergeClaims } from './rehearsal-merge.ts';
import { limitsOf, nextSteps } from './rehearsal-limits.ts';
import { classBlock, factsFindings, scaleBlocks } from './rehearsal-scales.ts';
import { standbyBlocks, standbyFindings, waitBlocks } from './rehearsal-bystanders.ts';
import { safeFolder, safeForm } from './safe-form.ts';

export interface RehearsalPlace {
  readonly out?: string;
  readonly started: number;
  readonly blockedMs: number;
}

/** Makes the report, and writes it when a folder was asked for. */
export async function rehearsalReport(
  done: Rehearsed,
  { out, started, blockedMs }: RehearsalPlace,
): Promise<Report> {
  const { rehearsal, workload } = done;
  const { grammar } = done.engine;
  const rowsOf = rowsOfRun(done);
  const own = rehearsal.statements.filter((run) => !isNoise(run, grammar));
  const expected = comparedWithFacts(done, own);
  const spans = done.sources ? spansIn(done.sources, rehearsal.statements) : noSpans;
  const findings = [
    ...statementFindings(own, rowsOf, grammar, spans),
    ...(rehearsal.underLoad
      ? markedFindings(loadFindings(rehearsal.underLoad, blockedMs, workload, spans), done.cited)
      : []),
    ...standbyFindings(rehearsal.underLoad),
    ...compatibilityFindings(rehearsal.compatibility),
    ...factsFindings(expected),
    ...killFindings(done.kills),
    ...productionFindings(done.production, new Date()),
  ];
  const claims = [
    runsClaim(done),
    blockedClaim(done, blockedMs, rowsOf),
    ...dataClaims(done),
    ...ownRowsClaims(done, own, rowsOf),
    ...(workload ? [applicationClaim(done)] : []),
    roundTripClaim(rehearsal),
    ...killClaims(done.kills),
    ...mergeClaims(done.merge, done.fill.rows),
  ];
  const safe = await safeForm(done, blockedMs);
  const verdict = verdictOf(claims, findings);
  const planned = safe.some((block) => block.kind === 'sql');
  const made = report({
    command: 'rehearse',
    title: done.title,
    started,
    verdict,
    claims,
    findings,
    headline: headlineOf(claims, findings),
    blocks: [
      { id: 'facts', title: 'In figures', kind: 'facts', facts: factsOf(done, blockedMs) },
      ...mergeBlocks(done.merge),
      lockBlock(own, rehearsal.underLoad),
      ...classesOf(done, own, rowsOf),
      ...scaleBlocks(done.scales),
      ...waitBlocks(rehearsal.underLoad),
      ...(rehearsal.underLoad ? [loadBlock(rehearsal.underLoad), ...capturedBlocks(workload)] : []),
      ...standbyBlocks(rehearsal.underLoad),
      ...citedBlocks(done.cited),
      ...('rows' in rehearsal && rehearsal.rows.length > 0 ? [rowsBlock(rehearsal.rows)] : []),
      ...(rehearsal.roundTrip ? [roundTripBlock(rehearsal.roundTrip)] : []),
      ...newVersionBlocks(rehearsal.newVersion),
      ...killBlocks(done.kills),
      ...(rehearsal.compatibility.length > 0 ? [compatibilityBlock(rehearsal.compatibility)] : []),
      ...safe,
      ...(rehearsal.derivedDown && rehearsal.derivedDown.length > 0
        ? [
            {
              id: 'way-back',
              title: rehearsal.downFailed
                ? 'A way back, derived; it failed when it was run'
                : 'A way back, derived and run',
              kind: 'sql' as const,
              files: [
                {
                  path: 'down.sql',
                  sql: `${rehearsal.derivedDown.map((sql) => sql.replace(/;?\s*$/, ';')).join('\n')}\n`,
                },
              ],
            },
          ]
        : []),
      ...outputBlock(done),
    ],
    next: [...nextSteps(done, out, planned)],
    server: done.server,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${formatBytes(totalmem())}`,
    limits: limitsOf(done, rehearsal.statements.length - own.length),
    output: {
      statements: rehearsal.statements.length,
      ...(done.change === undefined ? {} : { change: done.change }),
      ...(out === undefined ? {} : { folder: out }),
      ...(done.sources?.[0] ? { claimFiles: done.sources[0].file } : {}),
    },
  });
  if (out !== undefined) {
    const style = { width: 100, color: false, unicode: true };
    await writeFolder(
      out,
      [
        { path: 'report.html', text: await render('html', made, style) },
        { path: 'report.md', text: await render('md', made, style) },
        { path: 'report.json', text: `${JSON.stringify(made, null, 2)}\n` },
        ...made.blocks.flatMap((block) =>
          block.kind === 'sql' ? block.files.map((file) => ({ path: file.path, text: file.sql })) : [],
        ),
      ],
      [`${safeFolder}/up`, `${safeFolder}/down`],
    );
  }
  return made;
}

function headlineOf(claims: readonly Claim[], findings: readonly Finding[]): string {
  const bad = claims.filter((item) => item.verdict === 'missed');
  const open = claims.filter((item) => item.verdict === 'not-proven');
  const faults = findings.filter((finding) => finding.severity === 'error');
  const told = faults.length > 0 ? ` ${plural(faults.length, 'finding')}.` : '';
  if (bad.length > 0) return `${bad[0]!.says}: no. ${bad[0]!.because}${told}`;
  if (faults.length > 0)
    return `It ran, but not as a busy database needs it: ${faults[0]!.message}${faults.length > 1 ? ` And ${plural(faults.length - 1, 'more finding')}.` : ''}`;
  if (open.length > 0)
    return `Nothing broke; not proven: ${open.map((item) => item.says.charAt(0).toLowerCase() + item.says.slice(1)).join('; ')}.`;
  return 'On the twin nothing waited too long, nothing was lost, nothing broke.';
}

/** Only where sizes were tried: elsewhere the lock table says as much. */
function classesOf(done: Rehearsed, own: readonly StatementRun[], rowsOf: RowsOf): readonly Block[] {
  if (!done.scales) return [];
  const block = classBlock(
    own,
    done.scales,
    (run) => growsWithRows(run, rowsOf, done.engine.grammar) || run.scans.length > 0,
  );
  return block ? [block] : [];
}

/** Rows of a relation when a statement ran: today's tables from the start, those filled in between from then on. */
function rowsOfRun({ rehearsal, fill }: Rehearsed): RowsOf {
  const between = 'filledBetween' in rehearsal ? rehearsal.filledBetween : undefined;
  if (!between) return rowsByRelation(rehearsal.before, fill.volumes);
  return (relation, run) =>
    between.find((made) => keyOf(made.table) === relation && made.at <= run.at + run.ms)?.rows ?? 0;
}

/** What a tool does for itself: its own tables, looking around, opening and ending transactions. */
function isNoise(run: StatementRun, grammar: Grammar): boolean {
  if (run.error || run.rewrites.length > 0 || run.scans.length > 0) return false;
  const statements = statementsOf(run.sql, grammar);
  return (
    statements.length > 0 &&
    statements.every((statement) => {
      if (/^(Select|Transaction|VariableSet|VariableShow|Listen|Discard|Lock)Stmt$/.test(statement.kind))
        return true;
      const touched = grammar.touches(statement);
      return touched.length > 0 && touched.every(isBookkeeping);
    })
  );
}

function factsOf(
  { rehearsal, fill }: Rehearsed,
  blockedMs: number,
): Extract<Block, { kind: 'facts' }>['facts'] {
  const worst = rehearsal.underLoad?.stalls[0];
  const rewrites = rehearsal.statements.flatMap((run) => run.rewrites);
  return [
    fact('statements', String(rehearsal.statements.length), 'measured'),
    fact(
      'rows on the twin',
      formatCount(
        fill.rows +
          ('filledBetween' in rehearsal
            ? (rehearsal.filledBetween ?? []).reduce((sum, made) => sum + made.rows, 0)
            : 0),
      ),
      fill.restored ? 'measured' : fill.measured ? 'derived' : 'assumed',
    ),
    ...(worst
      ? [
          fact(
            'longest wait of a query, on the twin',
            formatMs(worst.ms),
            rehearsal.underLoad?.assumed ? 'assumed' : 'measured',
            worst.ms > blockedMs ? ('bad' as const) : ('good' as const),
          ),
        ]
      : []),
    fact('tables rewritten', String(rewrites.length), 'measured', rewrites.length > 0 ? 'bad' : 'good'),
    fact('write-ahead log, on the twin', totalWal(rehearsal.statements), 'measured'),
  ];
}

function outputBlock({ rehearsal }: Rehearsed): readonly Block[] {
  if (!('run' in rehearsal) || rehearsal.run.output.trim() === '') return [];
  return [
    {
      id: 'output',
      title: 'What the command printed',
      kind: 'code',
      language: '',
      text: rehearsal.run.output.trim().split('\n').slice(-40).join('\n'),
    },
  ];
}
