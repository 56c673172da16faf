/** The text of a pull request about a change, from its report alone. */
import { plural } from '../../base/text.ts';
import { formatMs } from '../../base/units.ts';
import { code, escape } from '../../render/markdown/escape.ts';
import {
  claimWords,
  lockWeight,
  severityWords,
  sortClaims,
  sortFindings,
  stepEffects,
  verdictWord,
  waitWords,
} from '../../render/words.ts';
import type { Claim, Report, StepRow } from '../../report/model.ts';

/** Name of its file in the change folder. */
export const pullRequestName = 'pull-request.md';

/** Most characters of a description (GitHub's limit of bodies). */
export const pullRequestLimit = 65_536;

/** Phases in the order of a rollout, with what stands between them and the next. */
const phases = {
  expand: 'adds, and takes nothing away: the running version of the application keeps working',
  backfill: 'fills in batches, beside the running application',
  contract: 'ends the change: only when no running version of the application depends on the old shape',
} as const;

export interface PullRequestOptions {
  /** Path of the change folder in the repository. */
  readonly folder: string;
  /** Most characters; {@link pullRequestLimit} by default. */
  readonly limit?: number;
}

/** Markdown of at most {@link pullRequestLimit} characters in which nothing of a ticket mentions, closes or links anything. Rows that do not fit are counted. */
export function pullRequest(
  report: Report,
  { folder, limit = pullRequestLimit }: PullRequestOptions,
): string {
  const { open, proven, waived } = sortClaims(report.claims);
  const room = { left: limit - 6000 };
  const sections: readonly (string | undefined)[] = [
    `${verdictGlyph(report)} **${verdictWord(report)}.** ${quiet(report.headline)}`,
    `## What\n\n${what(report, folder)}`,
    `## Why\n\n${why(report)}`,
    `## Not proven (${open.length})\n\n${open.length === 0 ? 'Nothing is left unproven.' : claimTable(open, room)}`,
    `## Proven (${proven.length})\n\n${proven.length === 0 ? 'Nothing is proven.' : claimTable(proven, room)}`,
    waived.length === 0 ? undefined : `## Waived (${waived.length})\n\n${claimTable(waived, room)}`,
    findings(report, room),
    `## Locks, measured on the twin\n\n${locks(report, room)}`,
    `## Rollout\n\n${rollout(report, folder)}`,
    `## Rollback\n\n${rollback(report, folder)}`,
    `## How to review\n\n${review(report, folder)}`,
    limitsOf(report, room),
    evidence(report),
  ];
  const text = `${sections.filter((part) => part !== undefined).join('\n\n')}\n`;
  // Only reached where single cells are longer than any reader would read.
  return text.length <= limit
    ? text
    : `${text.slice(0, limit - 100)}\n\n_Cut here; report.md has all of it._\n`;
}

