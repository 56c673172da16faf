/** How long the nodes of a cluster have counted the use of indexes, and what they counted. */
import { keyOf } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { IndexActivity, Snapshot } from '../../engine/model.ts';
import type { DropOptions } from './model.ts';

/** A node whose counters reach back far enough. */
export interface Node {
  readonly name: string;
  readonly days: number;
  /** ISO day since which it counts at least. */
  readonly since: string;
  readonly uses: ReadonlyMap<string, IndexActivity>;
  readonly takenAt: number;
  readonly leastDays: number;
}

/** A month and its last days lie between two runs of a monthly report. */
const usualDays = 35;
const day = 86_400_000;
/** Services whose readers share the writer's storage and do not show among its standbys. */
const hiddenReaders = /aurora|alloydb|neon/i;

/** All nodes, when each has counted for long enough; else none, and why. */
export function nodesOf(
  { primary, replicas, replicaCount, leastDays = usualDays }: DropOptions,
  told: string[],
): readonly Node[] {
  const no = (why: string): readonly Node[] => {
    told.push(`No index is offered as unused: ${why}`);
    return [];
  };
  if (primary.source.standby)
    return no("the snapshot is a standby's, and its primary may use what it does not.");
  const count = replicaCount ?? seenReplicas(primary);
  if (count === undefined && replicas.length === 0)
    return no('it is not known how many replicas there are, and each of them may use it.');
  if (count !== undefined && replicas.length < count)
    return no(
      `there ${count === 1 ? 'is 1 replica' : `are ${count} replicas`}, and ${replicas.length === 0 ? 'none has' : `only ${replicas.length} of them ${replicas.length === 1 ? 'has' : 'have'}`} a snapshot here.`,
    );
  if (count === undefined)
    told.push('How many replicas there are is not known; those with a snapshot here were asked.');
  const nodes: Node[] = [];
  for (const { name, snapshot } of [{ name: 'the primary', snapshot: primary }, ...replicas]) {
    if (name !== 'the primary' && !snapshot.source.standby)
      return no(`the snapshot of ${name} is not a standby's.`);
    const since = countsSince(snapshot);
    if (since === undefined) return no(`${name} does not say since when it counts.`);
    const days = Math.floor((Date.parse(snapshot.takenAt) - since) / day);
    if (!(days >= leastDays))
      return no(`the counters of ${name} reach back ${days} days, and ${leastDays} are needed.`);
    nodes.push({
      name,
      days,
      since: new Date(since).toISOString().slice(0, 10),
      uses: new Map(snapshot.activity.indexes.map((one) => [keyOf(one), one])),
      takenAt: Date.parse(snapshot.takenAt),
      leastDays,
    });
  }
  return nodes;
}

/** Streaming standbys, or the slots that wait for one, as the primary saw them. */
function seenReplicas({ activity: { database }, source }: Snapshot): number | undefined {
  const { standbys, standbySlots } = database;
  return standbys === undefined || hiddenReaders.test(source.service ?? '')
    ? undefined
    : Math.max(standbys, standbySlots ?? 0);
}

/** Since when the counters run: their reset, else the oldest event they still tell. */
function countsSince({ activity, relations }: Snapshot): number | undefined {
  if (activity.since !== undefined) return Date.parse(activity.since);
  const events = [
    ...relations.flatMap(({ analyzedAt, vacuumedAt }) => [analyzedAt, vacuumedAt]),
    ...activity.indexes.map(({ lastScan }) => lastScan),
  ].flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  return events.length === 0 ? undefined : events.reduce((least, time) => Math.min(least, time));
}

/** That these indexes were not used for long enough on a node; undefined when one was, or when it does not know one of them. */
export function idleOn(
  { name, days, since, uses, takenAt, leastDays }: Node,
  indexes: readonly Name[],
): string | undefined {
  // A partitioned index has no counter of its own.
  const known = indexes.flatMap((index) => uses.get(keyOf(index)) ?? []);
  if (known.length === 0 || known.length < indexes.length - 1) return undefined;
  const scanned = known.filter(({ scans }) => scans > 0);
  if (scanned.length === 0) return `On ${name} it was not scanned once since ${since} (${days} days).`;
  const last = scanned.map(({ lastScan }) => (lastScan === undefined ? undefined : Date.parse(lastScan)));
  if (last.includes(undefined)) return undefined;
  const latest = last.reduce((most: number, time) => Math.max(most, time!), 0);
  const quiet = Math.floor((takenAt - latest) / day);
  return quiet >= leastDays
    ? `On ${name} it was last scanned on ${new Date(latest).toISOString().slice(0, 10)}, ${quiet} days before the snapshot.`
    : undefined;
}
