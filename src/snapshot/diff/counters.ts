import { keyOf } from '../../catalog/identity.ts';
import type { Snapshot } from '../../engine/model.ts';

/** Whether counters went on from one snapshot to the next. */
export type Counting = 'went on' | 'began again' | 'unknown';

export interface Counters {
  readonly tables: Counting;
  readonly workload: Counting;
}

/** Text by which a statement is the same one in both: ids change with versions and restores. */
export function statementKey({ sql, role }: { readonly sql: string; readonly role?: string }): string {
  return JSON.stringify([sql.replaceAll(/\s+/g, ' ').trim(), role ?? '']);
}

/** Tells a reset by its time, or by counters that are smaller than they were. */
export function countersOf(before: Snapshot, after: Snapshot): Counters {
  return {
    tables: counting(before, after, before.activity.since, after.activity.since, tableCounts),
    workload: counting(before, after, before.workload.since, after.workload.since, callCounts),
  };
}

function counting(
  before: Snapshot,
  after: Snapshot,
  sinceBefore: string | undefined,
  sinceAfter: string | undefined,
  counts: (snapshot: Snapshot) => ReadonlyMap<string, number>,
): Counting {
  if (sinceAfter !== undefined && Date.parse(sinceAfter) > Date.parse(before.takenAt)) return 'began again';
  if (sinceBefore !== undefined && sinceAfter !== undefined && sinceBefore !== sinceAfter)
    return 'began again';
  const [was, is] = [counts(before), counts(after)];
  const common = [...was].filter(([key]) => is.has(key));
  const fewer = common.filter(([key, count]) => is.get(key)! < count).length;
  // One statement or table can be forgotten and counted anew; most of them together are not.
  if (common.length > 0 && fewer * 2 > common.length) return 'began again';
  return common.length === 0 ? 'unknown' : 'went on';
}

function tableCounts(snapshot: Snapshot): ReadonlyMap<string, number> {
  return new Map(
    snapshot.activity.tables
      .map(
        (one) =>
          [
            keyOf(one),
            one.inserted + one.updated + one.deleted + one.sequentialScans + one.indexScans,
          ] as const,
      )
      .filter(([, count]) => count > 0),
  );
}

function callCounts(snapshot: Snapshot): ReadonlyMap<string, number> {
  return new Map(snapshot.workload.statements.map((one) => [statementKey(one), one.calls]));
}
