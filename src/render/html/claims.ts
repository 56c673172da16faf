import type { Claim, ClaimKind, Evidence, Finding } from '../../report/model.ts';
import { claimWords, kindWords, severityWords, sortClaims, sortFindings } from '../words.ts';
import { anchor, line, prose, text } from './escape.ts';
import { colorSql } from './sql.ts';

/** Claims of one side shown before the rest is folded; what is open is never folded. */
const shown = 10;

/** What is proven and what is not, side by side in the same size. */
export function drawSides(claims: readonly Claim[]): string {
  if (claims.length === 0) return '';
  const { open, waived, proven } = sortClaims(claims);
  return `<div class="sides">${side('open', 'Not proven', open, 'Nothing is left unproven.')}${side('proven', 'Proven', proven, 'Nothing is proven.', open.length)}</div>${
    waived.length > 0 ? `<div class="sides one">${side('waived', 'Waived', waived, '')}</div>` : ''
  }`;
}

function side(kind: string, title: string, claims: readonly Claim[], empty: string, atLeast = shown): string {
  const item = (claim: Claim): string =>
    `<li><a href="#claim-${anchor(claim.id)}">${line(claim.id)}</a> <span>${claim.verdict === 'missed' ? '<span class="tag bad">missed</span> ' : ''}${prose(claim.says)}${
      kind === 'proven' ? '' : `<small>${prose(claim.because)}</small>`
    }</span></li>`;
  const first = kind === 'open' ? claims : claims.slice(0, Math.max(shown, atLeast));
  const rest = claims.slice(first.length);
  return `<section class="side ${kind}" aria-label="${title}"><h3>${title} <span class="count">${claims.length}</span></h3>${
    claims.length === 0 ? `<p class="soft">${empty}</p>` : `<ul>${first.map(item).join('')}</ul>`
  }${rest.length > 0 ? `<details><summary>and ${rest.length} more</summary><ul>${rest.map(item).join('')}</ul></details>` : ''}</section>`;
}

/** Every claim with what its verdict rests on, by kind; what is open stands open. */
export function drawClaims(claims: readonly Claim[]): string {
  const kinds = (Object.keys(kindWords) as ClaimKind[]).filter((kind) =>
    claims.some((claim) => claim.kind === kind),
  );
  return kinds
    .map(
      (kind) =>
        `<h3>${line(kindWords[kind])}</h3><ul class="claims">${claims
          .filter((claim) => claim.kind === kind)
          .map(drawClaim)
          .join('')}</ul>`,
    )
    .join('');
}

function drawClaim(claim: Claim): string {
  const open = claim.verdict === 'missed' || claim.verdict === 'not-proven';
  const summary = `${badge(claim)} <b>${line(claim.id)}</b> <span>${prose(claim.says)}</span>`;
  return `<li id="claim-${anchor(claim.id)}" class="${claim.verdict}"><details${open ? ' open' : ''}><summary>${summary}</summary><p>${prose(claim.because)}</p>${
    claim.evidence.length > 0 ? `<ul class="evidence">${claim.evidence.map(drawEvidence).join('')}</ul>` : ''
  }</details></li>`;
}

function badge(claim: Claim): string {
  const glyph = { proven: '✓', 'not-proven': '○', missed: '✗', waived: '–' }[claim.verdict];
  return `<span class="badge ${claim.verdict}"><span aria-hidden="true">${glyph}</span> ${claimWords[claim.verdict]}</span>`;
}

function drawEvidence(item: Evidence): string {
  const code = item.shown ? `<pre tabindex="0"><code>${colorSql(item.shown)}</code></pre>` : '';
  return `<li><span class="basis ${item.basis}">${item.basis}</span> <span>${prose(item.text)}</span>${code}</li>`;
}

/** Findings, the worst first. */
export function drawFindings(findings: readonly Finding[]): string {
  return sortFindings(findings)
    .map(
      (finding) =>
        `<article class="finding ${finding.severity}"><h3><span class="badge ${finding.severity}">${severityWords[finding.severity]}</span> <code>${line(finding.place)}</code></h3><p>${prose(finding.message)}</p>${
          finding.why ? `<p><b>Why it matters</b> ${prose(finding.why)}</p>` : ''
        }${finding.instead ? `<p><b>Instead</b> ${prose(finding.instead)}</p>` : ''}${finding.fix ? `<pre tabindex="0"><code>${colorSql(finding.fix)}</code></pre>` : ''}<p class="rule">${text(finding.rule)}</p></article>`,
    )
    .join('');
}
