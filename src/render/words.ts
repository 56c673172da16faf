import { formatBytes, formatCount, formatMs } from '../base/units.ts';
import type {
  Bar,
  Cell,
  Claim,
  ClaimKind,
  ClaimVerdict,
  Finding,
  Severity,
  StepRow,
  Verdict,
} from '../report/model.ts';

/** The verdict of a report in words for people. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  proven: 'Proven',
  conditions: 'Proven, with conditions',
  failed: 'Failed',
};

/** Instead of `Proven, with conditions` where every claim is open. */
const nothingProven = 'Not proven';

/** The verdict of a report about something that makes no claims: the outcome of a tool call. */
export const outcomeWords: Readonly<Record<Verdict, string>> = {
  proven: 'Done',
  conditions: 'Done, with conditions',
  failed: 'Failed',
};

/** The verdict of a claim in words. */
export const claimWords: Readonly<Record<ClaimVerdict, string>> = {
  proven: 'proven',
  'not-proven': 'not proven',
  missed: 'missed',
  waived: 'waived',
};

/** How a finding is called by its severity. */
export const severityWords: Readonly<Record<Severity, string>> = {
  error: 'Error',
  warning: 'Warning',
  info: 'Note',
};

/** Headings of claims by kind, in reading order. */
export const kindWords: Readonly<Record<ClaimKind, string>> = {
  entity: 'Entities',
  relation: 'Relations',
  rule: 'Rules',
  access: 'Access patterns',
  volume: 'Volumes',
  lifecycle: 'Lifecycle',
  privacy: 'Privacy',
  limit: 'Limits',
  compatibility: 'Compatibility',
  change: 'The change itself',
  acceptance: 'Acceptance',
  routine: 'Routines',
  tenancy: 'Tenants',
  checklist: 'The task’s checklist',
};

/** What it means that a figure is measured, derived or assumed. */
export const basisWords = {
  measured: 'run and read off',
  derived: 'calculated from what was measured',
  assumed: 'taken without proof',
} as const;

/** The word that stands first in a report. */
export function verdictWord(report: {
  readonly verdict: Verdict;
  readonly claims: readonly Claim[];
}): string {
  if (
    report.verdict === 'conditions' &&
    report.claims.length > 0 &&
    !report.claims.some((claim) => claim.verdict === 'proven')
  )
    return nothingProven;
  return (report.claims.length > 0 ? verdictWords : outcomeWords)[report.verdict];
}

/** Claims as a reader needs them: what is open first (missed before unproven), what is waived, what is proven. */
export function sortClaims(
  claims: readonly Claim[],
): Readonly<Record<'open' | 'waived' | 'proven', readonly Claim[]>> {
  return {
    open: [
      ...claims.filter((claim) => claim.verdict === 'missed'),
      ...claims.filter((claim) => claim.verdict === 'not-proven'),
    ],
    waived: claims.filter((claim) => claim.verdict === 'waived'),
    proven: claims.filter((claim) => claim.verdict === 'proven'),
  };
}

/** The figure of a bar with its unit. */
export function formatBar(value: number, unit: 'ms' | 'bytes' | 'rows'): string {
  return unit === 'ms' ? formatMs(value) : unit === 'bytes' ? formatBytes(value) : formatCount(value);
}

/** What a full bar stands for: the largest value of all, or of its own row where the rows differ by more than fifty times. */
export interface BarScale {
  readonly own: boolean;
  full(bar: Bar): number;
}

/** The scale of a group of bars. */
export function barScale(bars: readonly Bar[]): BarScale {
  const largest = (bar: Bar): number => Math.max(bar.before ?? 0, bar.after, bar.target ?? 0);
  const tops = bars.map(largest).filter((value) => value > 0);
  const most = Math.max(...tops, 0) || 1;
  const own = tops.length > 1 && most / Math.min(...tops) > 50;
  return { own, full: (bar) => (own ? largest(bar) || 1 : most) };
}

/** The text of a table's cell; numbers get separators. */
export function cellText(cell: Cell): string {
  return typeof cell === 'object'
    ? cell.text
    : typeof cell === 'number'
      ? cell.toLocaleString('en-US')
      : cell;
}

/** How strongly a lock mode gets in the way of the application: reads and writes wait, writes wait, nobody waits. */
export function lockWeight(mode: string): 'reads' | 'writes' | 'nobody' {
  const name = mode
    .toUpperCase()
    .replaceAll('_', ' ')
    .replace(/ ?LOCK$/, '');
  if (/^(ACCESS EXCLUSIVE|ACCESSEXCLUSIVE)$/.test(name)) return 'reads';
  return /^(SHARE|SHARE ROW EXCLUSIVE|EXCLUSIVE|SHAREROWEXCLUSIVE)$/.test(name) ? 'writes' : 'nobody';
}

/** Who waits while a lock is held. */
export const waitWords = {
  reads: 'reads and writes wait',
  writes: 'writes wait',
  nobody: 'nobody waits',
} as const;

/** What a step did beside its locks, in short words. */
export function stepEffects(step: StepRow): readonly string[] {
  return [
    ...step.rewrites.map((table) => `rewrites ${table}`),
    ...step.scans.map((scan) => `reads ${scan}`),
    ...(step.walBytes ? [`${formatBytes(step.walBytes)} WAL`] : []),
  ];
}

/** `20 Nov 2026, 12:40 UTC` of an ISO time; the text itself when it is none. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
    time.getUTCMonth()
  ];
  return `${time.getUTCDate()} ${month} ${time.getUTCFullYear()}, ${time.toISOString().slice(11, 16)} UTC`;
}

/** Findings with the worst first. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const order = { error: 0, warning: 1, info: 2 };
  return findings.toSorted((a, b) => order[a.severity] - order[b.severity]);
}
