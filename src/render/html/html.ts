import { formatMs } from '../../base/units.ts';
import type { Block, Report } from '../../report/model.ts';
import { basisWords, formatTime, verdictWord } from '../words.ts';
import { drawBlock, drawFacts } from './blocks.ts';
import { drawClaims, drawFindings, drawSides } from './claims.ts';
import { css } from './css.ts';
import { anchor, line, prose } from './escape.ts';

/** Nothing is loaded, nothing runs, whatever a report may carry. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

/** The report as one offline page that is readable without JavaScript and without its style. */
export function renderHtml(report: Report): string {
  const sections = sectionsOf(report);
  const word = verdictWord(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="dbd ${line(report.meta.dbd)}">
<title>${word}: ${line(report.title)}</title>
<style>${css}</style>
</head>
<body class="${report.verdict}">
<a class="skip" href="#verdict">Skip to the verdict</a>
<header class="top"><p class="name">${line(report.title)}</p><a class="chip ${report.verdict}" href="#verdict">${icon(report.verdict)} ${word}</a></header>
<div class="page">
<nav aria-label="Sections"><details open><summary>Sections</summary><ul><li><a href="#verdict">Verdict</a></li>${sections.map((section) => `<li><a href="#${section.id}">${line(section.title)}</a></li>`).join('')}</ul></details></nav>
<main>
${hero(report, word)}
${sections.map((section) => `<section id="${section.id}" aria-labelledby="${section.id}-title"><h2 id="${section.id}-title">${line(section.title)}</h2>${section.html}</section>`).join('\n')}
</main>
</div>
${footer(report)}
</body>
</html>
`;
}

function hero(report: Report, word: string): string {
  const { meta } = report;
  const facts = [meta.server, meta.machine, formatTime(meta.at), `took ${formatMs(meta.ms)}`].filter(
    (part) => part !== undefined,
  );
  const [first] = report.blocks;
  const limits =
    meta.limits.length > 0
      ? `<section class="limits"><h3>What limits this evidence</h3><ul>${meta.limits.map((limit) => `<li>${prose(limit)}</li>`).join('')}</ul></section>`
      : '';
  return `<section id="verdict" class="hero" aria-labelledby="verdict-title">
<p class="kicker">${line(report.title)}</p>
<h1 id="verdict-title" class="${report.verdict}">${icon(report.verdict)} ${word}</h1>
<p class="headline">${prose(report.headline)}</p>
<p class="meta">${facts.map(line).join(' <span aria-hidden="true">·</span> ')}</p>
${first?.kind === 'facts' ? drawFacts(first.facts) : ''}
${drawSides(report.claims)}
${limits}
</section>`;
}

/** Sections in reading order; the first block, if it holds facts, already stands under the verdict. */
function sectionsOf(report: Report): readonly Section[] {
  const blocks: readonly Block[] =
    report.blocks[0]?.kind === 'facts' ? report.blocks.slice(1) : report.blocks;
  const drafts = [
    ...(report.findings.length > 0
      ? [
          {
            id: 'findings',
            title: `Findings (${report.findings.length})`,
            html: drawFindings(report.findings),
          },
        ]
      : []),
    ...blocks
      .filter((block) => !isAppendix(block))
      .map((block) => ({ id: anchor(block.id), title: block.title, html: drawBlock(block) })),
    ...(report.claims.length > 0
      ? [{ id: 'claims', title: 'Claims and their evidence', html: drawClaims(report.claims) }]
      : []),
    ...blocks
      .filter(isAppendix)
      .map((block) => ({ id: anchor(block.id), title: block.title, html: drawBlock(block) })),
    ...(report.next.length > 0 ? [{ id: 'next', title: 'Next', html: drawNext(report) }] : []),
  ];
  const taken = new Set(['verdict', 'main']);
  return drafts.map((section) => {
    let id = section.id;
    for (let copy = 2; taken.has(id); copy++) id = `${section.id}-${copy}`;
    taken.add(id);
    return { ...section, id };
  });
}

/** Lists of files are looked up, not read. */
function isAppendix(block: Block): boolean {
  return block.kind === 'files';
}

function drawNext(report: Report): string {
  return `<ol class="next">${report.next.map((step) => `<li><pre tabindex="0"><code>${line(step.command)}</code></pre><p>${prose(step.why)}</p></li>`).join('')}</ol>`;
}

function footer(report: Report): string {
  const bases = Object.entries(basisWords).map(
    ([basis, words]) => `<span class="key"><span class="basis ${basis}">${basis}</span> ${words}</span>`,
  );
  return `<footer><p>${bases.join(' ')}</p><p>Made by dbd ${line(report.meta.dbd)} with <code>dbd ${line(report.command)}</code>. This page loads nothing and runs nothing.</p></footer>`;
}

function icon(verdict: Report['verdict']): string {
  const path = {
    proven: '<path d="m7.5 12.5 3 3 6-6.5"/>',
    conditions: '<path d="M12 7v6.5M12 16.9v.1"/>',
    failed: '<path d="m8.5 8.5 7 7m0-7-7 7"/>',
  }[verdict];
  return `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/>${path}</svg>`;
}