/** Escaped text that mentions nobody, closes nothing and links nowhere. */
export function quiet(text: string): string {
  return escape(text)
    .replaceAll('://', ':\u2060//')
    .replaceAll(/\b(GH|www)(?=[-.])/gi, '$1\u2060')
    .replaceAll(/\b(?=[a-f]*\d)(?=\d*[a-f])([0-9a-f]{6})(?=[0-9a-f]{1,34}\b)/gi, '$1\u2060')
    .replace(/^\//, '\u2060/');
}

function verdictGlyph({ verdict }: Report): string {
  return { proven: '✅', conditions: '⚠️', failed: '❌' }[verdict];
}

function what(report: Report, folder: string): string {
  const files = sqlFiles(report);
  const tables = new Set(steps(report).flatMap((step) => step.locks.map(({ relation }) => relation)));
  return [
    quiet(report.title),
    '',
    `- change folder: ${code(folder)}`,
    `- ${plural(files.filter((path) => path.startsWith('up/')).length, 'file')} up, ${files.filter((path) => path.startsWith('down/')).length} down`,
    ...(tables.size === 0
      ? []
      : [
          `- takes locks on ${[...tables].slice(0, 20).map(code).join(', ')}${tables.size > 20 ? ` and ${tables.size - 20} more` : ''}`,
        ]),
  ].join('\n');
}

function why(report: Report): string {
  const { task } = report.output;
  const choices = report.blocks.find((block) => block.id === 'choices');
  return [
    `${typeof task === 'string' ? `Asked by ${quiet(task)}` : 'Asked by a task'}; its text, as it was understood, is in ${code('task.md')}.`,
    ...(choices?.kind === 'table'
      ? [
          '',
          ...choices.rows.slice(0, 15).map((row) => {
            const [about = '', chosen = '', because = ''] = row.map((cell) =>
              typeof cell === 'object' ? cell.text : String(cell),
            );
            return `- ${quiet(about)}: ${quiet(chosen)}, because ${quiet(because)}`;
          }),
          ...(choices.rows.length > 15
            ? [`- and ${choices.rows.length - 15} more in ${code('report.md')}`]
            : []),
        ]
      : []),
  ].join('\n');
}

function claimTable(claims: readonly Claim[], room: { left: number }): string {
  return table(
    ['Claim', 'Verdict', 'Says', 'Because'],
    claims.map((claim) => [
      quiet(claim.id),
      claimWords[claim.verdict],
      quiet(claim.says),
      quiet(claim.because),
    ]),
    room,
  );
}

function findings(report: Report, room: { left: number }): string | undefined {
  if (report.findings.length === 0) return undefined;
  return `## Findings (${report.findings.length})\n\n${table(
    ['Severity', 'Place', 'Message'],
    sortFindings(report.findings).map(({ severity, place, message }) => [
      severityWords[severity],
      quiet(place),
      quiet(message),
    ]),
    room,
  )}`;
}

function locks(report: Report, room: { left: number }): string {
  const all = steps(report);
  if (all.length === 0) return 'No statement was measured.';
  return table(
    ['Phase', 'Statement', 'Locks', 'Who waits', 'Time', 'Longest wait of a query'],
    all.map((step) => [
      quiet(step.phase ?? ''),
      quiet(step.sql.split('\n')[0]!.slice(0, 120)),
      step.locks.map(({ relation, mode }) => `${quiet(mode)} on ${quiet(relation)}`).join('; ') || 'none',
      [waitWords[worst(step)], ...stepEffects(step).map(quiet)].join('; '),
      formatMs(step.ms),
      step.stallMs === undefined ? '–' : formatMs(step.stallMs),
    ]),
    room,
  );
}

function worst({ locks: held }: StepRow): keyof typeof waitWords {
  const weights = held.map(({ mode }) => lockWeight(mode));
  return weights.includes('reads') ? 'reads' : weights.includes('writes') ? 'writes' : 'nobody';
}

function rollout(report: Report, folder: string): string {
  const up = sqlFiles(report).filter((path) => path.startsWith('up/'));
  if (up.length === 0) return `Run what is in ${code(`${folder}/up`)}, in the order of its names.`;
  const lines = up.map((path) => {
    const phase = /-(expand|backfill|contract)\.sql$/.exec(path)?.[1] as keyof typeof phases | undefined;
    return `1. ${code(`${folder}/${path}`)}${phase === undefined ? '' : `: ${phases[phase]}`}`;
  });
  return [
    ...lines,
    '',
    `\`dbd migrate\` carries them out with short waits for locks, and keeps the history. Before it: ${code(`dbd preflight ${folder} --database <url>`)}.`,
  ].join('\n');
}

function rollback(report: Report, folder: string): string {
  const down = sqlFiles(report)
    .filter((path) => path.startsWith('down/'))
    .toReversed();
  const trip = report.claims.find(({ id }) => id === 'round-trip');
  return [
    down.length === 0
      ? 'There is no way back in the folder.'
      : `In this order: ${down.map((path) => code(`${folder}/${path}`)).join(', ')}; or \`dbd rollback\`.`,
    trip === undefined
      ? 'The way back was **not proven**: it was not run.'
      : `${trip.verdict === 'proven' ? 'It was run on the twin' : `**${claimWords[trip.verdict]}**`}: ${quiet(trip.because)}`,
  ].join('\n\n');
}

function review(report: Report, folder: string): string {
  return [
    `1. Read ${code(`${folder}/task.md`)}: is this what was asked?`,
    '2. Read the claims that are not proven, above: each is a decision of yours.',
    `3. Read the SQL in ${code(`${folder}/up`)} and ${code(`${folder}/down`)}; ${code(`${folder}/report.html`)} shows it with diagram, plans and figures.`,
    `4. Try it yourself: ${code(`dbd rehearse ${folder}`)}`,
    ...(report.blocks.some((block) => block.kind === 'diagram')
      ? [`5. The structure, before and after: ${code(`${folder}/diagram.svg`)}`]
      : []),
  ].join('\n');
}

function limitsOf({ meta }: Report, room: { left: number }): string | undefined {
  if (meta.limits.length === 0) return undefined;
  const lines: string[] = [];
  for (const limit of meta.limits) {
    const line = `- ${quiet(limit)}`;
    if (line.length > room.left) break;
    room.left -= line.length + 1;
    lines.push(line);
  }
  const more = meta.limits.length - lines.length;
  return `## What limits the evidence\n\n${[...lines, ...(more > 0 ? [`- and ${more} more in ${code('report.md')}`] : [])].join('\n')}`;
}

function evidence({ output, meta }: Report): string {
  const { change } = output;
  return `## Evidence\n\n${[
    `- change: ${typeof change === 'string' ? code(change) : 'not hashed'}, over ${code('up')} and ${code('down')}`,
    `- server: ${quiet(meta.server ?? 'none')}`,
    `- measured at ${quiet(meta.at)} by dbd ${quiet(meta.dbd)}`,
    '- signed: not yet; CI rehearses the merge result and signs it',
  ].join('\n')}`;
}

function steps(report: Report): readonly StepRow[] {
  return report.blocks.flatMap((block) => (block.kind === 'steps' ? block.steps : []));
}

function sqlFiles(report: Report): readonly string[] {
  return report.blocks.flatMap((block) =>
    block.kind === 'sql'
      ? block.files.flatMap(({ path }) => (/^(?:up|down)\//.test(path) ? [path] : []))
      : [],
  );
}

/** A table of as many rows as there is room for; the rest is counted. */
function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  room: { left: number },
): string {
  const lines: string[] = [];
  for (const row of rows) {
    const line = `| ${row.join(' | ')} |`;
    if (line.length > room.left) break;
    room.left -= line.length + 1;
    lines.push(line);
  }
  const more = rows.length - lines.length;
  return [
    `| ${heads.join(' | ')} |`,
    `|${heads.map(() => '---').join('|')}|`,
    ...lines,
    ...(more > 0 ? ['', `_And ${more} more in \`report.md\`._`] : []),
  ].join('\n');
}
