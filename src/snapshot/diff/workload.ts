import type { CapturedStatement, Snapshot } from '../../engine/model.ts';
import { statementKey, type Counting } from './counters.ts';

/** A statement as it was in a span of time. */
export interface StatementSpan {
  readonly calls: number;
  /** Undefined when the span is not known. */
  readonly callsPerHour?: number;
  /** Milliseconds; undefined without calls. */
  readonly meanMs?: number;
}

export interface StatementChange {
  readonly sql: string;
  readonly role?: string;
  /** Until the first snapshot. */
  readonly before?: StatementSpan;
  /** From the first to the second, or since the counters began again. */
  readonly after?: StatementSpan;
}

export interface WorkloadChanges {
  readonly added: readonly StatementChange[];
  /** Not counted any more, or never called in between. */
  readonly gone: readonly StatementChange[];
  readonly slower: readonly StatementChange[];
  readonly faster: readonly StatementChange[];
  readonly moreOften: readonly StatementChange[];
  readonly lessOften: readonly StatementChange[];
}

/** A mean has to change this much, and by so many milliseconds over so many calls, before it is told. */
const least = { times: 1.5, ms: 0.1, calls: 10 };

/** Compares what the same statements did, per hour and per call. */
export function workloadChanges(before: Snapshot, after: Snapshot, counting: Counting): WorkloadChanges {
  const [was, is] = [before, after].map(
    ({ workload }) => new Map(workload.statements.map((one) => [statementKey(one), one] as const)),
  );
  const hoursBefore = hours(before.workload.since ?? before.activity.since, before.takenAt);
  const hoursBetween = hours(before.takenAt, after.takenAt);
  const hoursAnew = hours(after.workload.since ?? after.activity.since, after.takenAt);
  const span = (calls: number, totalMs: number, over: number | undefined): StatementSpan => ({
    calls,
    ...(over === undefined ? {} : { callsPerHour: calls / over }),
    ...(calls > 0 ? { meanMs: totalMs / calls } : {}),
  });
  const changes = [...new Set([...was!.keys(), ...is!.keys()])].map((key): StatementChange => {
    const [one, other] = [was!.get(key), is!.get(key)];
    const { sql, role } = (other ?? one)!;
    return {
      sql,
      ...(role === undefined ? {} : { role }),
      ...(one ? { before: span(one.calls, one.totalMs, hoursBefore) } : {}),
      ...(other ? { after: since(one, other) } : {}),
    };
  });
  function since(one: CapturedStatement | undefined, other: CapturedStatement): StatementSpan {
    // A statement that was forgotten in between counts from 0, whatever the others do.
    const anew = counting === 'began again' || (one !== undefined && other.calls < one.calls);
    if (anew) return span(other.calls, other.totalMs, counting === 'began again' ? hoursAnew : undefined);
    return span(
      other.calls - (one?.calls ?? 0),
      Math.max(0, other.totalMs - (one?.totalMs ?? 0)),
      hoursBetween,
    );
  }
  const both = changes.filter((one) => one.before && one.after && one.after.calls > 0);
  const mean = (one: StatementChange): number => ratio(one.before!.meanMs, one.after!.meanMs, least.ms);
  const often = (one: StatementChange): number => ratio(one.before!.callsPerHour, one.after!.callsPerHour, 0);
  const enough = both.filter((one) => one.before!.calls >= least.calls && one.after!.calls >= least.calls);
  const above = (list: readonly StatementChange[], of: (one: StatementChange) => number) =>
    list.filter((one) => of(one) >= least.times).toSorted((a, b) => of(b) - of(a));
  const below = (list: readonly StatementChange[], of: (one: StatementChange) => number) =>
    list.filter((one) => of(one) > 0 && of(one) <= 1 / least.times).toSorted((a, b) => of(a) - of(b));
  return {
    added: changes.filter((one) => !one.before).toSorted((a, b) => weight(b) - weight(a)),
    gone: changes.filter((one) => one.before && (one.after?.calls ?? 0) === 0),
    slower: above(enough, mean),
    faster: below(enough, mean),
    moreOften: above(both, often),
    lessOften: below(both, often),
  };
}

/** After divided by before; 1 when either is unknown or the distance says nothing. */
function ratio(before: number | undefined, after: number | undefined, distance: number): number {
  if (before === undefined || after === undefined || Math.abs(after - before) < distance) return 1;
  return before > 0 ? after / before : after > 0 ? Number.POSITIVE_INFINITY : 1;
}

function weight({ after }: StatementChange): number {
  return (after?.meanMs ?? 0) * (after?.calls ?? 0);
}

function hours(from: string | undefined, to: string): number | undefined {
  if (from === undefined) return undefined;
  const value = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  return value > 0 ? value : undefined;
}
