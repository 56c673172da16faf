import { formatMs } from '../../base/units.ts';
import type { Claim, Finding, Report } from '../../report/model.ts';
import { clean, oneLine } from '../clean.ts';
import { claimWords, formatTime, severityWords, sortClaims, sortFindings, verdictWord } from '../words.ts';
import { drawBlock } from './blocks.ts';
import { style, type Paint, type Surface } from './style.ts';
import { wrap } from './width.ts';

/** From more blocks on nobody reads every row in a terminal. */
const manyBlocks = 14;

/** The report for a terminal: verdict, what is open beside what is proven, findings, blocks, what to type next. */
export function renderTerminal(report: Report, surface: Surface): string {
  const paint = style(surface);
  const parts = [
    heading(report, surface, paint),
    ...claimLists(report.claims, surface, paint),
    ...sortFindings(report.findings).map((finding) => drawFinding(finding, surface, paint)),
    ...report.blocks.map((block) => drawBlock(block, surface, paint, report.blocks.length > manyBlocks)),
    ending(report, surface, paint),
  ];
  const text = `${parts.filter((part) => part !== '').join('\n\n')}\n`;
  return surface.unicode ? text : toAscii(text);
}

function heading(report: Report, surface: Surface, paint: Paint): string {
  const brush = { proven: paint.good, conditions: paint.warn, failed: paint.bad }[report.verdict];
  const glyph = { proven: paint.glyph.yes, conditions: paint.glyph.warn, failed: paint.glyph.no }[
    report.verdict
  ];
  const lead = wrap(oneLine(report.headline), surface.width - 2).map((line) => `  ${line}`);
  if (report.claims.length === 0 && report.verdict === 'proven' && report.meta.server === undefined) {
    return [paint.strong(oneLine(report.title)), ...lead].join('\n');
  }
  const facts = [report.meta.server, formatMs(report.meta.ms), formatTime(report.meta.at)].filter(
    (part) => part !== undefined,
  );
  return [
    `${brush(paint.strong(`${glyph} ${verdictWord(report)}`))}  ${paint.strong(oneLine(report.title))}`,
    ...lead,
    paint.faint(`  ${facts.map(oneLine).join(` ${paint.glyph.dot} `)}`),
  ].join('\n');
}

function claimLists(claims: readonly Claim[], surface: Surface, paint: Paint): readonly string[] {
  if (claims.length === 0) return [];
  const { open, waived, proven } = sortClaims(claims);
  const list = (title: string, members: readonly Claim[], empty: string): string =>
    [
      paint.strong(`${title} (${members.length})`),
      ...(members.length === 0
        ? [`  ${paint.faint(empty)}`]
        : members.map((claim) => drawClaim(claim, surface, paint))),
    ].join('\n');
  return [
    list('Not proven', open, 'Nothing is left unproven.'),
    list('Proven', proven, 'Nothing is proven.'),
    ...(waived.length > 0 ? [list('Waived', waived, '')] : []),
  ];
}

function drawClaim(claim: Claim, surface: Surface, paint: Paint): string {
  const glyph = {
    proven: paint.good(paint.glyph.yes),
    'not-proven': paint.warn(paint.glyph.open),
    missed: paint.bad(paint.glyph.no),
    waived: paint.faint(paint.glyph.waived),
  }[claim.verdict];
  const word = claim.verdict === 'missed' ? `${paint.bad(claimWords.missed)}: ` : '';
  const says = wrap(`${oneLine(claim.id)} ${oneLine(claim.says)}`, surface.width - 4);
  const because = wrap(`${word}${oneLine(claim.because)}`, surface.width - 6);
  return [
    `  ${glyph} ${says[0] ?? ''}`,
    ...says.slice(1).map((line) => `    ${line}`),
    ...because.map((line) => `      ${paint.faint(line)}`),
  ].join('\n');
}

function drawFinding(finding: Finding, surface: Surface, paint: Paint): string {
  const brush = { error: paint.bad, warning: paint.warn, info: paint.accent }[finding.severity];
  const more = [finding.why, finding.instead]
    .filter((text) => text !== undefined && text !== '')
    .map((text) => oneLine(text!));
  return [
    `${brush(severityWords[finding.severity])} ${paint.strong(oneLine(finding.place))} ${paint.faint(`[${oneLine(finding.rule)}]`)}`,
    ...[oneLine(finding.message), ...more]
      .flatMap((text) => wrap(text, surface.width - 2))
      .map((line) => `  ${line}`),
    ...(finding.fix
      ? clean(finding.fix)
          .trimEnd()
          .split('\n')
          .map((line) => `    ${paint.accent(line)}`)
      : []),
  ].join('\n');
}

function ending(report: Report, surface: Surface, paint: Paint): string {
  const limits = report.meta.limits.flatMap((limit) => {
    const [first = '', ...others] = wrap(oneLine(limit), surface.width - 4);
    return [`  ${paint.glyph.dot} ${first}`, ...others.map((line) => `    ${line}`)];
  });
  const next = report.next.flatMap((step) => [
    `  ${paint.accent(oneLine(step.command))}`,
    ...wrap(oneLine(step.why), surface.width - 6).map((line) => `      ${paint.faint(line)}`),
  ]);
  return [
    ...(limits.length > 0 ? [[paint.strong('What limits the evidence'), ...limits].join('\n')] : []),
    ...(next.length > 0 ? [[paint.strong('Next'), ...next].join('\n')] : []),
  ].join('\n\n');
}

const ascii: Readonly<Record<string, string>> = {
  '…': '...',
  '→': '->',
  '←': '<-',
  '·': '-',
  '–': '-',
  '—': '-',
  '×': 'x',
  '≤': '<=',
  '≥': '>=',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '⟨': '<',
  '⟩': '>',
  '±': '+-',
  µ: 'u',
  '\u00A0': ' ',
  '\u202F': ' ',
};

function toAscii(text: string): string {
  return text.replaceAll(/[^\n\u0020-\u007E\u001B]/gu, (character) => ascii[character] ?? '?');
}
