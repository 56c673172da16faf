/** Calls per second of counted statements, and how much of them has known parameters. */
import { formatCount } from '../../base/units.ts';
import type { CapturedStatement, Snapshot } from '../../engine/model.ts';
import type { PreparedQuery } from '../../workload/model.ts';
import type { ValueBasis } from './model.ts';

/** Time that the counters are taken to cover where the server does not say since when they count. */
const assumedMs = 86_400_000;

/** Rates from calls over the time that was counted; both ends are the same, since counters know no peaks. */
export function ratesOf({ takenAt, workload }: Snapshot): {
  rateOf(statement: CapturedStatement): PreparedQuery['rate'];
  readonly limits: readonly string[];
} {
  const counted =
    workload.since === undefined ? Number.NaN : Date.parse(takenAt) - Date.parse(workload.since);
  const known = counted > 0;
  const seconds = Math.max(1, (known ? counted : assumedMs) / 1000);
  return {
    rateOf: ({ calls }) => ({ perSecond: calls / seconds, peakPerSecond: calls / seconds }),
    limits: [
      ...(workload.statements.length > 0 && !known
        ? ['Since when the statements were counted is not known: their rates assume one day.']
        : []),
      ...(workload.statements.length > 0
        ? ['Rates are means over the time that was counted; peaks are higher.']
        : []),
      ...(workload.dropped
        ? [
            `The server dropped the counters of ${formatCount(workload.dropped)} statements for want of space; what they called is missing.`,
          ]
        : []),
    ],
  };
}

/** Shares of all calls, 0 to 1, by what is known of their parameters. */
export interface KnownShare {
  readonly known: number;
  readonly drawn: number;
  readonly generic: number;
  readonly unusable: number;
}

/** Weighs statements by their calls; `excluded` are those that cannot be run at all. */
export function knownShare(
  queries: readonly { readonly basis: ValueBasis; readonly captured: { readonly calls: number } }[],
  excluded: readonly { readonly captured: { readonly calls: number } }[] = [],
): KnownShare {
  const sum = (list: readonly { readonly captured: { readonly calls: number } }[]): number =>
    list.reduce((total, { captured }) => total + captured.calls, 0);
  const all = Math.max(1, sum(queries) + sum(excluded));
  const of = (basis: ValueBasis): number => sum(queries.filter((query) => query.basis === basis)) / all;
  return { known: of('known'), drawn: of('drawn'), generic: of('generic'), unusable: sum(excluded) / all };
}

/** The shares in one sentence of a report. */
export function tellKnownShare({ known, drawn, generic, unusable }: KnownShare): string {
  const percent = (share: number): string =>
    `${share > 0 && share < 0.01 ? '< 1' : share < 1 && share > 0.99 ? '> 99' : Math.round(share * 100)} %`;
  return `Parameters: ${percent(known)} of the calls have values of real calls (or need none), ${percent(drawn)} values drawn from statistics, ${percent(generic)} a generic plan only, ${percent(unusable)} cannot be used.`;
}
