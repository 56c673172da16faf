/** What code hosts show beside the lines of a change, and how much of it they take. */
import type { Claim, Finding, Report, Severity, Span } from '../report/model.ts';
import { claimWords, sortFindings } from './words.ts';

/** Findings, and each claim that is missed (an error) or not proven (a warning), worst first: what is open is told as loudly as what is wrong. */
export function issuesOf(report: Report): readonly Finding[] {
  const files = report.output['claimFiles'];
  return sortFindings([
    ...report.findings,
    ...report.claims
      .filter(
        ({ kind, verdict }) => kind !== 'checklist' && (verdict === 'missed' || verdict === 'not-proven'),
      )
      .map((claim) => issueOf(claim, fileOf(files, claim.id))),
  ]);
}

function issueOf({ id, says, because, verdict }: Claim, file: string | undefined): Finding {
  return {
    rule: verdict === 'missed' ? 'claim-missed' : 'claim-not-proven',
    severity: verdict === 'missed' ? 'error' : 'warning',
    place: id,
    message: `${claimWords[verdict]}: ${says}. ${because}`,
    ...(file === undefined ? {} : { span: startOf(file) }),
  };
}

/** The file that a claim is about, where the command tells one for all or one for each. */
function fileOf(files: unknown, id: string): string | undefined {
  if (typeof files === 'string') return files;
  if (files === null || typeof files !== 'object') return undefined;
  const file = (files as Readonly<Record<string, unknown>>)[id];
  return typeof file === 'string' ? file : undefined;
}

/** The first character of a file. */
export function startOf(file: string): Span {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 2 };
}

/** The first `limit` of a list that stands in order, and how many are left out by severity. */
export function cut(
  issues: readonly Finding[],
  limit: number,
): { readonly shown: readonly Finding[]; readonly left: Readonly<Record<Severity, number>> } {
  const left = { error: 0, warning: 0, info: 0 };
  for (const { severity } of issues.slice(limit)) left[severity] += 1;
  return { shown: issues.slice(0, limit), left };
}
