import { formatMs } from '../../base/units.ts';
import type { Claim, Finding, Report } from '../../report/model.ts';
import { oneLine } from '../clean.ts';
import { claimWords, formatTime, severityWords, sortClaims, sortFindings, verdictWord } from '../words.ts';
import { drawBlock } from './blocks.ts';
import { cell, code, escape, fence } from './escape.ts';

/** Longest Markdown that a pull-request comment takes, with room for a caller's own lines, characters. */
const commentLimit = 64_000;

/** The report as Markdown of at most `limit` characters; sections that do not fit are named instead of cut. */
export function renderMarkdown(report: Report, limit = commentLimit): string {
  const first = [heading(report), ...claimLists(report.claims)];
  const sections: readonly Section[] = [
    ...(report.findings.length > 0
      ? [
          {
            title: 'Findings',
            text: drawFindings(report.findings, Math.floor(limit / 2)),
          },
        ]
      : []),
    ...(report.next.length > 0 ? [{ title: 'Next', text: drawNext(report) }] : []),
    ...(report.meta.limits.length > 0
      ? [
          {
            title: 'What limits the evidence',
            text: `## What limits the evidence\n\n${report.meta.limits.map((text) => `- ${escape(text)}`).join('\n')}`,
          },
        ]
      : []),
    ...(report.claims.some((claim) => claim.evidence.length > 0)
      ? [{ title: 'Evidence', text: drawEvidence(report.claims) }]
      : []),
    ...report.blocks.map((block) => ({ title: oneLine(block.title), text: drawBlock(block) })),
  ];
  return assemble(first, sections, limit);
}

interface Section {
  readonly title: string;
  readonly text: string;
}

function assemble(first: readonly string[], sections: readonly Section[], limit: number): string {
  const room = limit - 2000;
  const kept: string[] = [];
  const left: string[] = [];
  let length = 0;
  for (const part of first) {
    if (length + part.length > room) {
      kept.push('…\n\nThe list of claims is longer than this format allows; `report.html` has all of it.');
      length = room;
      break;
    }
    kept.push(part);
    length += part.length + 2;
  }
  for (const section of sections) {
    if (length + section.text.length > room) left.push(section.title);
    else if (section.text !== '') {
      kept.push(section.text);
      length += section.text.length + 2;
    }
  }
  if (left.length > 0) {
    const names = left
      .slice(0, 20)
      .map((title) => escape(title.slice(0, 60)))
      .join(', ');
    kept.push(
      `_Left out to fit: ${names}${left.length > 20 ? ' and more' : ''}. The whole report is in \`report.html\`._`,
    );
  }
  return `${kept.join('\n\n')}\n`;
}

function heading(report: Report): string {
  const glyph = { proven: '✅', conditions: '⚠️', failed: '❌' }[report.verdict];
  const facts = [
    report.meta.server,
    formatMs(report.meta.ms),
    formatTime(report.meta.at),
    `dbd ${report.meta.dbd}`,
  ].filter((part) => part !== undefined);
  return `# ${escape(report.title)}\n\n**${glyph} ${verdictWord(report)}.** ${escape(report.headline)}\n\n<sub>${facts.map(escape).join(' · ')}</sub>`;
}

function claimLists(claims: readonly Claim[]): readonly string[] {
  if (claims.length === 0) return [];
  const { open, waived, proven } = sortClaims(claims);
  const table = (title: string, members: readonly Claim[], empty: string): string =>
    `## ${title} (${members.length})\n\n${
      members.length === 0
        ? empty
        : `| Claim | | Says | Because |\n|---|---|---|---|\n${members.map((claim) => `| ${cell(claim.id)} | ${claimWords[claim.verdict]} | ${cell(claim.says)} | ${cell(claim.because)} |`).join('\n')}`
    }`;
  return [
    table('Not proven', open, 'Nothing is left unproven.'),
    table('Proven', proven, 'Nothing is proven.'),
    ...(waived.length > 0 ? [table('Waived', waived, '')] : []),
  ];
}

/** As many findings as there is room for, worst first; the rest is counted. */
function drawFindings(findings: readonly Finding[], room: number): string {
  const parts: string[] = [];
  let length = 0;
  for (const finding of sortFindings(findings)) {
    const part = drawFinding(finding);
    length += part.length + 2;
    if (length > room) break;
    parts.push(part);
  }
  const more = findings.length - parts.length;
  return [
    more > 0 ? `## Findings (${findings.length})` : '## Findings',
    ...parts,
    ...(more > 0 ? [`_And ${more} more in \`report.html\`._`] : []),
  ].join('\n\n');
}

function drawFinding(finding: Finding): string {
  const lines = [
    `**${severityWords[finding.severity]}** ${code(finding.place)}: ${escape(finding.message)} (${code(finding.rule)})`,
  ];
  if (finding.why) lines.push(`Why: ${escape(finding.why)}`);
  if (finding.instead) lines.push(`Instead: ${escape(finding.instead)}`);
  if (finding.fix) lines.push(fence(finding.fix, 'sql'));
  return lines.join('\n\n');
}

function drawNext(report: Report): string {
  return `## Next\n\n${report.next.map((step) => `- ${code(step.command)}: ${escape(step.why)}`).join('\n')}`;
}

function drawEvidence(claims: readonly Claim[]): string {
  const items = claims
    .filter((claim) => claim.evidence.length > 0)
    .map((claim) => {
      const lines = claim.evidence.map(
        (item) =>
          `- _${item.basis}_: ${escape(item.text)}${item.shown ? `\n\n${fence(item.shown, '', '  ')}` : ''}`,
      );
      return `**${escape(claim.id)}** ${escape(claim.says)}\n\n${lines.join('\n')}`;
    });
  return `<details><summary>Evidence for each claim</summary>\n\n${items.join('\n\n')}\n\n</details>`;
}
