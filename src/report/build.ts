import { withoutSecrets } from '../base/secret.ts';
import { version } from '../base/version.ts';
import type { Basis, Block, Claim, ColumnHead, Fact, Finding, Next, Report, Verdict } from './model.ts';

/** What a command hands in to get a report; what is left out is empty. */
export interface Draft {
  readonly command: string;
  readonly title: string;
  readonly headline: string;
  /** `performance.now()` when the command began, milliseconds. */
  readonly started: number;
  /** Given only when the claims do not decide it. */
  readonly verdict?: Verdict;
  readonly claims?: readonly Claim[];
  readonly findings?: readonly Finding[];
  readonly blocks?: readonly Block[];
  readonly next?: readonly Next[];
  readonly output?: Readonly<Record<string, unknown>>;
  readonly server?: string;
  readonly machine?: string;
  readonly limits?: readonly string[];
}

/** Makes a report without passwords; the verdict follows from claims and findings unless it is given. */
export function report(draft: Draft): Report {
  const { claims = [], findings = [] } = draft;
  const ms = Math.max(0, performance.now() - draft.started);
  return withoutSecrets<Report>({
    schema: 'dbd.report/1',
    command: draft.command,
    verdict: draft.verdict ?? verdictOf(claims, findings),
    headline: draft.headline,
    title: draft.title,
    claims,
    findings,
    blocks: draft.blocks ?? [],
    next: draft.next ?? [],
    meta: {
      dbd: version,
      ...(draft.server === undefined ? {} : { server: draft.server }),
      at: new Date(Date.now() - ms).toISOString(),
      ms: Math.round(ms),
      ...(draft.machine === undefined ? {} : { machine: draft.machine }),
      limits: [...new Set(draft.limits)],
    },
    output: draft.output ?? {},
  });
}

/** The claims that decide: the checklist only repeats what others show, or names what lies outside a change. */
function deciding(claims: readonly Claim[]): readonly Claim[] {
  return claims.filter((claim) => claim.kind !== 'checklist');
}

/** Failed if any claim is missed or any finding is an error; conditions if any claim is not proven; proven otherwise. */
export function verdictOf(claims: readonly Claim[], findings: readonly Finding[] = []): Verdict {
  if (
    claims.some((claim) => claim.verdict === 'missed') ||
    findings.some((finding) => finding.severity === 'error')
  )
    return 'failed';
  return deciding(claims).some((claim) => claim.verdict === 'not-proven') ? 'conditions' : 'proven';
}

/** Whether the process may end with 0: no claim missed or unproven, no failed verdict, no error among the findings. */
export function isClean(result: Pick<Report, 'verdict' | 'claims' | 'findings'>): boolean {
  return (
    result.verdict !== 'failed' &&
    !deciding(result.claims).some((claim) => claim.verdict === 'missed' || claim.verdict === 'not-proven') &&
    !result.findings.some((finding) => finding.severity === 'error')
  );
}

/** A labelled value with how it is known. */
export function fact(label: string, value: string, basis: Basis, tone?: Fact['tone']): Fact {
  return { label, value, basis, ...(tone ? { tone } : {}) };
}

/** A column of a table; `right` aligns numbers. */
export function column(title: string, form?: 'right' | 'code'): ColumnHead {
  return {
    title,
    ...(form === 'right' ? { align: 'right' } : {}),
    ...(form === 'code' ? { code: true } : {}),
  };
}
